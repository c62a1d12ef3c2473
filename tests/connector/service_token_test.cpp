// Who may call a CDS service. Tokens are made here by libcjose's other half; tests/faults/cds.py
// makes them with a library that others wrote.
#include "connector/service/signed_token.hpp"
#include "connector/service/token_check.hpp"
#include "tests/connector/http_loop.hpp"
#include "tests/support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <cjose/cjose.h>
#include <fstream>

namespace {

using namespace embolink;
using namespace embolink::service;
using namespace std::chrono_literals;
using nlohmann::json;

const std::string issuer = "https://ehr.example";
const std::string address = "https://embolink.example/cds-services/embolink-patient-view";
const Instant now{std::chrono::seconds(1'800'000'000)};

std::int64_t at(std::chrono::seconds from_now) {
    return 1'800'000'000 + from_now.count();
}

struct Key {
    Key(cjose_jwk_t* made, const std::string& id) : jwk(made) {
        cjose_err fault;
        cjose_jwk_set_kid(jwk, id.data(), id.size(), &fault);
    }

    ~Key() { cjose_jwk_release(jwk); }

    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;

    json public_part() const {
        cjose_err fault;
        char* text = cjose_jwk_to_json(jwk, false, &fault);
        json value = json::parse(text);
        std::free(text); // NOLINT: cjose's own allocation
        return value;
    }

    cjose_jwk_t* jwk;
};

cjose_jwk_t* elliptic() {
    cjose_err fault;
    return cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_384, &fault);
}

cjose_jwk_t* rsa(std::size_t bits = 2048) {
    cjose_err fault;
    const std::array<std::uint8_t, 3> exponent = {1, 0, 1};
    return cjose_jwk_create_RSA_random(bits, exponent.data(), exponent.size(), &fault);
}

std::string sign(const Key& key, const json& header, const json& claims) {
    cjose_err fault;
    cjose_header_t* head = cjose_header_new(&fault);
    for (const auto& [name, value] : header.items()) {
        if (value.is_string()) {
            cjose_header_set(head, name.c_str(), value.get<std::string>().c_str(), &fault);
        } else {
            cjose_header_set_raw(head, name.c_str(), value.dump().c_str(), &fault);
        }
    }
    const std::string text = claims.dump();
    cjose_jws_t* jws = cjose_jws_sign(
        key.jwk, head, reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), &fault);
    const char* compact = nullptr;
    cjose_jws_export(jws, &compact, &fault);
    const std::string out = compact;
    cjose_jws_release(jws);
    cjose_header_release(head);
    return out;
}

json header_of(const std::string& algorithm, const std::string& id) {
    return {{"alg", algorithm}, {"typ", "JWT"}, {"kid", id}};
}

json claims_of(const std::string& id) {
    return {{"iss", issuer}, {"aud", address}, {"exp", at(300s)}, {"iat", at(0s)}, {"jti", id}};
}

asio::awaitable<void> ask_why(TokenCheck& check, std::string token, std::string& why) {
    std::vector<std::string> audiences = {address};
    why = co_await check.refusal("Bearer " + token, std::move(audiences));
}

asio::awaitable<void> ask(TokenCheck& check, std::string token, bool& accepted) {
    std::string why;
    co_await ask_why(check, std::move(token), why);
    accepted = why.empty();
}

class TokenTest : public testing::Test {
protected:
    bool accepts(const std::string& token) {
        bool accepted = false;
        loop.run(ask(check, token, accepted));
        return accepted;
    }

    std::string refusal(const std::string& token) {
        std::string why;
        loop.run(ask_why(check, token, why));
        return why;
    }

    TokenCheck::UseOnce use_once() {
        return [this](UsedToken token, std::int64_t at_time) -> asio::awaitable<bool> {
            co_return used->use(token, at_time);
        };
    }

    static std::string keys(const std::vector<json>& list) { return json{{"keys", list}}.dump(); }

    CdsClient client_of(const std::filesystem::path& path) const {
        CdsClient out;
        out.issuer = issuer;
        out.keys.file = path;
        return out;
    }

