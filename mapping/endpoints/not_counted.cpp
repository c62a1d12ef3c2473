#include "mapping/endpoints/not_counted.hpp"

#include "mapping/endpoints/limits.hpp"
#include "mapping/endpoints/response_words.hpp"
#include "mapping/facts/concepts.hpp"

#include <algorithm>
#include <optional>

namespace embolink {
namespace {

constexpr int shown_digits = 6;

std::string first_of(const ConceptSet& set) {
    return !set.by_code.empty()   ? set.by_code.front()
           : !set.by_text.empty() ? set.by_text.front()
                                  : "";
}

bool is_of_interest(const ConceptSet& drug) {
    const auto named = [&](const std::vector<std::string>& names) {
        return std::any_of(names.begin(), names.end(), [](const std::string& name) {
            return name.starts_with("anticancer-") || name == concepts::antineoplastic ||
                   name == concepts::somatostatin_analogue;
        });
    };
    return named(drug.by_code) || named(drug.by_text);
}

// What the line says; nullopt: a fact that tells the rules nothing.
struct Line {
    const PatientTimeline& timeline;
    using Result = std::optional<TimelineEntry>;

    static TimelineEntry
    entry(const char* kind, const Origin& origin, const std::optional<PartialDate>& date) {
        TimelineEntry made;
        made.kind = kind;
        made.source = origin.reference;
        if (date && date->to_the_day()) {
            made.date = date->first;
        }
        return made;
    }

    Result operator()(const Assessment& fact) const {
        TimelineEntry made = entry("assessment", fact.origin, imaging_date(timeline, fact));
        if (fact.finding) {
            made.term = fact.finding->proposal();
        } else {
            made.value = response_word(fact.category);
        }
        return made;
    }

    Result operator()(const TumourSize& fact) const {
        TimelineEntry made = entry("assessment", fact.origin, imaging_date(timeline, fact));
        made.value = to_significant(fact.millimetres, shown_digits);
        made.unit = "mm";
        return made;
    }

    Result operator()(const Imaging& fact) const {
        TimelineEntry made = entry("assessment", fact.origin, imaging_date(timeline, fact));
        made.value = fact.is_report ? "imaging report" : "imaging study";
        return made;
    }

    Result operator()(const LabResult& fact) const {
        const bool marker = !fact.property.empty();
        TimelineEntry made = entry(marker ? "marker" : "toxicity", fact.origin, fact.effective);
        made.value = with_comparator(fact.comparator, to_significant(fact.value, shown_digits));
        made.unit = fact.unit;
        (marker ? made.series : made.term) =
            marker ? fact.analyte + " " + fact.property : fact.analyte;
        return made;
    }

    Result operator()(const DrugEvent& fact) const {
        if (!is_of_interest(fact.drug.concepts)) {
            return std::nullopt;
        }
        TimelineEntry made = entry("therapy", fact.origin, fact.start);
        made.value = fact.drug.key;
        return made;
    }

    Result operator()(const ProcedureRow& fact) const {
        TimelineEntry made = entry("therapy", fact.origin, clinical_date(fact));
        made.value = first_of(fact.concepts);
        return made.value.empty() ? std::nullopt : Result{made};
    }

    Result operator()(const ClinicalEvent& fact) const {
        TimelineEntry made = entry("toxicity", fact.origin, fact.date);
        made.term = fact.term;
        made.grade = fact.grade;
        return made;
    }

    Result operator()(const Diagnosis& fact) const {
        TimelineEntry made = entry("exclusion-evidence", fact.origin, fact.onset);
        made.value = first_of(fact.concepts);
        return made.value.empty() ? std::nullopt : Result{made};
    }

    Result operator()(const Contact& fact) const {
        if (fact.kind != "encounter") {
            return std::nullopt; // its resource has a line of its own, or is none of the rules'
        }
        TimelineEntry made = entry("contact", fact.origin, clinical_date(fact));
        made.value = fact.kind;
        return made;
    }

    template <class Other>
    Result operator()(const Other&) const {
        return std::nullopt;
    }
};

} // namespace

std::vector<TimelineEntry> not_counted_lines(const PatientTimeline& timeline) {
    std::vector<TimelineEntry> lines;
    for (const NotCountedFact& left_out : timeline.not_counted) {
        auto line = std::visit(Line{timeline}, left_out.fact);
        if (line) {
            line->patient = timeline.patient;
            line->set_aside_because = "R9.2 status " + left_out.status;
            lines.push_back(std::move(*line));
        }
    }
    return lines;
}

} // namespace embolink
