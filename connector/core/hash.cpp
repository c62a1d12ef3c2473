#include "connector/core/hash.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

namespace embolink {

struct Sha256::Context {
    EVP_MD_CTX* evp = EVP_MD_CTX_new();

    // Looked up once: in OpenSSL 3 every implicit fetch takes a lock and a table walk.
    EVP_MD* method = EVP_MD_fetch(nullptr, "SHA256", nullptr);

    Context() = default;
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    ~Context() {
        EVP_MD_CTX_free(evp);
        EVP_MD_free(method);
    }

    void start() {
        if (evp == nullptr || method == nullptr || EVP_DigestInit_ex2(evp, method, nullptr) != 1) {
            throw std::runtime_error("OpenSSL offers no SHA-256");
        }
    }
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
    context_->start();
}

Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
    EVP_DigestUpdate(context_->evp, bytes.data(), bytes.size());
}

std::string Sha256::finish() {
    std::array<unsigned char, 32> digest{};
    EVP_DigestFinal_ex(context_->evp, digest.data(), nullptr);
    context_->start();
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    hex.reserve(64);
    for (const unsigned char byte : digest) {
        hex += digits[byte >> 4];
        hex += digits[byte & 15];
    }
    return hex;
}

std::string sha256_hex(const std::string& text) {
    thread_local Sha256 hash;
    hash.update(text);
    return hash.finish();
}

std::string base64(const std::string& bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0'); // EVP_EncodeBlock ends with a zero
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                       reinterpret_cast<const unsigned char*>(bytes.data()),
                                       static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

} // namespace embolink
