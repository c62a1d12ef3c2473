// What holds for every cohort, whatever is in it (rules R9.4 and R9.6, issue "properties").
#include "connector/core/time_zone.hpp"
#include "connector/synth/synth.hpp"
#include "mapping/endpoints/record_json.hpp"
#include "tests/support/cohort.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace {

using namespace embolink;

// A dirty synthetic hospital in memory, derived once.
struct Hospital {
    test::TempFolder folder;
    std::vector<Resource> resources;
    CohortRun run;
    ZoneRule zone;

    explicit Hospital(const std::string& scenario) {
        synth::SynthOptions options;
        options.scenario = scenario;
        synth::generate_hospital(options, folder.path(), [](std::size_t, std::size_t) {});
        const std::string input = (folder.path() / "resources").string();
        run = test::derive_files({input}, (folder.path() / "site.json").string(), "");
        zone = zone_rule(run.site.config.time_zone);
        ResourceSink sink;
        sink.resource = [this](const Resource& one) { resources.push_back(one); };
        sink.issue = [](const Issue&) {};
        read_resources(find_inputs({input}), sink);
    }

    DerivedCohort derive(const std::vector<Resource>& some, Date as_of) const {
        return intake_of(some).derive(run.trial, as_of);
    }

    Intake intake_of(const std::vector<Resource>& some) const {
        Intake intake(make_reading_frame(run.definitions, run.site.config, zone));
        for (const Resource& resource : some) {
            intake.add(resource);
        }
        return intake;
    }
};

const Hospital& hospital() {
    static const Hospital one("audit_60");
    return one;
}

TEST(Properties, OrderAndRepetitionOfTheInputChangeNoByte) {
    const Hospital& all = hospital();
    const std::string expected = test::all_lines(all.run.cohort);
    std::mt19937 random(20120411);
    for (int round = 0; round < 8; ++round) {
        std::vector<Resource> shuffled = all.resources;
        // The same resources again, in part.
        shuffled.insert(shuffled.end(), all.resources.begin() + 100 * round, all.resources.end());
        std::shuffle(shuffled.begin(), shuffled.end(), random);
        EXPECT_TRUE(test::all_lines(all.derive(shuffled, all.run.cohort.as_of)) == expected)
            << "round " << round;
    }
}

std::vector<std::string> lines_of(const std::vector<EndpointRecord>& records) {
    std::vector<std::string> lines;
    for (const EndpointRecord& record : records) {
        lines.push_back(to_json_line(record));
    }
    return lines;
}

// R2.3: records under other gaps between rounds, derived besides or of a trial that has them.
TEST(Properties, AnotherGapBetweenRoundsIsThatOfATrialWithIt) {
    const Hospital& all = hospital();
    const Intake intake = all.intake_of(all.resources);
    const std::vector<int> gaps = {40, 100, 180, 210};
    const DerivedCohort both = intake.derive(all.run.trial, all.run.cohort.as_of, gaps);
    ASSERT_EQ(both.otherwise.size(), gaps.size());
    int tell = 0; // gaps of which it makes a difference
    for (std::size_t i = 0; i < gaps.size(); ++i) {
        const TrialDefinition other = with_course_gap(all.run.trial, gaps[i]);
        const DerivedCohort alone = intake.derive(other, all.run.cohort.as_of);
        EXPECT_TRUE(lines_of(both.otherwise[i]) == lines_of(alone.records)) << gaps[i];
        tell += lines_of(alone.records) != lines_of(both.records) ? 1 : 0;
    }
    EXPECT_GE(tell, 2);
}

std::map<std::string, const EndpointRecord*> events(const DerivedCohort& cohort) {
    std::map<std::string, const EndpointRecord*> out;
    for (const EndpointRecord& record : cohort.records) {
        if (std::holds_alternative<Event>(record.status)) {
            out[record.patient + " " + record.param] = &record;
        }
    }
    return out;
}

TEST(Properties, LaterFollowUpNeverMovesAnEarlierEvent) {
    const Hospital& all = hospital();
    std::vector<DerivedCohort> cuts;
    for (int back = 7; back >= 0; --back) {
        cuts.push_back(all.derive(all.resources, plus_days(all.run.cohort.as_of, -300 * back)));
    }
    std::size_t seen = 0;
    for (std::size_t i = 1; i < cuts.size(); ++i) {
        const auto later = events(cuts[i]);
        for (const auto& [name, record] : events(cuts[i - 1])) {
            ++seen;
            const auto found = later.find(name);
            ASSERT_NE(found, later.end()) << name << " is no event at the later cut";
            EXPECT_EQ(*found->second->date, *record->date) << name;
            EXPECT_EQ(std::get<Event>(found->second->status).reason,
                      std::get<Event>(record->status).reason)
                << name;
        }
    }
    EXPECT_GT(seen, 50u);
}

TEST(Properties, WhatIsDatedAfterTheCutChangesNothing) {
    const Hospital& all = hospital();
    const Date cut = plus_days(all.run.cohort.as_of, -900);
    const DerivedCohort early = all.derive(all.resources, cut);
    for (const EndpointRecord& record : early.records) {
        EXPECT_TRUE(!record.date || *record.date <= cut) << record.patient << " " << record.param;
    }
}

std::string without_contained(const std::string& reference) {
    return reference.substr(0, reference.find('#'));
}

// The resource versions that the sources of a record name.
void add_sources(const EndpointRecord& record,
                 const std::multimap<std::string, const Resource*>& by_reference,
                 std::map<std::string, Resource>& out) {
    for (const RecordSource& source : record.sources) {
        const std::string reference = without_contained(source.reference);
        const auto [first, last] = by_reference.equal_range(reference);
        for (auto it = first; it != last; ++it) {
            if (it->second->version() == source.version) {
                out.emplace(reference + " " + source.version, *it->second);
            }
        }
    }
}

TEST(Properties, EachRecordFollowsFromItsSourcesAndThoseOfTheCohortRecord) {
    const Hospital& all = hospital();
    std::multimap<std::string, const Resource*> by_reference;
    for (const Resource& resource : all.resources) {
        by_reference.emplace(resource.source.reference(), &resource);
    }
    const EndpointRecord* cohort = nullptr;
    std::vector<std::string> differences;
    for (const EndpointRecord& record : all.run.cohort.records) {
        cohort = record.param == "COHORT" ? &record : cohort;
        ASSERT_EQ(cohort->patient, record.patient);
        std::map<std::string, Resource> sources;
        add_sources(*cohort, by_reference, sources);
        add_sources(record, by_reference, sources);
        std::vector<Resource> some;
        for (const auto& [name, resource] : sources) {
            some.push_back(resource);
        }
        const DerivedCohort again = all.derive(some, record.as_of.value());
        std::string line = "nothing";
        for (const EndpointRecord& other : again.records) {
            if (other.patient == record.patient && other.param == record.param) {
                line = to_json_line(other);
            }
        }
        if (line != to_json_line(record)) {
            differences.push_back(to_json_line(record) + "\n   from its sources: " + line);
        }
    }
    EXPECT_TRUE(differences.empty()) << test::first_lines(differences, 6);
}

} // namespace
