// Certificates made for one test through OpenSSL: an authority and what it signs.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace embolink::test {

struct CertificateWish {
    std::string names;       // subjectAltName as OpenSSL writes it: "DNS:localhost,IP:127.0.0.1"
    long from_seconds = -60; // from now
    long until_seconds = 3600;
};

class Certificate {
public:
    // Signs itself and others.
    static Certificate authority(const std::string& name);

    Certificate sign(const CertificateWish& wish) const;

    std::string certificate_pem() const;
    std::string key_pem() const;

private:
    Certificate(EVP_PKEY* key, X509* certificate);

    std::shared_ptr<EVP_PKEY> key_;
    std::shared_ptr<X509> certificate_;
};

} // namespace embolink::test
