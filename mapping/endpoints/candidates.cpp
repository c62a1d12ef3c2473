#include "mapping/endpoints/candidates.hpp"

#include "mapping/endpoints/assessments.hpp"
#include "mapping/endpoints/imaging_dates.hpp"
#include "mapping/endpoints/lesion_sums.hpp"
#include "mapping/endpoints/response_words.hpp"
#include "mapping/endpoints/trail.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>

namespace embolink {
namespace {

bool holds(const std::vector<std::string>& list, const std::string& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

// Whether a finding stands in decided form: the report's own coded conclusion, a result it names, a
// reading of the same study or of the same imaging date. NE is a coded response (R8.2), but what
// says something would stand beside it (R4.2: NE never overrides): `says` makes no use of it.
bool is_resolved(const PatientTimeline& timeline,
                 const Imaging& report,
                 const PartialDate& date,
                 bool says) {
    const auto is_of_report = [&](const Assessment& assessment) {
        return assessment.report == report.origin.reference ||
               assessment.origin.reference == report.origin.reference;
    };
    const auto is_empty = [&](const Assessment& assessment) {
        return says && assessment.category == ResponseCategory::not_evaluable &&
               assessment.kind != AssessmentKind::adjudicated; // somebody has read it
    };
    const auto& readings = timeline.assessments;
    const bool own_conclusion =
        report.has_coded_response && report.standing == Standing::accepted &&
        std::none_of(readings.begin(), readings.end(), [&](const auto& one) {
            return is_of_report(one) && is_empty(one);
        });
    const auto speaks_of_report = [&](const Assessment& assessment) {
        if (!is_assessment(assessment) || is_empty(assessment)) {
            return false;
        }
        if (is_of_report(assessment) || holds(report.results, assessment.origin.reference)) {
            return true;
        }
        for (const auto& study : assessment.imaging_studies) {
            if (holds(report.imaging_studies, study)) {
                return true;
            }
        }
        const auto other = imaging_date(timeline, assessment);
        return other && other->to_the_day() && date.to_the_day() && other->first == date.first;
    };
    return own_conclusion || std::any_of(readings.begin(), readings.end(), speaks_of_report);
}

// A reading as a report of nothing but itself.
Imaging as_report(const Assessment& assessment) {
    Imaging report;
    report.origin = assessment.origin;
    report.standing = assessment.standing;
    report.imaging_studies = assessment.imaging_studies;
    return report;
}

void take_finding(UnresolvedCandidate& candidate, const ReportFinding& finding) {
    candidate.progression = finding.any_progression();
    candidate.elsewhere_only = finding.progression_elsewhere && !finding.progression;
    candidate.response = finding.any_response();
    candidate.proposal = finding.proposal();
    if (finding.understanding == TextUnderstanding::unknown) {
        // Whoever reads it may find anything.
        candidate.progression = true;
        candidate.response = true;
    }
}

// What the report says; where it has no text, what the words of its results say.
ReportFinding finding_of(const PatientTimeline& timeline, const Imaging& report) {
    ReportFinding finding = report.finding;
    if (finding.understanding != TextUnderstanding::none) {
        return finding;
    }
    for (const auto& assessment : timeline.assessments) {
        const bool own = holds(report.results, assessment.origin.reference) ||
                         assessment.origin.reference.starts_with(report.origin.reference + "#");
        if (own && assessment.finding) {
            finding.join(*assessment.finding);
        }
    }
    return finding;
}

// A final report without a coded response. nullopt: its text was read and says no response.
std::optional<UnresolvedCandidate> from_final_report(const PatientTimeline& timeline,
                                                     const Imaging& report) {
    UnresolvedCandidate candidate;
    candidate.origin = report.origin;
    candidate.text = report.text;
    const ReportFinding finding = finding_of(timeline, report);
    take_finding(candidate, finding);
    if (finding.understanding == TextUnderstanding::none) {
        candidate.kind = CandidateKind::unread_report;
        candidate.progression = true; // R8.2: an unread report may say progression
        return candidate;
    }
    candidate.kind = CandidateKind::report_text;
    return candidate.response ? std::optional{candidate} : std::nullopt;
}

// R9.2. Whatever it says so far, it may yet say progression. Its coded conclusions and contained
// readings are what it says, as its text is.
UnresolvedCandidate from_open_report(const PatientTimeline& timeline, const Imaging& report) {
    UnresolvedCandidate candidate;
    candidate.origin = report.origin;
    candidate.text = report.text;
    candidate.kind = CandidateKind::report_not_final;
    take_finding(candidate, report.finding);
    candidate.progression = true;
    for (const auto& assessment : timeline.assessments) {
        const bool own = assessment.report == report.origin.reference ||
                         assessment.origin.reference.starts_with(report.origin.reference + "#");
        if (own && assessment.standing == Standing::candidate && !assessment.finding &&
            assessment.category != ResponseCategory::not_evaluable) {
            candidate.response = true;
            candidate.elsewhere_only = false;
            candidate.proposal = response_word(assessment.category);
        }
    }
    return candidate;
}

// A response of its own that is not final, or told in words. What an open report concludes or
// contains in codes goes with the report.
std::optional<UnresolvedCandidate> from_reading(const Assessment& assessment) {
    if (assessment.standing != Standing::candidate) {
        return std::nullopt;
    }
    UnresolvedCandidate candidate;
    candidate.origin = assessment.origin;
    candidate.text = assessment.text;
    candidate.imaging = seen_on_images(assessment) && assessment.imaging_evidence;
    if (assessment.finding) {
        candidate.kind = CandidateKind::reading_text;
        take_finding(candidate, *assessment.finding);
        return candidate;
    }
    const bool part_of_report =
        !assessment.report.empty() || assessment.origin.reference.find('#') != std::string::npos;
    if (part_of_report || assessment.category == ResponseCategory::not_evaluable) {
        return std::nullopt;
    }
    candidate.kind = CandidateKind::reading_not_final;
    candidate.progression = assessment.category == ResponseCategory::progressive_disease;
    candidate.elsewhere_only =
        candidate.progression && assessment.site == SiteFinding::other_stated; // R4.7
    candidate.response = true;
    candidate.proposal = response_word(assessment.category);
    return candidate;
}

} // namespace

std::vector<UnresolvedCandidate>
unresolved_candidates(const PatientTimeline& timeline, Date t0, const TrialWindows& windows) {
    std::vector<UnresolvedCandidate> candidates;
    // R4.2: a sum of the day stands before adjudicated text, so that no decision would count.
    std::set<Date> summed;
    for (const LesionSum& sum : lesion_sums(timeline, t0, windows)) {
        if (sum.category) {
            summed.insert(sum.date);
        }
    }
    // A month that holds T0 may lie after it: a finding that nobody read is never assumed away.
    const auto add = [&](const Imaging& report,
                         const std::optional<PartialDate>& date,
                         std::optional<UnresolvedCandidate> candidate) {
        const bool says = candidate && candidate->kind != CandidateKind::unread_report;
        const bool sum = date && date->to_the_day() && summed.count(date->first) > 0;
        if (candidate && date && date->last > t0 && !sum &&
            !is_resolved(timeline, report, *date, says)) {
            candidate->date = std::max(date->first, plus_days(t0, 1));
            candidates.push_back(std::move(*candidate));
        }
    };
    const auto date_of = [&](const Imaging& report) -> std::optional<PartialDate> {
        const auto dated = date_imaging(timeline, report);
        return dated ? std::optional(dated->date) : std::nullopt;
    };
    for (const auto& report : timeline.imaging) {
        if (report.is_report) {
            add(report, date_of(report), from_final_report(timeline, report));
        }
    }
    for (const auto& report : timeline.candidate_reports) {
        add(report, date_of(report), from_open_report(timeline, report));
    }
    for (const auto& assessment : timeline.assessments) {
        add(as_report(assessment), imaging_date(timeline, assessment), from_reading(assessment));
    }
    std::ranges::sort(candidates, {}, [](const UnresolvedCandidate& one) {
        return std::tie(one.date, one.origin);
    });
    return candidates;
}

std::string_view why_unresolved(const UnresolvedCandidate& candidate) {
    switch (candidate.kind) {
    case CandidateKind::unread_report:
        return "R8.2 imaging report without a coded response";
    case CandidateKind::report_text:
    case CandidateKind::reading_text:
        return candidate.proposal.empty() || candidate.proposal == "unclear"
                   ? "R4.4 text that no definition understands"
               : candidate.progression ? "R4.4 text that may say progression"
                                       : "R4.4 text that says a response, not progression";
    case CandidateKind::report_not_final:
        return "R9.2 imaging report that is not final";
    case CandidateKind::reading_not_final:
        return "R9.2 response that is not final";
    }
    return "R8.2";
}

std::string_view rule_of(const UnresolvedCandidate& candidate) {
    return why_unresolved(candidate).substr(0, 4);
}

TimelineEntry candidate_entry(const UnresolvedCandidate& candidate) {
    TimelineEntry entry = timeline_entry("assessment", candidate.date, {candidate.origin});
    entry.term = candidate.proposal;
    return entry;
}

} // namespace embolink
