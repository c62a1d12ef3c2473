// When the keys of callers are read again, and who waits for that.
#include "connector/service/key_set.hpp"
#include "tests/connector/http_loop.hpp"
#include "tests/support/temp_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

namespace {

using namespace embolink;
using namespace embolink::service;
using namespace std::chrono_literals;
using nlohmann::json;

json key_of(const std::string& id) {
    return {{"kty", "EC"}, {"crv", "P-384"}, {"kid", id}};
}

std::string set_of(const std::vector<json>& keys) {
    return json{{"keys", keys}}.dump();
}

// A key server in a few words.
class KeyServer : public http::Client {
public:
    enum class Mood { well, broken, silent, odd };

    asio::awaitable<http::Response> send(http::Request) override {
        ++asked;
        if (mood == Mood::silent) {
            co_await sleep_for(24h);
        }
        if (mood == Mood::odd) {
            throw std::length_error("field value too large"); // as Beast: no Error
        }
        http::Response response(mood == Mood::broken ? 503 : 200);
        response.body = body;
        co_return response;
    }

    void drop_idle() override {}

    Mood mood = Mood::well;
    std::string body = set_of({key_of("known")});
    int asked = 0;
};

using Mood = KeyServer::Mood;

class KeySets : public testing::Test {
protected:
    static KeySource at_url() {
        KeySource source;
        source.url = "https://ehr.example/jwks?a=b";
        return source;
    }

    static asio::awaitable<void> look(KeySet& set, std::string id, bool& found) {
        const std::vector<std::string> keys = co_await set.find(std::move(id), "ES384");
        found = keys.size() == 1;
    }

    // Throws when nothing is said within 20 s. What goes on beside comes to its end.
    bool has(KeySet& set, const std::string& id) {
        bool found = false;
        loop.run(look(set, id, found));
        if (server.mood != Mood::silent) {
            loop.run_for(20s); // ends with the work
        }
        return found;
    }

    KeySet with_patience(std::chrono::milliseconds patience) {
        return {at_url(), server, log, patience, [this] { return time; }};
    }

    test::Loop loop;
    std::ostringstream lines;
    Log log{std::make_shared<spdlog::logger>(
        "embolink", std::make_shared<spdlog::sinks::ostream_sink_mt>(lines))};
    KeyServer server;
    std::chrono::steady_clock::time_point time{10'000h};
};

TEST_F(KeySets, WhateverIsThrownIsAnAnswerThatCouldNotBeRead) {
    KeySet set = with_patience(24h);
    server.mood = Mood::odd;
    EXPECT_FALSE(has(set, "known"));
    EXPECT_THAT(lines.str(),
                testing::HasSubstr("cannot be read: field value too large "
                                   "(https://ehr.example/jwks)"));
    server.mood = Mood::well;
    time += 1s;
    EXPECT_TRUE(has(set, "known")) << "it is asked again";
}

TEST_F(KeySets, NobodyWaitsForASilentServerForEver) {
    KeySet set = with_patience(20ms);
    server.mood = Mood::silent;
    bool first = true;
    asio::co_spawn(loop.executor(), look(set, "known", first), [](std::exception_ptr) {});
    EXPECT_FALSE(has(set, "known"));
    EXPECT_FALSE(has(set, "known"));
    loop.run_for(40ms);
    EXPECT_FALSE(first);
    EXPECT_EQ(server.asked, 1);
}

TEST_F(KeySets, WhoseKeyIsKnownDoesNotWait) {
    KeySet set = with_patience(24h);
    EXPECT_TRUE(has(set, "known"));
    server.mood = Mood::silent;
    time += 59min;
    EXPECT_TRUE(has(set, "known"));
    EXPECT_EQ(server.asked, 1);
    time += 1min;
    EXPECT_TRUE(has(set, "known"));
    EXPECT_TRUE(has(set, "known"));
    EXPECT_EQ(server.asked, 2) << "once, beside the answer";
}

// A key that was taken out of the set is good for an hour and one call more.
TEST_F(KeySets, WhatIsReadBesideCountsForTheNext) {
    KeySet set = with_patience(24h);
    EXPECT_TRUE(has(set, "known"));
    server.body = set_of({key_of("rotated")});
    time += 1h;
    EXPECT_TRUE(has(set, "known"));
    EXPECT_FALSE(has(set, "known"));
    EXPECT_TRUE(has(set, "rotated"));
    EXPECT_EQ(server.asked, 2);
}

TEST_F(KeySets, AServerInTroubleIsAskedLessAndLess) {
    KeySet set = with_patience(24h);
    EXPECT_TRUE(has(set, "known"));
    server.mood = Mood::broken;
    time += 1h;
    std::vector<int> asked_at;
    for (int second = 0; second < 250; ++second, time += 1s) {
        const int before = server.asked;
        EXPECT_TRUE(has(set, "known"));
        if (server.asked > before) {
            asked_at.push_back(second);
        }
    }
    EXPECT_THAT(asked_at, testing::ElementsAre(0, 1, 3, 7, 15, 31, 63, 123, 183, 243));
    server.mood = Mood::well;
    server.body = set_of({key_of("known"), key_of("rotated")});
    EXPECT_TRUE(has(set, "rotated")) << "for a key that is not known a second is enough";
}

TEST_F(KeySets, AnUnknownKeyIsLookedForOnceInASecond) {
    KeySet set = with_patience(24h);
    EXPECT_TRUE(has(set, "known"));
    EXPECT_FALSE(has(set, "rotated"));
    EXPECT_EQ(server.asked, 1);
    server.mood = Mood::broken;
    for (int second = 0; second < 20; ++second) {
        time += 1s;
        EXPECT_FALSE(has(set, "rotated"));
    }
    EXPECT_EQ(server.asked, 21) << "in trouble, too";
    EXPECT_TRUE(has(set, "known"));
    EXPECT_EQ(server.asked, 21) << "the others' keys are not old for that";
}

TEST_F(KeySets, AFileIsReadAtOnceAndToldWhenItCannotBe) {
    const test::TempFolder folder;
    KeySource source;
    source.file = folder.path() / "keys.json";
    KeySet set(source, server, log, 24h, [this] { return time; });
    EXPECT_FALSE(has(set, "known"));
    EXPECT_THAT(lines.str(), testing::HasSubstr("no JSON Web Key Set ("));
    folder.file("keys.json", set_of({key_of("known")}));
    time += 1s;
    EXPECT_TRUE(has(set, "known"));
    folder.file("keys.json", set_of({key_of("rotated")}));
    time += 1h;
    EXPECT_FALSE(has(set, "known"));
    EXPECT_EQ(server.asked, 0);
}

} // namespace
