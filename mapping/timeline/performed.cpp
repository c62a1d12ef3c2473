#include "mapping/timeline/performed.hpp"

#include "mapping/timeline/row_purpose.hpp"

#include <algorithm>

namespace embolink {

namespace {

bool one_of(const std::string& status, std::initializer_list<std::string_view> accepted) {
    return std::find(accepted.begin(), accepted.end(), status) != accepted.end();
}

// What other rules ask for as candidates, rows or orders.
struct IsCandidate {
    bool operator()(const LabResult&) const { return false; }

    bool operator()(const TumourSize&) const { return false; }

    bool operator()(const Characteristic&) const { return false; }

    bool operator()(const Imaging& f) const { return f.is_report; }

    bool operator()(const ProcedureRow& f) const { return is_candidate_row(f); }

    template <class Other>
    bool operator()(const Other&) const {
        return true;
    }
};

} // namespace

bool is_performed(const Fact& fact) {
    struct Performed {
        bool operator()(const Person&) const { return true; }

        bool operator()(const DeathFinding&) const { return true; }

        bool operator()(const Diagnosis& f) const { return f.standing == Standing::accepted; }

        bool operator()(const ProcedureRow& f) const {
            return one_of(f.status, {"completed", "in-progress"});
        }

        bool operator()(const DrugEvent& f) const {
            switch (f.source) {
            case DrugSource::administration:
                return one_of(f.status, {"completed", "in-progress", "stopped"});
            case DrugSource::statement:
                return one_of(f.status, {"active", "completed", "stopped", "on-hold"});
            case DrugSource::dispense:
                return one_of(f.status, {"completed", "in-progress"});
            case DrugSource::request:
                return false;
            }
            return false;
        }

        bool operator()(const MedicationInfo&) const { return false; }

        bool operator()(const Assessment& f) const { return f.standing == Standing::accepted; }

        bool operator()(const TumourSize& f) const { return f.standing == Standing::accepted; }

        bool operator()(const LesionPlace&) const { return false; }

        bool operator()(const Imaging& f) const { return f.standing == Standing::accepted; }

        bool operator()(const LabResult& f) const { return f.standing == Standing::accepted; }

        bool operator()(const Characteristic& f) const { return f.standing == Standing::accepted; }

        bool operator()(const ClinicalEvent& f) const { return f.standing == Standing::accepted; }

        bool operator()(const Contact&) const { return true; }

        bool operator()(const Stay&) const { return true; }

        bool operator()(const Order&) const { return false; }
    };

    return std::visit(Performed{}, fact);
}

bool never_counts(const Fact& fact) {
    return !is_performed(fact) && !std::visit(IsCandidate{}, fact);
}

} // namespace embolink
