// The whole mapping in two steps: take in resources in any order, then derive every patient's
// records at one clinical cut. The output is a pure function of the set of resources, definitions,
// site and adjudications (R9.4).
#pragma once

#include "mapping/adjudication/adjudication.hpp"
#include "mapping/adjudication/open_items.hpp"
#include "mapping/definitions.hpp"
#include "mapping/facts/fact_reader.hpp"
#include "mapping/records/endpoint_record.hpp"
#include "mapping/site.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace embolink {

// Counts for the CONSORT figure and the data manager.
struct IntakeCounts {
    std::size_t resources = 0;        // taken in, every version
    std::size_t older_versions = 0;   // superseded or the same again (R9.3)
    std::size_t own_output = 0;       // R9.1
    std::size_t test_data = 0;        // R9.5
    std::size_t restricted = 0;       // R9.6
    std::size_t unsupported_type = 0; // no reader
    std::size_t opted_out = 0;        // patients (R9.6)
    std::size_t patients = 0;         // after merge links
    std::size_t candidates = 0;       // R1.1
};

// A reader's decision that stands, and the patient whose records it is part of.
struct UsedDecision {
    std::string patient; // after merge links
    Adjudication decision;
};

struct DerivedCohort {
    Date as_of;
    IntakeCounts counts;
    std::vector<EndpointRecord> records; // by patient, then the trial file's order
    std::vector<TimelineEntry> timeline; // by patient, date, source
    Issues issues;                       // sorted, unique
    std::vector<OpenItem> open_items;    // what a reader could decide; sorted
    std::vector<UsedDecision> decisions; // what readers have decided, by patient and origin
    // Records with each of the other longest gaps between rounds that were asked for.
    std::vector<std::vector<EndpointRecord>> otherwise;
};

// What every resource is read with: definitions that know the site's own codes, limits in the units
// of the results. Made once, shared by any number of Intakes.
class ReadingFrame;
enum class ReportTexts { forget, keep }; // keep: for the list that goes to readers
std::shared_ptr<const ReadingFrame> make_reading_frame(const Definitions& definitions,
                                                       const SiteConfig& site,
                                                       ZoneRule zone,
                                                       ReportTexts texts = ReportTexts::forget);

// Takes resources in any order and keeps the current version of each (R9.3), as facts only.
class Intake {
public:
    explicit Intake(std::shared_ptr<const ReadingFrame> frame);
    ~Intake();
    Intake(Intake&&) noexcept;
    Intake& operator=(Intake&&) = delete;

    void add(const Resource& resource);
    // One more opt-out (R9.6), for those that the site names by an identifier which only the
    // Patient resource resolves. "Patient/<id>"; counts for what was added before, too.
    void opt_out(const std::string& patient);
    void adjudicate(Adjudication decision);
    // The opt-outs and decisions that another intake of the same resources was given.
    void follow(const Intake& other);
    void add_issue(Issue issue); // faults of the input itself (unreadable line, ...)

    // R0.3's default cut; nullopt: no candidate patient with a dated fact.
    std::optional<Date> default_as_of() const;

    // `trial` of definitions.trials. Const: may be called with several cuts. `other_gaps`: longest
    // gaps between the rounds of one course (R2.3), in days, with which the records are derived
    // beside those of the trial.
    DerivedCohort
    derive(const TrialDefinition& trial, Date as_of, const std::vector<int>& other_gaps = {}) const;

    struct State; // intake_state.hpp

    const State& state() const { return *state_; }

private:
    std::unique_ptr<State> state_;
};

} // namespace embolink
