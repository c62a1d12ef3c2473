#include "mapping/endpoints/lesion_sums.hpp"

#include "mapping/endpoints/imaging_dates.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace embolink {
namespace {

// A lesion that only its site tells may be one of several there: then as many as there were before.
using Lesions = std::map<std::string, std::vector<Decimal>>;

struct MeasuredDay {
    Date date;
    Lesions lesions;
    std::vector<Origin> origins;
    std::set<SiteFinding> sites;
    std::set<Origin> site_origins;
    bool recist_1_0 = false;
    bool conflict = false; // two sizes of one named lesion

    SiteFinding site() const { return sites.size() == 1 ? *sites.begin() : SiteFinding::unstated; }
};

// Named by its own resource and not by a site.
bool is_named(const std::string& lesion) {
    return !lesion.empty() && !lesion.starts_with("site ");
}

void add_size(MeasuredDay& day, const PatientTimeline& timeline, const TumourSize& size) {
    day.origins.push_back(size.origin);
    if (const auto found = timeline.rests_on.find(size.origin.reference);
        found != timeline.rests_on.end()) {
        day.origins.insert(day.origins.end(), found->second.begin(), found->second.end());
    }
    day.recist_1_0 = day.recist_1_0 || size.recist_1_0;
    day.sites.insert(size.site);
    day.site_origins.insert(size.site_origins.begin(), size.site_origins.end());
    auto& sizes = day.lesions[size.lesion];
    if (is_named(size.lesion) && !sizes.empty()) {
        // Recorded twice is one size; two that differ are none.
        day.conflict = day.conflict || compare(sizes.front(), size.millimetres) != 0;
        return;
    }
    sizes.push_back(size.millimetres);
}

std::vector<MeasuredDay> measured_days(const PatientTimeline& timeline) {
    std::map<Date, MeasuredDay> days;
    for (const auto& size : timeline.sizes) {
        const auto date = imaging_date(timeline, size);
        if (date && date->to_the_day()) {
            auto& day = days[date->first];
            day.date = date->first;
            add_size(day, timeline, size);
        }
    }
    std::vector<MeasuredDay> list;
    for (auto& [date, day] : days) {
        list.push_back(std::move(day));
    }
    return list;
}

// The sum over the lesions that are followed; nullopt: not all of them were measured.
std::optional<Decimal> sum_of(const MeasuredDay& day, const Lesions& followed) {
    Decimal sum;
    for (const auto& [lesion, before] : followed) {
        const auto found = day.lesions.find(lesion);
        if (found == day.lesions.end() || found->second.size() != before.size()) {
            return std::nullopt;
        }
        for (const auto& size : found->second) {
            sum = add(sum, size);
        }
    }
    return sum;
}

struct Reference {
    Decimal sum;
    std::vector<Origin> origins;
};

bool at_least(const Decimal& a, const Decimal& b) {
    return compare(a, b) != std::strong_ordering::less;
}

// 20 % above the smallest sum, and in RECIST 1.1 5 mm, both inclusive.
bool has_grown(const Decimal& sum, const Decimal& smallest, bool recist_1_0) {
    const bool by_share = compare(sum, smallest) == std::strong_ordering::greater &&
                          at_least(sum, multiply(smallest, Decimal{"1.2"}));
    return by_share && (recist_1_0 || at_least(subtract(sum, smallest), Decimal{"5"}));
}

// 30 % below the sum before treatment, inclusive. All gone is no CR yet: nobody spoke of the other
// lesions (RECIST 1.1, table 1).
bool has_shrunk(const Decimal& sum, const std::optional<Reference>& baseline) {
    return baseline && compare(baseline->sum, Decimal{"0"}) == std::strong_ordering::greater &&
           at_least(multiply(baseline->sum, Decimal{"0.7"}), sum);
}

std::string millimetres(const Decimal& value) {
    return to_significant(value, 6) + " mm";
}

class Follower {
public:
    Follower(const PatientTimeline& timeline, Date t0, const TrialWindows& windows)
        : days_(measured_days(timeline)) {
        for (const auto& day : days_) {
            const bool before =
                day.date <= t0 && day.date >= plus_days(t0, -windows.baseline_imaging.days);
            if (before && !day.conflict) {
                start(day);
                baseline_ = smallest_;
            }
        }
    }

