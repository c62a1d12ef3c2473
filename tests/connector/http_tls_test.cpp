// TLS: who is believed, and who is not.
#include "connector/http/client.hpp"
#include "tests/connector/http_certificates.hpp"
#include "tests/connector/http_loop.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

namespace ssl = boost::asio::ssl;
using namespace embolink;
using namespace embolink::http;
using test::Certificate;
using test::CertificateWish;
using test::Loop;
using test::ok;
using test::ScriptedServer;
using test::Then;
using testing::HasSubstr;

CertificateWish wish(std::string names) {
    CertificateWish out;
    out.names = std::move(names);
    return out;
}

class HttpTls : public testing::Test {
protected:
    // Answers every request of the test, keeps its connections, and shows `certificate`.
    ScriptedServer& serve(const Certificate& certificate) {
        tls.use_certificate_chain(boost::asio::buffer(certificate.certificate_pem()));
        tls.use_private_key(boost::asio::buffer(certificate.key_pem()), ssl::context::pem);
        server.emplace(loop, std::vector<test::Scene>{{ok("one")}, {ok("two")}}, &tls);
        return *server;
    }

    std::string url(const std::string& host) const {
        return "https://" + host + ":" + std::to_string(server->port()) + "/";
    }

    std::string fetch(const std::string& host) { return loop.send(*client, get(url(host))).body; }

    // The refusal of a certificate: nothing has left, and no repetition will help.
    std::string refusal(const std::string& host) {
        const auto failure = loop.failure(*client, get(url(host)));
        if (!failure) {
            return "answered";
        }
        EXPECT_EQ(failure->phase(), Phase::handshake);
        EXPECT_EQ(failure->reached(), Reached::no);
        EXPECT_EQ(failure->outlook(), Outlook::lasting);
        EXPECT_TRUE(server->requests().empty());
        return failure->what();
    }

    void use(ClientOptions wanted) { client = make_client(loop.executor(), std::move(wanted)); }

    void trust(const Certificate& certificate) {
        options.ca_file = folder.file("ca.pem", certificate.certificate_pem());
        use(options);
    }

    test::TempFolder folder;
    Certificate authority = Certificate::authority("test authority");
    ssl::context tls{ssl::context::tls_server};
    Loop loop;
    ClientOptions options;
    std::optional<ScriptedServer> server;
    std::unique_ptr<Client> client = make_client(loop.executor(), {});
};

TEST_F(HttpTls, ACertificateOfTheGivenAuthorityIsAccepted) {
    serve(authority.sign(wish("DNS:localhost")));
    trust(authority);
    EXPECT_EQ(fetch("localhost"), "one");
    EXPECT_EQ(fetch("localhost"), "two");
    EXPECT_EQ(server->accepted(), 1u) << "and its connection kept";
    EXPECT_THAT(server->names(), testing::ElementsAre("localhost")) << "SNI";
}

TEST_F(HttpTls, ACertificateOfAnAuthorityThatTheSystemDoesNotKnowIsRefused) {
    serve(authority.sign(wish("DNS:localhost")));
    EXPECT_THAT(refusal("localhost"),
                HasSubstr("certificate is refused, unable to get local issuer"));
}

TEST_F(HttpTls, AnotherAuthorityOfTheSameNameIsRefused) {
    serve(authority.sign(wish("DNS:localhost")));
    trust(Certificate::authority("test authority"));
    EXPECT_THAT(refusal("localhost"), HasSubstr("certificate is refused"));
}

TEST_F(HttpTls, ACertificateForAnotherHostIsRefused) {
    serve(authority.sign(wish("DNS:ehr.example,DNS:*.localhost,IP:127.0.0.2")));
    trust(authority);
    EXPECT_THAT(refusal("localhost"), HasSubstr("hostname mismatch"));
    EXPECT_THAT(refusal("127.0.0.1"), HasSubstr("IP address mismatch"));
}

TEST_F(HttpTls, AnAddressIsVerifiedAsAnAddress) {
    serve(authority.sign(wish("IP:127.0.0.1")));
    trust(authority);
    EXPECT_EQ(fetch("127.0.0.1"), "one");
    EXPECT_THAT(server->names(), testing::ElementsAre("")) << "RFC 6066 allows no address in SNI";
}

