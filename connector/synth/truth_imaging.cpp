// What R4.2 makes of lesion sizes and R4.4 of words, of the plan alone.
#include "connector/synth/truth_parts.hpp"

#include <algorithm>
#include <numeric>

namespace embolink::synth {
namespace {

int sum(const std::vector<int>& sizes) {
    return std::accumulate(sizes.begin(), sizes.end(), 0);
}

// RECIST 1.1, 4.3.1, inclusive; version 1.0 asks for no 5 mm.
bool has_grown(int now, int smallest, bool recist_1_0) {
    return now > smallest && 5 * now >= 6 * smallest && (recist_1_0 || now - smallest >= 5);
}

} // namespace

std::optional<Response> response_by_sizes(const PatientPlan& plan, const Visit& visit) {
    const LesionsPlan& lesions = plan.lesions;
    const auto all_measured = [&](const Visit& one) {
        return one.sizes.size() == lesions.baseline.size();
    };
    if (!all_measured(visit))
        return std::nullopt;
    const int baseline = sum(lesions.baseline);
    int smallest = baseline;
    for (const Visit& earlier : plan.visits)
        if (earlier.day < visit.day && all_measured(earlier))
            smallest = std::min(smallest, sum(earlier.sizes));
    const int now = sum(visit.sizes);
    if (has_grown(now, smallest, lesions.recist_1_0))
        return Response::progression;
    return 10 * now <= 7 * baseline ? Response::partial : Response::stable;
}

OpenWords open_words(const PatientPlan& plan) {
    OpenWords open;
    // R8.2: a report that points to another text says nothing that could be read.
    open.progression = !plan.uncoded_reports.empty();
    open.progression_in_liver = open.progression;
    for (const Visit& visit : plan.visits) {
        if (visit.form != ResponseForm::words || visit.decided)
            continue;
        const Wording says = visit.words.says;
        const bool anywhere = says == Wording::progression || says == Wording::doubted_progression;
        open.progression = open.progression || anywhere || says == Wording::progression_elsewhere;
        open.progression_in_liver = open.progression_in_liver || anywhere;
        open.response = open.response || says != Wording::nothing;
    }
    return open;
}

} // namespace embolink::synth
