#include "tests/connector/http_certificates.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace embolink::test {
namespace {

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

// Not yet signed.
X509* blank(EVP_PKEY* key, const std::string& name, const CertificateWish& wish) {
    static long serial = 1;
    X509* certificate = X509_new();
    X509_set_version(certificate, 2); // X.509 v3
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), wish.from_seconds);
    X509_gmtime_adj(X509_getm_notAfter(certificate), wish.until_seconds);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate),
                               "CN",
                               MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()),
                               -1,
                               -1,
                               0);
    return certificate;
}

template <class Write>
std::string pem(Write write) {
    BIO* memory = BIO_new(BIO_s_mem());
    write(memory);
    char* text = nullptr;
    const long length = BIO_get_mem_data(memory, &text);
    std::string out(text, static_cast<std::size_t>(length));
    BIO_free(memory);
    return out;
}

} // namespace

Certificate::Certificate(EVP_PKEY* key, X509* certificate)
    : key_(key, EVP_PKEY_free), certificate_(certificate, X509_free) {}

Certificate Certificate::authority(const std::string& name) {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = blank(key, name, {});
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
    add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign");
    X509_sign(certificate, key, EVP_sha256());
    return {key, certificate};
}

Certificate Certificate::sign(const CertificateWish& wish) const {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = blank(key, "signed", wish);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate_.get()));
    add_extension(certificate, certificate_.get(), NID_subject_alt_name, wish.names);
    X509_sign(certificate, key_.get(), EVP_sha256());
    return {key, certificate};
}

std::string Certificate::certificate_pem() const {
    return pem([&](BIO* out) { PEM_write_bio_X509(out, certificate_.get()); });
}

std::string Certificate::key_pem() const {
    return pem([&](BIO* out) {
        PEM_write_bio_PrivateKey(out, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
}

} // namespace embolink::test