    LesionSum judge(const MeasuredDay& day) {
        LesionSum sum{day.date,
                      std::nullopt,
                      day.origins,
                      day.site(),
                      {day.site_origins.begin(), day.site_origins.end()},
                      ""};
        if (day.conflict) {
            sum.words = "two sizes of one lesion";
            return sum;
        }
        if (!smallest_) {
            start(day);
            sum.words =
                "sum " + millimetres(smallest_->sum) + ", the first: nothing to compare with";
            return sum;
        }
        const auto total = sum_of(day, followed_);
        if (!total) {
            sum.words = "not the lesions that were measured before";
            return sum;
        }
        sum.words = "sum " + millimetres(*total);
        if (baseline_) {
            sum.words += ", " + millimetres(baseline_->sum) + " before treatment";
        }
        sum.words += ", smallest so far " + millimetres(smallest_->sum);
        sum.category = categorize(*total, day.recist_1_0);
        cite(sum, *smallest_);
        if (baseline_) {
            cite(sum, *baseline_);
        }
        if (compare(*total, smallest_->sum) == std::strong_ordering::less) {
            smallest_ = Reference{*total, day.origins};
        }
        return sum;
    }

    const std::vector<MeasuredDay>& days() const { return days_; }

private:
    void start(const MeasuredDay& day) {
        followed_ = day.lesions;
        smallest_ = Reference{*sum_of(day, followed_), day.origins};
    }

    std::optional<ResponseCategory> categorize(const Decimal& sum, bool recist_1_0) const {
        if (has_grown(sum, smallest_->sum, recist_1_0)) {
            return ResponseCategory::progressive_disease;
        }
        if (!baseline_) {
            return std::nullopt; // it may have been PR
        }
        return has_shrunk(sum, baseline_) ? ResponseCategory::partial_response
                                          : ResponseCategory::stable_disease;
    }

    static void cite(LesionSum& sum, const Reference& reference) {
        for (const Origin& origin : reference.origins) {
            if (std::find(sum.origins.begin(), sum.origins.end(), origin) == sum.origins.end()) {
                sum.origins.push_back(origin);
            }
        }
    }

    std::vector<MeasuredDay> days_;
    Lesions followed_;
    std::optional<Reference> baseline_;
    std::optional<Reference> smallest_;
};

} // namespace

std::vector<LesionSum>
lesion_sums(const PatientTimeline& timeline, Date t0, const TrialWindows& windows) {
    std::vector<LesionSum> sums;
    Follower follower(timeline, t0, windows);
    for (const auto& day : follower.days()) {
        if (day.date > t0) {
            auto sum = follower.judge(day);
            sums.push_back(std::move(sum));
        }
    }
    return sums;
}

Issues unused_sizes(const PatientTimeline& timeline, Date t0, const TrialWindows& windows) {
    std::set<Date> not_judged;
    for (const auto& sum : lesion_sums(timeline, t0, windows)) {
        if (!sum.category) {
            not_judged.insert(sum.date);
        }
    }
    Issues issues;
    const auto report =
        [&](const TumourSize& size, Severity severity, IssueCode code, const char* text) {
            issues.push_back({severity,
                              code,
                              "Observation.value",
                              size.origin.reference,
                              size.origin.version,
                              text,
                              timeline.patient});
        };
    for (const auto& size : timeline.sizes) {
        const auto date = imaging_date(timeline, size);
        if (!date || !date->to_the_day()) {
            report(size,
                   Severity::error,
                   IssueCode::required,
                   "R4.2: a tumour size without a day is in no sum");
        } else if (not_judged.count(date->first) > 0) {
            report(size,
                   Severity::information,
                   IssueCode::business_rule,
                   "R4.2: no response by the sizes of this day: the lesions or the sum before "
                   "treatment to compare with are not known");
        }
    }
    return issues;
}

} // namespace embolink
