// Base64 (RFC 4648) and character sets.
#include "mapping/fhir/text_bytes.hpp"

#include <gtest/gtest.h>

namespace embolink {
namespace {

TEST(TextBytes, Base64OfTheStandardsExamples) {
    EXPECT_EQ(decode_base64(""), "");
    EXPECT_EQ(decode_base64("Zg=="), "f");
    EXPECT_EQ(decode_base64("Zm8="), "fo");
    EXPECT_EQ(decode_base64("Zm9v"), "foo");
    EXPECT_EQ(decode_base64("Zm9v\nYmFy"), "foobar");
    EXPECT_EQ(decode_base64("Zm8"), "fo") << "padding left out";
    EXPECT_EQ(decode_base64("+/+/"), "\xfb\xff\xbf");
    for (const char* text : {"Z", "Zg=x", "Zm9v!", "Zg=", "Zm9vY==="}) {
        EXPECT_FALSE(decode_base64(text)) << text;
    }
}

TEST(TextBytes, Utf8IsToldFromOldCharacterSets) {
    EXPECT_TRUE(is_utf8("r\xc3\xa9ponse \xe2\x82\xac \xf0\x9f\x99\x82"));
    for (const char* text : {"r\xe9ponse", "\xc3", "\xc0\x80", "\xe2\x82", "\xff"}) {
        EXPECT_FALSE(is_utf8(text));
    }
    EXPECT_EQ(to_utf8("\xef\xbb\xbfr\xc3\xa9ponse"), "r\xc3\xa9ponse");
    EXPECT_EQ(to_utf8("r\xe9ponse l\x92"
                      "\x80\x81"),
              "r\xc3\xa9ponse l\xe2\x80\x99\xe2\x82\xac ");
}

} // namespace
} // namespace embolink
