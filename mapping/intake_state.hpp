// What derive.cpp and rereading.cpp share: what an Intake holds, and one patient's way from current
// resources to records. Internal to mapping.
#pragma once

#include "mapping/adjudication/apply_decisions.hpp"
#include "mapping/derive.hpp"
#include "mapping/endpoints/derive_patient.hpp"
#include "mapping/endpoints/site_limits.hpp"
#include "mapping/timeline/patient_index.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace embolink {

class ReadingFrame {
public:
    ReadingFrame(const Definitions& given,
                 const SiteConfig& config,
                 ZoneRule rule,
                 ReportTexts keeping)
        : definitions(given), site(config), zone(std::move(rule)), texts(keeping) {
        definitions.terminology = given.terminology.with_site(config);
        auto canonical = canonical_site_limits(definitions.terminology, config.limits);
        site.limits = std::move(canonical.limits);
        issues = std::move(canonical.issues);
    }

    Definitions definitions; // with the site's own codes
    SiteConfig site;         // limits in the units of the results
    ZoneRule zone;
    ReportTexts texts;
    Issues issues; // of the site's limits
};

struct Intake::State {
    explicit State(std::shared_ptr<const ReadingFrame> given)
        : frame(std::move(given)), opt_out(frame->site.opt_out), input_issues(frame->issues) {}

    std::shared_ptr<const ReadingFrame> frame;
    std::set<std::string> opt_out;
    CurrentFacts current;
    std::vector<Adjudication> decisions;
    Issues input_issues;
};

// R1.1, whatever the cut.
bool has_candidate_row(const PatientResources& patient);

std::vector<IdentityDecision> identity_decisions(const std::vector<Adjudication>& decisions);

// Standing decisions by the patient that they name.
class DecisionsByPatient {
public:
    explicit DecisionsByPatient(const std::vector<Adjudication>& decisions);

    // Of all identities of a patient, in order of origin.
    std::vector<const Adjudication*> of(const std::vector<std::string>& members) const;

    // Decisions about nobody of the input. An opted-out patient leaves no issue (R9.6).
    Issues about_nobody(const PatientIndex& index) const;

private:
    std::map<std::string, std::vector<const Adjudication*>> of_;
};

// What is the same for every patient of a derivation; all must outlive the call.
struct CohortFrame {
    const MedicationIndex& medications;
    const DecisionsByPatient& decisions;
    const DecisionFrame& decision_frame;
    const DerivationFrame& derivation;
};

// nullopt: no candidate at the cut (R0.3, R1.1).
std::optional<PatientRecords> derive_indexed(const PatientResources& patient,
                                             const CohortFrame& frame);

} // namespace embolink
