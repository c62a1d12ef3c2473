#include "connector/http/tls.hpp"

#include "connector/core/error.hpp"

#include <boost/asio/ip/address.hpp>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace embolink::http {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

void check(const error_code& fault, const std::string& what, const std::string& path) {
    if (fault) {
        throw Error(ErrorKind::config,
                    what + ": " + fault.message(),
                    path,
                    "give the path of a readable PEM file");
    }
}

void trust(ssl::context& context, const std::string& ca_file) {
    error_code fault;
    if (ca_file.empty()) {
        context.set_default_verify_paths(fault);
        check(fault, "the system's certificates cannot be read", "");
    } else {
        context.load_verify_file(ca_file, fault);
        check(fault, "the CA file cannot be used", ca_file);
    }
}

void identify(ssl::context& context, const ClientOptions& options) {
    if (options.certificate_file.empty()) {
        return;
    }
    // OpenSSL would ask for the password of a protected key on the terminal, and wait.
    context.set_password_callback(
        [](std::size_t, ssl::context::password_purpose) { return std::string(); });
    error_code fault;
    context.use_certificate_chain_file(options.certificate_file, fault);
    check(fault, "the client certificate cannot be used", options.certificate_file);
    const std::string& key = options.key_file.empty() ? options.certificate_file : options.key_file;
    context.use_private_key_file(key, ssl::context::pem, fault);
    check(fault, "the key of the client certificate cannot be used", key);
}

} // namespace

ssl::context make_tls_context(const ClientOptions& options) {
    ssl::context context(ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    context.set_verify_mode(ssl::verify_peer);
    trust(context, options.ca_file);
    identify(context, options);
    return context;
}

bool expect_host(SSL* tls, const std::string& host) {
    error_code not_an_address;
    boost::asio::ip::make_address(host, not_an_address);
    if (!not_an_address) { // RFC 6066 3 forbids an address in SNI
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(tls), host.c_str()) == 1;
    }
    SSL_set_hostflags(tls, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(tls, host.c_str()) == 1 &&
           SSL_set_tlsext_host_name(tls, host.c_str()) == 1;
}

std::string certificate_fault(SSL* tls) {
    const long result = SSL_get_verify_result(tls);
    return result == X509_V_OK ? "" : X509_verify_cert_error_string(result);
}

} // namespace embolink::http
