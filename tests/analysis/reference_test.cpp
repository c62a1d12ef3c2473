// The statistics against R: every case of tests/reference/cases, every key.
#include "analysis/cases/case.hpp"
#include "analysis/cases/compare.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>

namespace embolink::test {
namespace {

using nlohmann::json;

json read_case(const std::filesystem::path& path) {
    std::ifstream file{path};
    return json::parse(file);
}

std::vector<std::filesystem::path> all_cases() {
    std::vector<std::filesystem::path> paths;
    const auto folder = std::filesystem::path{EMBOLINK_SOURCE_DIR} / "tests/reference/cases";
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        paths.push_back(entry.path());
    }
    std::ranges::sort(paths);
    return paths;
}

class Reference : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Reference, AgreesWithR) {
    EXPECT_EQ(check_case(read_case(GetParam())).differences, std::vector<std::string>{});
}

INSTANTIATE_TEST_SUITE_P(Cases, Reference, testing::ValuesIn(all_cases()), [](const auto& test) {
    std::string name = test.param.stem().string();
    for (char& c : name) {
        c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    }
    return name;
});

// A kind that no case shows proves nothing.
TEST(ReferenceCases, EveryKindHasOne) {
    std::set<std::string> shown;
    for (const auto& path : all_cases()) {
        shown.insert(read_case(path).at("kind").get<std::string>());
    }
    const std::vector<std::string> kinds = case_kinds();
    EXPECT_EQ(shown, std::set<std::string>(kinds.begin(), kinds.end()));
}

} // namespace
} // namespace embolink::test
