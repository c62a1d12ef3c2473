// RESP (R7.4): did an elevated marker fall to half of its baseline?
//   1. the baseline as BASE has it; not evaluable or not elevated: nor is this;
//   2. values of the same series from day 28 to new therapy or the cut; those of another limit of
//      normal are of another assay;
//   3. true at the first that is surely at most half; false when any is surely not and none is.
#include "mapping/endpoints/lab_order.hpp"
#include "mapping/endpoints/marker_series.hpp"
#include "mapping/endpoints/trail.hpp"

#include <algorithm>

namespace embolink {
namespace {

enum class Fall { to_half, not_to_half, open };

// How the later value stands to half of the baseline. Within one unit as written, each digit
// counts, however both were converted. Between units the converted values (R7.1), and the tolerance
// speaks for no response (R0.5); where each came with a limit of its own, it is half as well when
// it is as a multiple of it: laboratories round 10 mg/24h to 52.3 umol/24h.
std::strong_ordering
against_half(const PatientCase& patient, const LabResult& baseline, const LabResult& later) {
    const auto half = multiply(baseline.value, *parse_decimal("0.5"));
    if (baseline.converted == later.converted) {
        return compare(later.value, half);
    }
    const auto converted = exceeds(half, later.value, true) ? std::strong_ordering::less
                                                            : std::strong_ordering::greater;
    const auto own = *normal_limits(patient, baseline).upper;
    const auto other = normal_limits(patient, later).upper;
    if (!other || compare(own, *other) == std::strong_ordering::equal) {
        return converted;
    }
    const auto as_multiples = compare(*divide(later.value, *other), *divide(half, own));
    return converted < 0 || as_multiples > 0 ? converted : as_multiples;
}

bool below(Comparator comparator) {
    return comparator == Comparator::less || comparator == Comparator::less_or_equal;
}

// A baseline above a bound may be anything above it, so that it has no half to stay above.
Fall fall_of(const PatientCase& patient, const LabResult& baseline, const LabResult& later) {
    const auto order = against_half(patient, baseline, later);
    if (later.comparator == Comparator::none || below(later.comparator)) {
        if (order <= 0) {
            return Fall::to_half;
        }
        const bool measured =
            baseline.comparator == Comparator::none && later.comparator == Comparator::none;
        return measured ? Fall::not_to_half : Fall::open;
    }
    const bool above = later.comparator == Comparator::greater ? order >= 0 : order > 0;
    return above && baseline.comparator == Comparator::none ? Fall::not_to_half : Fall::open;
}

// R7.1: within one per cent. R7.4 asks for one that differs: none does not.
bool same_limit(const Decimal& baseline, const std::optional<Decimal>& later) {
    return !later || (compare(*later, multiply(baseline, *parse_decimal("0.99"))) >= 0 &&
                      compare(*later, multiply(baseline, *parse_decimal("1.01"))) <= 0);
}

// R7.4: another one only where both name theirs. One that is silent does not differ, and the limits
// have their own say.
bool same_assay(const LabResult& baseline, const LabResult& later) {
    return baseline.property == later.property &&
           (baseline.laboratory.empty() || later.laboratory.empty() ||
            baseline.laboratory == later.laboratory);
}

struct FollowUp {
    std::vector<const LabResult*> comparable; // in order of time
    std::vector<const LabResult*> of_another_assay;
};

struct Window {
    Date first;
    Date last;
    std::optional<NewTherapy> therapy; // what ends it, when it is one

    bool holds(const LabResult& result) const {
        return result.effective->first >= first && result.effective->first <= last;
    }
};

Window response_window(const PatientCase& patient) {
    Window window{plus_days(patient.t0(), patient.trial.windows.marker_response.days),
                  patient.as_of,
                  first_new_therapy(patient)};
    if (window.therapy) {
        window.last = std::min(window.last, window.therapy->date);
    }
    return window;
}

FollowUp follow_up(const PatientCase& patient,
                   const std::string& analyte,
                   const MarkerBaseline& baseline,
                   const Window& window) {
    FollowUp found;
    const auto limit = *normal_limits(patient, *baseline.result).upper;
    for (const auto& lab : patient.timeline.labs) {
        if (lab.analyte == analyte && window.holds(lab)) {
            const bool same = same_assay(*baseline.result, lab) &&
                              same_limit(limit, normal_limits(patient, lab).upper);
            (same ? found.comparable : found.of_another_assay).push_back(&lab);
        }
    }
    for (auto* list : {&found.comparable, &found.of_another_assay}) {
        std::stable_sort(list->begin(), list->end(), [](const auto* a, const auto* b) {
            return drawn_earlier(*a, *b);
        });
    }
    return found;
}

void cite_limits(Trail& trail, const PatientCase& patient, const LabResult& result) {
    if (normal_limits(patient, result).depends_on_patient && patient.timeline.person) {
        trail.cite(patient.timeline.person->origin, "limits", "R6.2");
    }
}

class MarkerResponse {
public:
    MarkerResponse(const PatientCase& patient,
                   const EndpointDefinition& definition,
                   const MarkerBaseline& baseline)
        : patient_(patient), definition_(definition), baseline_(baseline),
          trail_(patient, definition), window_(response_window(patient)) {}

