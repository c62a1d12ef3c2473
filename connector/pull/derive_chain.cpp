#include "connector/pull/derive_chain.hpp"

#include "connector/core/error.hpp"
#include "connector/fhir/references.hpp"
#include "mapping/endpoints/record_json.hpp"
#include "mapping/facts/own_output.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace embolink {
namespace {

// Later than every date of a record.
const Date far_future = Date{std::chrono::year{9999} / std::chrono::December / 31};

// The hash is that of the resource as it came, so that a record names the same version as `derive`
// over the untrimmed file does.
Resource resource_of(const StoredResource& stored) {
    const ParsedJson parsed = parse_json(stored.body);
    auto resource = make_resource(parsed.value, stored.content_hash);
    if (!resource) {
        throw Error(ErrorKind::store,
                    "the database holds something that is no resource",
                    stored.reference,
                    "restore the database from a copy, or remove it: everything is pulled anew");
    }
    return *resource;
}

std::vector<std::string> lines(const auto& values) {
    std::vector<std::string> out;
    for (const auto& value : values) {
        out.push_back(to_json_line(value));
    }
    return out;
}

// The records but for the cut that they name.
std::vector<std::string> without_cut(std::vector<EndpointRecord> records) {
    for (EndpointRecord& record : records) {
        record.as_of = far_future;
    }
    return lines(records);
}

DerivedCohort derive_at(const Intake& intake, const TrialDefinition& trial, Date as_of) {
    return intake.derive(trial, as_of, {other_course_gaps.begin(), other_course_gaps.end()});
}

// Rule R0.3: will any later day change these records without any new data? A derivation that sees
// all dates as past answers it without a second list of the rules' windows.
bool is_stable(const Intake& intake, const DerivedCohort& now, const TrialDefinition& trial) {
    const DerivedCohort later = derive_at(intake, trial, far_future);
    bool same = without_cut(now.records) == without_cut(later.records) &&
                lines(now.timeline) == lines(later.timeline);
    for (std::size_t i = 0; i < other_course_gaps.size(); ++i) {
        same = same && without_cut(now.otherwise[i]) == without_cut(later.otherwise[i]);
    }
    return same;
}

void keep_what_is_otherwise(Derivation& out, const DerivedCohort& cohort) {
    for (std::size_t i = 0; i < other_course_gaps.size(); ++i) {
        std::vector<std::string> records = lines(cohort.otherwise[i]);
        if (records != out.records) {
            out.otherwise[other_course_gaps[i]] = std::move(records);
        }
    }
}

} // namespace

std::string course_gap_words(int days) {
    return "rounds up to " + std::to_string(days) + " days apart belong to one course";
}

std::map<std::string, std::int64_t> counts_by_name(const IntakeCounts& in) {
    const auto number = [](std::size_t count) { return static_cast<std::int64_t>(count); };
    return {{"resources", number(in.resources)},
            {"older_versions", number(in.older_versions)},
            {"own_output", number(in.own_output)},
            {"test_data", number(in.test_data)},
            {"restricted", number(in.restricted)},
            {"unsupported_type", number(in.unsupported_type)},
            {"opted_out", number(in.opted_out)},
            {"patients", number(in.patients)},
            {"candidates", number(in.candidates)}};
}

DerivedChain derive_chain(const ChainState& chain,
                          const std::vector<StoredResource>& resources,
                          const std::vector<std::string>& page_issues,
                          const DerivationSetup& setup) {
    Intake intake(setup.frame);
    const std::set<std::string> members(chain.members.begin(), chain.members.end());
    for (const StoredResource& stored : resources) {
        const Resource resource = resource_of(stored);
        // Whoever was unlinked has records of his own: his data are no evidence here. What is left
        // of a restricted resource names no patient; it is counted only.
        if (is_restricted(resource) || fhir::belongs_to(resource, members, setup.server)) {
            intake.add(resource);
        }
    }
    for (const Adjudication& decision : setup.decisions) {
        if (members.count(decision.patient) > 0) {
            intake.adjudicate(decision);
        }
    }
    for (const std::string& line : page_issues) {
        intake.add_issue(issue_from_json_line(line));
    }
    DerivedCohort cohort = derive_at(intake, setup.trial, setup.as_of);
    DerivedChain out;
    out.stored.chain = chain.chain;
    out.stored.mark = chain.mark;
    out.stored.rules_version = setup.derivation_key;
    out.stored.as_of = to_iso(setup.as_of);
    out.stored.stable = is_stable(intake, cohort, setup.trial);
    out.stored.records = lines(cohort.records);
    keep_what_is_otherwise(out.stored, cohort);
    out.stored.timeline = lines(cohort.timeline);
    out.stored.issues = lines(cohort.issues);
    out.stored.counts = counts_by_name(cohort.counts);
    out.stored.counts["open_items"] = static_cast<std::int64_t>(cohort.open_items.size());
    out.records = std::move(cohort.records);
    return out;
}

} // namespace embolink
