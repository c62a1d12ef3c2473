#include "connector/core/platform.hpp"

#include "connector/core/hash.hpp"

#include <boost/version.hpp>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>

#include <fstream>
#include <gnu/libc-version.h>
#include <sys/utsname.h>

namespace embolink {
namespace {

std::string version(int major, int minor, int patch) {
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

} // namespace

std::vector<std::pair<std::string, std::string>> platform_facts() {
    utsname system{};
    uname(&system);
    return {
        {"build", EMBOLINK_BUILD},
        {"compiler", std::string("g++ ") + __VERSION__},
        {"Boost", version(BOOST_VERSION / 100000, BOOST_VERSION / 100 % 1000, BOOST_VERSION % 100)},
        {"nlohmann/json",
         version(NLOHMANN_JSON_VERSION_MAJOR,
                 NLOHMANN_JSON_VERSION_MINOR,
                 NLOHMANN_JSON_VERSION_PATCH)},
        {"C library", std::string("glibc ") + gnu_get_libc_version()},
        {"OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING)},
        {"machine", system.nodename},
        {"system", std::string(system.sysname) + " " + system.release + " " + system.machine}};
}

std::string program_sha256() {
    std::ifstream file("/proc/self/exe", std::ios::binary);
    Sha256 hash;
    std::string block(1 << 16, '\0');
    while (file.read(block.data(), static_cast<std::streamsize>(block.size())) ||
           file.gcount() > 0) {
        hash.update(std::string_view(block.data(), static_cast<std::size_t>(file.gcount())));
    }
    return file.eof() ? hash.finish() : "";
}

} // namespace embolink