    Derived judge(const Derived& base) {
        cite_base(base);
        if (const auto* missing = std::get_if<NotEvaluable>(&base.record.status)) {
            return trail_.finish(*missing);
        }
        trail_.note_used(marker_entry(patient_, *baseline_.result, baseline_.name));
        const auto& flags = base.record.flags;
        if (std::find(flags.begin(), flags.end(), "elevated") == flags.end()) {
            return trail_.finish(NotEvaluable{"baseline-not-elevated"});
        }
        cite_window();
        const auto found = follow_up(patient_, definition_.marker, baseline_, window_);
        for (const auto* result : found.comparable) {
            if (fall_of(patient_, *baseline_.result, *result) == Fall::to_half) {
                return finish_true(*result);
            }
        }
        return finish_without(found);
    }

private:
    void cite_base(const Derived& base) {
        for (const auto& source : base.record.sources) {
            trail_.cite({source.reference, source.version}, source.role, source.rule);
        }
    }

    void cite_window() {
        if (!window_.therapy) {
            return;
        }
        trail_.cite(window_.therapy->origins, "therapy", "R5.2");
        if (patient_.course.retreatment == window_.therapy->date) {
            cite_course(trail_, patient_);
        }
    }

    void use(const LabResult& result, std::string_view role) {
        trail_.cite(result.origin, role, "R7.4");
        cite_limits(trail_, patient_, result);
        trail_.note_used(marker_entry(patient_, result, baseline_.name));
    }

    // R7.4: flags of the values that decide.
    void flag_bounds(const LabResult& result) {
        for (const auto comparator : {baseline_.result->comparator, result.comparator}) {
            if (const auto flag = bound_flag(comparator); !flag.empty()) {
                trail_.flag(flag);
            }
        }
    }

    Derived finish_true(const LabResult& result) {
        use(result, "response");
        flag_bounds(result);
        return trail_.finish(Value{true, "", ""}, result.effective->first);
    }

    // Of the values that say no one without a comparator decides where there is one.
    Derived finish_without(const FollowUp& found) {
        const LabResult* decides = nullptr;
        for (const auto* result : found.comparable) {
            if (fall_of(patient_, *baseline_.result, *result) == Fall::open) {
                trail_.cite(result->origin, "follow-up", "R7.4");
                cite_limits(trail_, patient_, *result);
                trail_.note_set_aside(marker_entry(patient_, *result, baseline_.name),
                                      "R7.4 a bound that decides nothing");
                continue;
            }
            use(*result, "follow-up");
            const bool surer = decides == nullptr || (decides->comparator != Comparator::none &&
                                                      result->comparator == Comparator::none);
            decides = surer ? result : decides;
        }
        if (decides != nullptr) {
            flag_bounds(*decides);
            return trail_.finish(Value{false, "", ""});
        }
        if (!found.comparable.empty()) {
            return trail_.finish(NotEvaluable{"indeterminate"});
        }
        for (const auto* result : found.of_another_assay) {
            trail_.cite(result->origin, "other-assay", "R7.4");
            cite_limits(trail_, patient_, *result);
            trail_.note_set_aside(marker_entry(patient_, *result, ""), "R7.4 another assay");
        }
        return trail_.finish(
            NotEvaluable{found.of_another_assay.empty() ? "no-follow-up" : "assay-changed"});
    }

    const PatientCase& patient_;
    const EndpointDefinition& definition_;
    const MarkerBaseline& baseline_;
    Trail trail_;
    Window window_;
};

} // namespace

Derived derive_marker_response(const PatientCase& patient, const EndpointDefinition& definition) {
    const auto* rule = marker_rule(definition.marker);
    const auto series = rule != nullptr ? find_series(patient, *rule) : SeriesMap{};
    const auto baseline =
        rule != nullptr ? find_baseline(patient, *rule, series) : MarkerBaseline{};
    const auto base = derive_baseline_marker(patient, definition);
    return MarkerResponse(patient, definition, baseline).judge(base);
}

} // namespace embolink
