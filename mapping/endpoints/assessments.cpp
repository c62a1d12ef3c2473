// Response assessments by R4.1-R4.5, one per imaging date:
//   1. what is an assessment at all: accepted, imaging based, datable; and lesion sums after T0;
//   2. its date, a month imputed by R0.4;
//   3. one category per date by R4.2;
//   4. progression too soon after T0 becomes not evaluable (R4.5).
#include "mapping/endpoints/assessments.hpp"

#include "mapping/endpoints/imaging_dates.hpp"
#include "mapping/endpoints/lesion_sums.hpp"
#include "mapping/facts/concepts.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

namespace embolink {
namespace {

struct Placed {
    const Assessment* raw = nullptr;
    Date date;
    bool imputed = false;
    std::vector<Origin> origins;
    std::string basis;
};

bool is_progression(const Assessment& assessment) {
    return assessment.category == ResponseCategory::progressive_disease;
}

// R5.7: recorded by a clinician; a laboratory rise never is one.
bool is_clinical_progression(const Assessment& assessment) {
    return assessment.standing == Standing::accepted && !seen_on_images(assessment) &&
           is_progression(assessment) && !assessment.laboratory_only;
}

Placed place(const PatientTimeline& timeline, const Assessment& assessment, Date date) {
    Placed placed{&assessment, date, false, {assessment.origin}, ""};
    const auto others = date_origins(timeline, assessment);
    placed.origins.insert(placed.origins.end(), others.begin(), others.end());
    return placed;
}

// R0.4: the first of the month, but after the last reading free of progression that leaves a day of
// the month. NE is no such reading: it does not tell that the patient was free of progression.
Placed place_month_progression(Placed placed,
                               const PartialDate& month,
                               const std::vector<Placed>& others) {
    placed.imputed = true;
    const Placed* anchor = nullptr;
    for (const auto& other : others) {
        const bool usable = !is_progression(*other.raw) &&
                            other.raw->category != ResponseCategory::not_evaluable &&
                            other.date >= month.first && other.date < month.last;
        if (usable && (anchor == nullptr || other.date > anchor->date)) {
            anchor = &other;
        }
    }
    if (anchor != nullptr) {
        placed.date = plus_days(anchor->date, 1);
        placed.origins.insert(placed.origins.end(), anchor->origins.begin(), anchor->origins.end());
    }
    return placed;
}

// Steps 1 and 2. A year alone places nothing.
std::vector<Placed> place_assessments(const PatientTimeline& timeline,
                                      ClinicalProgression clinical) {
    std::vector<Placed> placed;
    std::vector<std::pair<const Assessment*, PartialDate>> month_progressions;
    for (const auto& assessment : timeline.assessments) {
        const bool counts = is_assessment(assessment) || (clinical == ClinicalProgression::counts &&
                                                          is_clinical_progression(assessment));
        const auto date = counts ? imaging_date(timeline, assessment) : std::nullopt;
        if (!date || date->precision == Precision::year) {
            continue;
        }
        if (!date->to_the_day() && is_progression(assessment)) {
            month_progressions.emplace_back(&assessment, *date);
            continue;
        }
        placed.push_back(place(timeline, assessment, date->first));
        placed.back().imputed = !date->to_the_day();
    }
    const auto anchors = placed;
    for (const auto& [assessment, month] : month_progressions) {
        placed.push_back(
            place_month_progression(place(timeline, *assessment, month.first), month, anchors));
    }
    return placed;
}

// Lesion sums as readings of their day. `made` owns what they point to.
std::vector<Placed> place_sums(const PatientTimeline& timeline,
                               Date t0,
                               const TrialWindows& windows,
                               std::deque<Assessment>& made) {
    std::vector<Placed> placed;
    for (auto& sum : lesion_sums(timeline, t0, windows)) {
        if (!sum.category) {
            continue;
        }
        Assessment reading;
        reading.kind = AssessmentKind::diameter_sum;
        reading.category = *sum.category;
        reading.site = sum.site;
        reading.site_origins = std::move(sum.site_origins);
        made.push_back(std::move(reading));
        placed.push_back(
            {&made.back(), sum.date, false, std::move(sum.origins), std::move(sum.words)});
    }
    return placed;
}

// R4.2: NE never overrides; then the best kind; among equals the worse category.
std::vector<const Placed*> deciding(const std::vector<const Placed*>& same_date) {
    const auto readable = [](const Placed* placed) {
        return placed->raw->category != ResponseCategory::not_evaluable;
    };
    const bool any_readable = std::any_of(same_date.begin(), same_date.end(), readable);
    std::vector<const Placed*> best;
    for (const auto* placed : same_date) {
        if (any_readable && !readable(placed)) {
            continue;
        }
        if (!best.empty() && placed->raw->kind > best.front()->raw->kind) {
            continue;
        }
        if (!best.empty() && placed->raw->kind < best.front()->raw->kind) {
            best.clear();
        }
        best.push_back(placed);
    }
    return best;
}

// R4.7, of the findings that are the progression.
void judge_site(JudgedAssessment& judged, const std::vector<const Placed*>& equals) {
    std::set<SiteFinding> sites;
    for (const auto* placed : equals) {
        if (!is_progression(*placed->raw)) {
            continue;
        }
        sites.insert(placed->raw->site);
        judged.site_origins.insert(judged.site_origins.end(),
                                   placed->raw->site_origins.begin(),
                                   placed->raw->site_origins.end());
    }
    for (const auto site :
         {SiteFinding::hepatic_stated, SiteFinding::unstated, SiteFinding::other_stated}) {
        if (sites.count(site) > 0) {
            judged.site = site;
            return;
        }
    }
}

// Flags and origins of those that carry the category, and, where they conflict, of all of one rank.
JudgedAssessment judge_date(Date date, const std::vector<const Placed*>& same_date) {
    JudgedAssessment judged{date, ResponseCategory::not_evaluable, {}, {}, false, {}, {}, ""};
    const auto equals = deciding(same_date);
    judged.basis = equals.front()->basis;
    std::set<ResponseCategory> categories;
    for (const auto* placed : equals) {
        categories.insert(placed->raw->category);
    }
    judged.category = *categories.rbegin();

    std::set<Origin> origins;
    std::set<std::string> flags;
    bool all_imputed = true;
    for (const auto* placed : equals) {
        origins.insert(placed->origins.begin(), placed->origins.end());
        all_imputed = all_imputed && placed->imputed;
    }
    if (categories.size() > 1) {
        flags.insert("same-date-conflict");
    }
    if (all_imputed) {
        flags.insert("date-imputed-day");
    }
    // R4.3: the flag is that of a radiological progression; a clinical one is what it says.
    const bool radiological_trend =
        std::any_of(equals.begin(), equals.end(), [](const Placed* placed) {
            return placed->raw->kind == AssessmentKind::trend && is_progression(*placed->raw) &&
                   seen_on_images(*placed->raw);
        });
    if (radiological_trend) {
        flags.insert("trend-only");
    }
    judge_site(judged, equals);
    if (judged.category == ResponseCategory::unspecified_response) {
        flags.insert("response-unspecified");
    }
    judged.origins.assign(origins.begin(), origins.end());
    if (!judged.basis.empty()) { // a sum is told by the sizes of its own day
        const auto own = std::find(
            judged.origins.begin(), judged.origins.end(), equals.front()->origins.front());
        std::rotate(judged.origins.begin(), own, std::next(own));
    }
    judged.flags.assign(flags.begin(), flags.end());
    return judged;
}

bool new_lesion_among(const std::vector<const Placed*>& same_date) {
    return std::any_of(same_date.begin(), same_date.end(), [](const Placed* placed) {
        return is_progression(*placed->raw) && placed->raw->new_lesion;
    });
}

// Coded new lesions that stand for themselves, by the date of their images.
std::map<Date, std::vector<Origin>> new_lesions(const PatientTimeline& timeline) {
    std::map<Date, std::vector<Origin>> found;
    for (const auto& one : timeline.characteristics) {
        const auto date =
            one.kind == concepts::new_lesion ? imaging_date(timeline, one) : std::nullopt;
        if (date && date->to_the_day()) {
            found[date->first].push_back(one.origin);
        }
    }
    return found;
}

// R4.5. A reading on T0 itself belongs to the time before the treatment and is left as it is.
// `told`: `new_lesions` of its date.
void judge_early(JudgedAssessment& judged,
                 bool new_lesion,
                 const std::vector<Origin>& told,
                 Date t0,
                 int early_days) {
    const bool soon = judged.date > t0 && days_between(t0, judged.date) < early_days;
    if (judged.category != ResponseCategory::progressive_disease || !soon || new_lesion) {
        return;
    }
    if (!told.empty()) {
        judged.origins.insert(judged.origins.end(), told.begin(), told.end());
        return;
    }
    judged.category = ResponseCategory::not_evaluable;
    judged.early_progression = true;
    judged.flags.insert(std::upper_bound(judged.flags.begin(), judged.flags.end(), "early-pd"),
                        "early-pd");
}

} // namespace

bool seen_on_images(const Assessment& assessment) {
    return assessment.kind != AssessmentKind::trend || assessment.imaging_evidence;
}

bool is_assessment(const Assessment& assessment) {
    return assessment.standing == Standing::accepted && seen_on_images(assessment);
}

bool JudgedAssessment::adequate() const {
    return category != ResponseCategory::not_evaluable;
}

std::vector<JudgedAssessment> judge_assessments(const PatientTimeline& timeline,
                                                std::optional<Date> t0,
                                                const TrialWindows& windows,
                                                ClinicalProgression clinical) {
    auto placed = place_assessments(timeline, clinical);
    std::deque<Assessment> made;
    if (t0) {
        auto sums = place_sums(timeline, *t0, windows, made);
        placed.insert(placed.end(),
                      std::make_move_iterator(sums.begin()),
                      std::make_move_iterator(sums.end()));
    }
    std::map<Date, std::vector<const Placed*>> by_date;
    for (const auto& one : placed) {
        by_date[one.date].push_back(&one);
    }
    auto lesions = new_lesions(timeline);
    std::vector<JudgedAssessment> judged;
    for (const auto& [date, same_date] : by_date) {
        auto assessment = judge_date(date, same_date);
        if (t0) {
            judge_early(assessment,
                        new_lesion_among(deciding(same_date)),
                        lesions[date],
                        *t0,
                        windows.early_progression.days);
        }
        judged.push_back(std::move(assessment));
    }
    return judged;
}

Issues unplaced_assessments(const PatientTimeline& timeline) {
    Issues issues;
    for (const auto& assessment : timeline.assessments) {
        const auto date = imaging_date(timeline, assessment);
        const bool counts = is_assessment(assessment) || is_clinical_progression(assessment);
        if (!counts || (date && date->precision != Precision::year)) {
            continue;
        }
        const auto& reference = assessment.origin.reference;
        issues.push_back({Severity::error,
                          IssueCode::required,
                          reference.substr(0, reference.find('/')) + ".effective",
                          reference,
                          assessment.origin.version,
                          date ? "R0.4: a response dated to the year only is not placed"
                               : "R4.1: a response that nothing dates is not placed",
                          timeline.patient});
    }
    return issues;
}

} // namespace embolink
