// SHA-256 as lower-case hexadecimal: content hashes of resources, definitions, site file and
// inputs.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace embolink {

// Over several pieces of text. One object serves many texts: `finish` starts anew.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void update(std::string_view bytes);
    std::string finish(); // 64 hex digits

private:
    struct Context;
    std::unique_ptr<Context> context_;
};

std::string sha256_hex(const std::string& text);

// RFC 4648 section 4, with padding.
std::string base64(const std::string& bytes);

} // namespace embolink
