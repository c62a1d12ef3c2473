// R9.3 and R9.4: which version counts, in whatever order the versions come.
#include "mapping/timeline/current_facts.hpp"
#include "mapping/timeline/patient_index.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <algorithm>
#include <numeric>

namespace embolink {
namespace {

using ::testing::Contains;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct VersionSpec {
    std::string hash;
    std::optional<std::int64_t> updated;
    std::string status = "final";
    std::string updated_text = "";
};

ResourceFacts version(const VersionSpec& spec, const std::string& id = "1") {
    ResourceFacts facts;
    facts.source = {"Observation", id, "", spec.updated_text};
    facts.version = "sha256:" + spec.hash;
    facts.content_hash = spec.hash;
    facts.status = spec.status;
    facts.patient = "Patient/1";
    facts.last_updated_utc = spec.updated;
    facts.issues.push_back({Severity::warning,
                            IssueCode::value,
                            "Observation.value",
                            "Observation/" + id,
                            facts.version,
                            "of this version",
                            "Patient/1"});
    return facts;
}

CurrentResource winner(const std::vector<VersionSpec>& versions) {
    CurrentFacts current;
    for (const VersionSpec& spec : versions) {
        current.add(version(spec), Dropped::no);
    }
    return current.resources().at("Observation/1");
}

// Both orders, because R9.4 allows no difference.
void expect_winner(const VersionSpec& better, const VersionSpec& worse) {
    EXPECT_EQ(winner({better, worse}).content_hash, better.hash);
    EXPECT_EQ(winner({worse, better}).content_hash, better.hash);
}

TEST(CurrentFacts, R9_3_TheLaterLastUpdatedWinsOverEveryRank) {
    expect_winner({"a", 200, "preliminary"}, {"b", 100, "entered-in-error"});
}

TEST(CurrentFacts, R9_3_WithLastUpdatedGoesBeforeWithout) {
    expect_winner({"a", 100, "preliminary"}, {"b", std::nullopt, "entered-in-error"});
}

TEST(CurrentFacts, R9_3_FractionsOfASecondCount) {
    expect_winner({"a", 100, "final", "1970-01-01T00:01:40.25Z"},
                  {"b", 100, "final", "1970-01-01T00:01:40.2Z"});
    expect_winner({"b", 100, "final", "1970-01-01T00:01:40.5Z"},
                  {"a", 100, "final", "1970-01-01T00:01:40.250Z"});
}

TEST(CurrentFacts, R9_3_RankOfStatusBreaksATie) {
    const std::vector<std::vector<std::string>> ranks{
        {"entered-in-error"},
        {"corrected"},
        {"amended", "appended"},
        {"final", "completed", "finished", "active", "available"},
        {"not-done", "stopped", "cancelled"},
        {"in-progress", "arrived", "triaged", "onleave", "on-hold"},
        {"preliminary", "partial", "registered", "preparation", "planned", "unknown"}};
    for (std::size_t i = 0; i + 1 < ranks.size(); ++i) {
        for (const std::string& better : ranks[i]) {
            for (const std::string& worse : ranks[i + 1]) {
                expect_winner({"a", 100, better}, {"b", 100, worse});
                expect_winner({"a", std::nullopt, better}, {"b", std::nullopt, worse});
            }
        }
    }
}

TEST(CurrentFacts, R9_3_ThenTheLargerHashAndAConflict) {
    expect_winner({"b", 100}, {"a", 100});
    EXPECT_TRUE(winner({{"b", 100}, {"a", 100}}).version_conflict);
    EXPECT_TRUE(winner({{"a", std::nullopt}, {"b", std::nullopt}}).version_conflict);
}

TEST(CurrentFacts, R9_3_NoConflictBetweenDuplicatesOrWithAnOlderVersion) {
    EXPECT_FALSE(winner({{"a", 100}, {"a", 100}}).version_conflict);
    EXPECT_FALSE(winner({{"a", 100}, {"b", 200}}).version_conflict);
    EXPECT_FALSE(winner({{"a", 100}, {"b", 100}, {"c", 200}}).version_conflict)
        << "a tie among superseded versions is nobody's concern";
}

TEST(CurrentFacts, R9_4_IssuesOfSupersededVersionsVanish) {
    CurrentFacts current;
    current.add(version({"b", 200}), Dropped::no);
    current.add(version({"a", 100}), Dropped::no);
    const PatientIndex index = index_patients(current, {});
    EXPECT_THAT(index.issues, Contains(Field(&Issue::version, "sha256:b")));
    EXPECT_THAT(index.issues, Not(Contains(Field(&Issue::version, "sha256:a"))));
}

TEST(CurrentFacts, R9_3_TheConflictIsAnIssueOfTheOutput) {
    CurrentFacts current;
    current.add(version({"b", 100}), Dropped::no);
    current.add(version({"a", 100}), Dropped::no);
    EXPECT_THAT(index_patients(current, {}).issues,
                Contains(Field(&Issue::code, IssueCode::conflict)));
}

TEST(CurrentFacts, R9_3_WhatIsDroppedIsDecidedByTheCurrentVersion) {
    CurrentFacts current;
    current.add(version({"a", 100}), Dropped::no);
    current.add(version({"b", 200}), Dropped::restricted);
    EXPECT_EQ(current.resources().at("Observation/1").dropped, Dropped::restricted);
    EXPECT_THAT(current.resources().at("Observation/1").facts, IsEmpty());
    EXPECT_EQ(index_patients(current, {}).restricted, 1U);
}

TEST(CurrentFacts, R9_3_ADeletionOutranksWhatWasBeforeIt) {
    const auto dropped = [](std::optional<std::int64_t> kept, std::optional<std::int64_t> gone) {
        std::vector<Dropped> found;
        for (const bool deletion_first : {true, false}) {
            CurrentFacts current;
            const auto take = [&](bool deletion) {
                current.add(deletion ? version({"d", gone, "deleted"})
                                     : version({"a", kept, "entered-in-error"}),
                            deletion ? Dropped::deleted : Dropped::no);
            };
            take(deletion_first);
            take(!deletion_first);
            found.push_back(current.resources().at("Observation/1").dropped);
        }
        EXPECT_EQ(found[0], found[1]) << "R9.4";
        return found[0];
    };
    EXPECT_EQ(dropped(100, 200), Dropped::deleted);
    EXPECT_EQ(dropped(100, 100), Dropped::deleted);
    EXPECT_EQ(dropped(std::nullopt, 200), Dropped::deleted);
    EXPECT_EQ(dropped(std::nullopt, std::nullopt), Dropped::deleted);
    EXPECT_EQ(dropped(300, 200), Dropped::no) << "made again later";
}

TEST(CurrentFacts, ResourcesWithoutIdAreToldApartByContent) {
    CurrentFacts current;
    current.add(version({"a", 100}, ""), Dropped::no);
    current.add(version({"b", 100}, ""), Dropped::no);
    current.add(version({"b", 100}, ""), Dropped::no);
    EXPECT_THAT(current.resources(), SizeIs(2));
    EXPECT_EQ(current.taken(), 3U);
    EXPECT_EQ(current.older_versions(), 1U);
}

TEST(CurrentFacts, R9_4_AnyOrderAndAnyDuplicationGiveTheSame) {
    const bool holds = rc::check("same winner and conflict", [] {
        const auto size = *rc::gen::inRange<std::size_t>(1, 7);
        std::vector<VersionSpec> versions;
        for (std::size_t i = 0; i < size; ++i) {
            const int updated = *rc::gen::inRange(0, 4);
            versions.push_back(
                {std::string(1, *rc::gen::element('a', 'b', 'c', 'd')),
                 updated == 0 ? std::nullopt : std::optional<std::int64_t>{updated},
                 *rc::gen::element<std::string>("final", "amended", "entered-in-error", "unknown"),
                 ""});
        }
        // One content has one lastUpdated and one status: the hash is over all of it.
        for (VersionSpec& spec : versions) {
            spec.hash += std::to_string(spec.updated.value_or(0)) + spec.status;
        }
        std::vector<VersionSpec> shuffled = versions;
        for (const VersionSpec& spec : versions) {
            if (*rc::gen::inRange(0, 3) == 2) { // sometimes it comes once more
                shuffled.push_back(spec);
            }
        }
        for (std::size_t i = shuffled.size(); i > 1; --i) {
            std::swap(shuffled[i - 1], shuffled[*rc::gen::inRange<std::size_t>(0, i)]);
        }
        const CurrentResource a = winner(versions);
        const CurrentResource b = winner(shuffled);
        RC_ASSERT(a.content_hash == b.content_hash);
        RC_ASSERT(a.version_conflict == b.version_conflict);
    });
    EXPECT_TRUE(holds);
}

} // namespace
} // namespace embolink