    test::TempFolder folder;
    test::Loop loop;
    std::ostringstream lines;
    Log log{std::make_shared<spdlog::logger>(
        "embolink", std::make_shared<spdlog::sinks::ostream_sink_mt>(lines))};
    std::unique_ptr<http::Client> http = http::make_client(loop.executor(), {});
    std::unique_ptr<TokenStore> used = open_sqlite_token_store(folder.path() / "store");
    Instant time = now;
    Key curve{elliptic(), "ec"};
    Key number{rsa(), "rsa"};
    Key stranger{elliptic(), "ec"};
    std::string file = folder.file("keys.json", keys({curve.public_part(), number.public_part()}));
    TokenCheck check{{client_of(file)}, *http, log, use_once(), [this] { return time; }};
};

TEST_F(TokenTest, BothAlgorithmsAreTaken) {
    EXPECT_TRUE(accepts(sign(curve, header_of("ES384", "ec"), claims_of("1"))));
    EXPECT_TRUE(accepts(sign(number, header_of("RS384", "rsa"), claims_of("2"))));
    json listed = claims_of("3");
    listed["aud"] = {"https://other.example", address};
    EXPECT_TRUE(accepts(sign(curve, header_of("ES384", "ec"), listed)));
}

TEST_F(TokenTest, OthersKeysAreNot) {
    EXPECT_FALSE(accepts(sign(stranger, header_of("ES384", "ec"), claims_of("1"))));
    EXPECT_FALSE(accepts(sign(curve, header_of("ES384", "unknown"), claims_of("2"))));
    std::string bent = sign(curve, header_of("ES384", "ec"), claims_of("3"));
    bent[bent.size() - 9] = bent[bent.size() - 9] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(accepts(bent));
    EXPECT_FALSE(accepts(sign(curve, header_of("ES384", "ec"), claims_of("4")) + "=="));
}

TEST_F(TokenTest, WeakOrForeignAlgorithmsAreNot) {
    EXPECT_FALSE(accepts(sign(number, header_of("RS256", "rsa"), claims_of("1"))));
    EXPECT_FALSE(accepts(sign(number, header_of("PS384", "rsa"), claims_of("2"))));
    // {"alg":"none","typ":"JWT","kid":"ec"}
    EXPECT_FALSE(accepts("eyJhbGciOiJub25lIiwidHlwIjoiSldUIiwia2lkIjoiZWMifQ.e30."));
    // The public key's text as an HMAC secret (the classic confusion).
    cjose_err fault;
    const std::string secret = curve.public_part().dump();
    const Key shared(cjose_jwk_create_oct_spec(reinterpret_cast<const std::uint8_t*>(secret.data()),
                                               secret.size(),
                                               &fault),
                     "ec");
    EXPECT_FALSE(accepts(sign(shared, header_of("HS384", "ec"), claims_of("3"))));
}

TEST_F(TokenTest, EveryClaimIsNeeded) {
    int number_of_token = 0;
    for (const char* name : {"iss", "aud", "exp", "iat", "jti"}) {
        json claims = claims_of(std::to_string(++number_of_token));
        claims.erase(name);
        EXPECT_FALSE(accepts(sign(curve, header_of("ES384", "ec"), claims))) << name;
    }
    json claims = claims_of("other address");
    claims["aud"] = address + "/";
    EXPECT_FALSE(accepts(sign(curve, header_of("ES384", "ec"), claims)));
    claims = claims_of("other issuer");
    claims["iss"] = "https://other.example";
    EXPECT_FALSE(accepts(sign(curve, header_of("ES384", "ec"), claims)));
}

TEST_F(TokenTest, TimeIsTakenWithAMinuteOfSkew) {
    const auto with = [&](std::chrono::seconds issued, std::chrono::seconds expires) {
        json claims =
            claims_of(std::to_string(issued.count()) + " " + std::to_string(expires.count()));
        claims["iat"] = at(issued);
        claims["exp"] = at(expires);
        return accepts(sign(curve, header_of("ES384", "ec"), claims));
    };
    EXPECT_TRUE(with(-300s, -59s));
    EXPECT_FALSE(with(-300s, -60s));
    EXPECT_TRUE(with(60s, 300s));
    EXPECT_FALSE(with(61s, 300s));
    EXPECT_FALSE(with(0s, 3'601s)) << "would have to be remembered for so long";
}

TEST_F(TokenTest, ATokenIsGoodOnce) {
    const std::string token = sign(curve, header_of("ES384", "ec"), claims_of("1"));
    EXPECT_TRUE(accepts(token));
    EXPECT_FALSE(accepts(token));
    time = now + 359s; // expired, and still within the skew
    EXPECT_FALSE(accepts(token));
}

TEST_F(TokenTest, WhoCannotBeRememberedDoesNotComeIn) {
    const TokenCheck::UseOnce full = [](UsedToken, std::int64_t) -> asio::awaitable<bool> {
        throw Error(ErrorKind::store, "no space is left", "store.tokens", "free disk space");
        co_return true;
    };
    TokenCheck other({client_of(file)}, *http, log, full, [this] { return time; });
    bool accepted = false;
    EXPECT_THROW(
        loop.run(ask(other, sign(curve, header_of("ES384", "ec"), claims_of("1")), accepted)),
        Error);
    EXPECT_FALSE(accepted);
}

TEST_F(TokenTest, AKeyAddressThatATokenBringsIsNotFetched) {
    json header = header_of("ES384", "ec");
    header["jku"] = "https://evil.example/keys";
    EXPECT_FALSE(accepts(sign(curve, header, claims_of("1"))));
}

// Not taken for absent. libcjose makes no header with numbers: those are tried by cds.py.
TEST_F(TokenTest, AKeyAddressIsATextAndNothingIsCritical) {
    int number_of_token = 0;
    for (const json& jku : {json::array({"https://evil.example/keys"}), json::object(), json("")}) {
        json header = header_of("ES384", "ec");
        header["jku"] = jku;
        EXPECT_FALSE(accepts(sign(curve, header, claims_of(std::to_string(++number_of_token)))))
            << jku;
    }
    json header = header_of("ES384", "ec");
    for (const json& crit : {json::array({"exp"}), json::array()}) {
        header["crit"] = crit;
        EXPECT_FALSE(accepts(sign(curve, header, claims_of("crit " + crit.dump())))) << crit;
    }
    header.erase("crit");
    EXPECT_TRUE(accepts(sign(curve, header, claims_of("plain"))));
}

// RFC 9110 11.4.
TEST_F(TokenTest, SpacesFollowTheScheme) {
    EXPECT_TRUE(accepts("   " + sign(curve, header_of("ES384", "ec"), claims_of("1"))));
    EXPECT_EQ(refusal("  "), "no token");
}

// A service that may not go out has the keys as a file; the tokens of its EHR name an address all
// the same.
TEST_F(TokenTest, BesideAFileTheAddressThatTokensNameIsConfigured) {
    CdsClient client = client_of(file);
    client.keys.jku = "https://ehr.example/keys";
    TokenCheck other({client}, *http, log, use_once(), [this] { return time; });
    const auto takes = [&](const char* id, const char* jku) {
        json header = header_of("ES384", "ec");
        if (jku != nullptr) {
            header["jku"] = jku;
        }
        bool accepted = false;
        loop.run(ask(other, sign(curve, header, claims_of(id)), accepted));
        return accepted;
    };
    EXPECT_TRUE(takes("1", "https://ehr.example/keys"));
    EXPECT_TRUE(takes("2", nullptr));
    EXPECT_FALSE(takes("3", "https://ehr.example/keys/"));
}

// For the log: whoever sets a client up has to learn it somewhere, and nothing of the token is
// told.
TEST_F(TokenTest, TheReasonIsToldInFixedWords) {
    const auto with = [&](const char* name, const json& value) {
        json claims = claims_of("Jane");
        claims[name] = value;
        return refusal(sign(curve, header_of("ES384", "ec"), claims));
    };
    EXPECT_EQ(refusal("Jane"), "no token");
    EXPECT_THAT(refusal(sign(number, header_of("RS256", "rsa"), claims_of("1"))),
                testing::StartsWith("another algorithm"));
    EXPECT_THAT(with("iss", "https://jane.example"), testing::HasSubstr("(iss)"));
    EXPECT_THAT(with("aud", "https://jane.example"), testing::HasSubstr("(aud)"));
    EXPECT_THAT(with("exp", at(-120s)), testing::HasSubstr("(exp, iat, nbf)"));
    EXPECT_THAT(with("jti", ""), testing::HasSubstr("(jti)"));
    EXPECT_THAT(refusal(sign(curve, header_of("ES384", "Jane"), claims_of("2"))),
                testing::HasSubstr("(kid)"));
    EXPECT_EQ(refusal(sign(stranger, header_of("ES384", "ec"), claims_of("3"))),
              "the signature is wrong");
    json header = header_of("ES384", "ec");
    header["jku"] = "https://jane.example";
    EXPECT_THAT(refusal(sign(curve, header, claims_of("4"))), testing::HasSubstr("(jku)"));
    const std::string token = sign(curve, header_of("ES384", "ec"), claims_of("5"));
    EXPECT_EQ(refusal(token), "");
    EXPECT_EQ(refusal(token), "it was used before");
}

TEST_F(TokenTest, TwoKeysOfOneIdDecideNothing) {
    const std::string twice =
        folder.file("twice.json", keys({curve.public_part(), stranger.public_part()}));
    TokenCheck other({client_of(twice)}, *http, log, use_once(), [this] { return time; });
    bool accepted = true;
    loop.run(ask(other, sign(curve, header_of("ES384", "ec"), claims_of("1")), accepted));
    EXPECT_FALSE(accepted);
}

TEST_F(TokenTest, KeysComeFromTheConfiguredAddress) {
    const Key rotated{elliptic(), "new"};
    test::ScriptedServer server(
        loop, {{test::ok(keys({curve.public_part()}))}, {test::ok(keys({rotated.public_part()}))}});
    CdsClient client;
    client.issuer = issuer;
    client.keys.url = server.url("/jwks");
    TokenCheck other({client}, *http, log, use_once(), [this] { return time; });
    bool accepted = false;
    const auto begun = std::chrono::steady_clock::now();
    json header = header_of("ES384", "ec");
    header["jku"] = client.keys.url;
    loop.run(ask(other, sign(curve, header, claims_of("1")), accepted));
    EXPECT_TRUE(accepted);
    loop.run(ask(other, sign(curve, header_of("ES384", "ec"), claims_of("2")), accepted));
    EXPECT_TRUE(accepted);
    const bool soon = std::chrono::steady_clock::now() - begun < 500ms; // not on a machine at work
    loop.run(ask(other, sign(rotated, header_of("ES384", "new"), claims_of("3")), accepted));
    EXPECT_TRUE(!soon || server.requests().size() == 1) << "once in a second at most";
    loop.run_for(1'100ms);
    loop.run(ask(other, sign(rotated, header_of("ES384", "new"), claims_of("4")), accepted));
    EXPECT_TRUE(accepted) << "keys are rotated in place, and a second later looked for";
}

TEST_F(TokenTest, WeakKeysAndKeysForOtherWorkAreNot) {
    const Key weak(rsa(1024), "weak");
    json signs_only = number.public_part();
    signs_only["key_ops"] = {"sign"};
    json verifies = curve.public_part();
    verifies["key_ops"] = {"verify"};
    const std::string path =
        folder.file("work.json", keys({weak.public_part(), signs_only, verifies}));
    TokenCheck other({client_of(path)}, *http, log, use_once(), [this] { return time; });
    bool accepted = true;
    loop.run(ask(other, sign(weak, header_of("RS384", "weak"), claims_of("1")), accepted));
    EXPECT_FALSE(accepted);
    loop.run(ask(other, sign(number, header_of("RS384", "rsa"), claims_of("2")), accepted));
    EXPECT_FALSE(accepted);
    loop.run(ask(other, sign(curve, header_of("ES384", "ec"), claims_of("3")), accepted));
    EXPECT_TRUE(accepted);
}

TEST_F(TokenTest, WhoComesWhileKeysAreFetchedWaits) {
    test::ScriptedServer server(loop, {{test::ok(keys({curve.public_part()}))}});
    CdsClient client;
    client.issuer = issuer;
    client.keys.url = server.url("/jwks");
    TokenCheck other({client}, *http, log, use_once(), [this] { return time; });
    bool first = false;
    bool second = false;
    asio::co_spawn(loop.executor(),
                   ask(other, sign(curve, header_of("ES384", "ec"), claims_of("1")), first),
                   [](std::exception_ptr) {});
    loop.run(ask(other, sign(curve, header_of("ES384", "ec"), claims_of("2")), second));
    EXPECT_TRUE(first && second);
    EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(TokenTest, KeysThatCannotBeReadAreToldAndAskedForAgain) {
    test::ScriptedServer server(loop,
                                {{"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n"},
                                 {test::ok(keys({curve.public_part()}))}});
    CdsClient client;
    client.issuer = issuer;
    client.keys.url = server.url("/jwks");
    TokenCheck other({client}, *http, log, use_once(), [this] { return time; });
    bool accepted = true;
    loop.run(ask(other, sign(curve, header_of("ES384", "ec"), claims_of("1")), accepted));
    EXPECT_FALSE(accepted);
    EXPECT_THAT(lines.str(), testing::HasSubstr("the keys of callers cannot be read: HTTP 503"));
    loop.run_for(std::chrono::milliseconds(1'100));
    loop.run(ask(other, sign(curve, header_of("ES384", "ec"), claims_of("2")), accepted));
    EXPECT_TRUE(accepted);
}

TEST(SignedToken, RefusesWhatIsNoToken) {
    for (const char* text : {"", "a.b", "a.b.c", "....", "e30.e30.e30"}) {
        EXPECT_FALSE(SignedToken::parse(text)) << text;
    }
}

} // namespace