TEST_F(HttpTls, AnExpiredCertificateIsRefused) {
    CertificateWish expired = wish("DNS:localhost");
    expired.from_seconds = -7200;
    expired.until_seconds = -3600;
    serve(authority.sign(expired));
    trust(authority);
    EXPECT_THAT(refusal("localhost"), HasSubstr("has expired"));
}

TEST_F(HttpTls, NothingOlderThanTls12IsSpoken) {
    for (const int version : {TLS1_1_VERSION, TLS1_2_VERSION}) {
        serve(authority.sign(wish("DNS:localhost")));
        SSL_CTX_set_security_level(tls.native_handle(), 0); // where OpenSSL still allows 1.1
        SSL_CTX_set_min_proto_version(tls.native_handle(), version);
        SSL_CTX_set_max_proto_version(tls.native_handle(), version);
        trust(authority);
        if (version == TLS1_2_VERSION) {
            EXPECT_EQ(fetch("localhost"), "one");
        } else {
            EXPECT_THAT(refusal("localhost"), HasSubstr("version"));
        }
    }
}

TEST_F(HttpTls, AClientCertificateIsShownWhereOneIsConfigured) {
    serve(authority.sign(wish("DNS:localhost")));
    tls.set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
    tls.add_certificate_authority(boost::asio::buffer(authority.certificate_pem()));
    trust(authority);
    const auto without = loop.failure(*client, get(url("localhost")));
    ASSERT_TRUE(without) << "TLS 1.3 tells the client only when it reads";
    EXPECT_TRUE(server->requests().empty());

    const Certificate own = authority.sign(wish("DNS:embolink"));
    options.certificate_file = folder.file("own.pem", own.certificate_pem());
    options.key_file = folder.file("own.key", own.key_pem());
    use(options);
    EXPECT_EQ(fetch("localhost"), "one");

    options.certificate_file = folder.file("both.pem", own.certificate_pem() + own.key_pem());
    options.key_file.clear();
    use(options);
    EXPECT_EQ(fetch("localhost"), "two");
}

TEST_F(HttpTls, FilesThatCannotBeUsedAreFaultsOfConfiguration) {
    const Certificate own = authority.sign(wish("DNS:embolink"));
    const std::string pem = folder.file("own.pem", own.certificate_pem());
    ClientOptions no_ca;
    no_ca.ca_file = (folder.path() / "missing.pem").string();
    ClientOptions bad_ca;
    bad_ca.ca_file = folder.file("bad.pem", "no certificate");
    ClientOptions no_certificate;
    no_certificate.certificate_file = no_ca.ca_file;
    ClientOptions no_key;
    no_key.certificate_file = pem;
    ClientOptions wrong_key;
    wrong_key.certificate_file = pem;
    wrong_key.key_file = folder.file("other.key", authority.key_pem());
    for (const auto& [bad, where] : {std::pair(no_ca, no_ca.ca_file),
                                     std::pair(bad_ca, bad_ca.ca_file),
                                     std::pair(no_certificate, no_ca.ca_file),
                                     std::pair(no_key, pem),
                                     std::pair(wrong_key, wrong_key.key_file)}) {
        use(bad);
        try {
            loop.send(*client, get("https://localhost:1/"));
            FAIL() << where;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::config);
            EXPECT_EQ(error.where(), where);
        }
    }
}

// Whoever can cut a connection must not be able to end a body: TLS says goodbye before it goes.
TEST_F(HttpTls, ABodyThatEndsWithoutAGoodbyeIsCut) {
    const Certificate certificate = authority.sign(wish("DNS:localhost"));
    serve(certificate);
    server.emplace(
        loop, std::vector<test::Scene>{{"HTTP/1.1 200 OK\r\n\r\nhalf", Then::close}}, &tls);
    trust(authority);
    const auto failure = loop.failure(*client, get(url("localhost")));
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->phase(), Phase::body);
    EXPECT_EQ(failure->reached(), Reached::maybe);
}

TEST_F(HttpTls, AStaleConnectionIsReplaced) {
    serve(authority.sign(wish("DNS:localhost")));
    server.emplace(
        loop, std::vector<test::Scene>{{ok("one")}, {"", Then::close}, {ok("two")}}, &tls);
    trust(authority);
    EXPECT_EQ(fetch("localhost"), "one");
    EXPECT_EQ(fetch("localhost"), "two");
    EXPECT_EQ(server->accepted(), 2u);
}

} // namespace
