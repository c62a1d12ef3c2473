#include "connector/cli/export_key.hpp"

#include "connector/core/error.hpp"
#include "connector/core/output_file.hpp"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

namespace embolink {
namespace {

constexpr std::size_t shortest = 32; // characters

std::string fresh_secret() {
    std::random_device source;
    std::string text;
    for (int i = 0; i < 8; ++i) {
        std::array<char, 9> digits{};
        std::snprintf(digits.data(), digits.size(), "%08x", static_cast<unsigned>(source()));
        text += digits.data();
    }
    return text;
}

} // namespace

std::string export_secret(const std::string& path) {
    if (path.empty()) {
        throw Error(ErrorKind::usage,
                    "an export needs a secret of this hospital",
                    "--export-key",
                    "name a file, for example --export-key export.key: it is made when it is not "
                    "there; keep it, and use the same one for every export");
    }
    if (!std::filesystem::exists(path)) {
        OutputFile made(path);
        made.line(fresh_secret());
        made.commit();
    }
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    std::string secret = std::move(text).str();
    secret.erase(secret.find_last_not_of(" \t\r\n") + 1);
    if (!file) {
        throw Error(ErrorKind::input,
                    "the secret of exports cannot be read",
                    path,
                    "check the path and that this user may read it");
    }
    if (secret.size() < shortest) {
        throw Error(ErrorKind::config,
                    "this is no secret of an export: it is shorter than 32 characters",
                    path,
                    "restore the file, or name one that is not there, and it is made");
    }
    return secret;
}

} // namespace embolink
