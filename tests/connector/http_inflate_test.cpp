#include "connector/http/inflate.hpp"
#include "tests/connector/http_zip.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

namespace {

using namespace embolink::http;
using embolink::test::deflated;
using embolink::test::gzip;

const std::string text = std::string(200'000, 'a') + "end";

TEST(Inflate, ReadsBothWrappersAndSeveralMembers) {
    for (const std::string& stored :
         {gzip(text), deflated(text), gzip("aaa") + gzip(text.substr(3))}) {
        const Inflated inflated = inflate(stored, text.size());
        EXPECT_EQ(inflated.inflation, Inflation::whole);
        EXPECT_EQ(inflated.text, text);
    }
}

TEST(Inflate, StopsAtTheLimitAndNotAfterIt) {
    EXPECT_EQ(inflate(gzip(text), text.size()).inflation, Inflation::whole);
    EXPECT_EQ(inflate(gzip(text), text.size() - 1).inflation, Inflation::too_large);
    // 64 MB in 64 kB: what is held of them is the limit and a chunk.
    const Inflated bomb = inflate(gzip(std::string(64'000'000, 'a')), 1'000);
    EXPECT_EQ(bomb.inflation, Inflation::too_large);
    EXPECT_LT(bomb.text.capacity(), 1'000'000u);
}

TEST(Inflate, TellsCutFromDamaged) {
    const std::string stored = gzip(text);
    for (std::size_t length = 0; length < stored.size(); length += 7) {
        EXPECT_EQ(inflate(stored.substr(0, length), text.size()).inflation, Inflation::cut)
            << length;
    }
    std::string flipped = stored;
    flipped[flipped.size() - 6] = static_cast<char>(~flipped[flipped.size() - 6]); // the checksum
    EXPECT_EQ(inflate(flipped, text.size()).inflation, Inflation::damaged);
    EXPECT_EQ(inflate("plain text", 100).inflation, Inflation::damaged);
    EXPECT_EQ(inflate(stored + "rubbish", text.size()).inflation, Inflation::damaged);
}

} // namespace
