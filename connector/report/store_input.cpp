#include "connector/report/store_input.hpp"

#include "connector/core/error.hpp"
#include "connector/core/hash.hpp"
#include "connector/report/audit_settings.hpp"
#include "mapping/endpoints/record_json.hpp"

#include <set>
#include <stdexcept>

namespace embolink {
namespace {

std::vector<EndpointRecord> records_of(const std::vector<std::string>& lines,
                                       const std::optional<Date>& as_of) {
    std::vector<EndpointRecord> records;
    for (const std::string& line : lines) {
        records.push_back(record_from_json_line(line));
        records.back().as_of = as_of;
    }
    return records;
}

void append(std::vector<EndpointRecord>& records, std::vector<EndpointRecord> more) {
    records.insert(
        records.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// One chain after the other is added.
class Gathering {
public:
    explicit Gathering(AuditSettings settings) {
        input_.settings = std::move(settings);
        input_.timeline.emplace();
        for (const int days : other_course_gaps) {
            input_.otherwise.push_back({course_gap_words(days), {}});
        }
    }

    void add(const Derivation& derivation, const std::optional<Date>& as_of) {
        std::vector<EndpointRecord> records = records_of(derivation.records, as_of);
        for (const EndpointRecord& record : records) {
            hash_.update(to_json_line(record) + "\n");
        }
        for (std::size_t i = 0; i < other_course_gaps.size(); ++i) {
            const auto other = derivation.otherwise.find(other_course_gaps[i]);
            append(input_.otherwise[i].records,
                   other == derivation.otherwise.end() ? records
                                                       : records_of(other->second, as_of));
        }
        append(input_.records, std::move(records));
        for (const std::string& line : derivation.timeline) {
            input_.timeline->push_back(timeline_from_json_line(line));
        }
        for (const std::string& line : derivation.issues) {
            issues_.push_back(issue_from_json_line(line));
        }
    }

    AuditInput finish() {
        input_.settings.inputs = {{"records in the store", hash_.finish()}};
        input_.issues = count_issues(issues_);
        return std::move(input_);
    }

private:
    AuditInput input_;
    Issues issues_;
    Sha256 hash_; // of the records, which name every version that decided them
};

} // namespace

AuditSettings store_settings(const std::vector<Derivation>& derivations,
                             const DerivationSetup& setup,
                             std::map<std::string, std::int64_t> counts) {
    for (const Derivation& derivation : derivations) {
        for (const auto& [name, count] : derivation.counts) {
            counts[name] += count;
        }
    }
    AuditSettings settings = audit_settings(setup.trial, setup.site);
    settings.as_of = setup.as_of;
    settings.rules_version = setup.definitions.rules_version;
    settings.intake = intake_lines(counts);
    return settings;
}

AuditInput audit_input_from_store(const std::vector<Derivation>& derivations,
                                  AuditSettings settings,
                                  const std::map<std::string, std::string>& left_alone) {
    const std::optional<Date> as_of = settings.as_of;
    Gathering gathering(std::move(settings));
    for (const Derivation& derivation : derivations) {
        const auto own_cut = left_alone.find(derivation.chain);
        try {
            gathering.add(derivation,
                          own_cut == left_alone.end() ? as_of : date_from_iso(own_cut->second));
        } catch (const std::invalid_argument& fault) {
            throw Error(
                ErrorKind::store,
                std::string("the database holds something that is no record: ") + fault.what(),
                "what was derived of a patient",
                "restore the database from a copy, or remove it: everything is pulled anew");
        }
    }
    return gathering.finish();
}

} // namespace embolink
