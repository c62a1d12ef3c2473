// Competing risks as JSON: cumulative incidence with the keys of cmprsk's cuminc (every jump as two
// corners of the step function), Gray's tests, and Aalen-Johansen with the keys of survfit.
#include "analysis/cases/case.hpp"
#include "analysis/cases/case_input.hpp"
#include "analysis/cases/case_kinds.hpp"
#include "analysis/cases/case_output.hpp"
#include "analysis/competing/cumulative_incidence.hpp"
#include "analysis/competing/gray.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace embolink {
namespace {

using nlohmann::json;

struct Groups {
    std::vector<std::string> names;
    std::vector<int> codes;
    std::vector<CompetingData> data; // of each group
};

CompetingData competing_data(const json& input) {
    CompetingData data{column(input, "time"), whole_column(input, "cause")};
    if (data.time.empty()) {
        throw CaseError("there is no subject", "/input/time", "give at least one");
    }
    require_length("cause", data.cause.size(), data.size());
    if (*std::ranges::min_element(data.cause) < 0) {
        throw CaseError("a cause is 0 for a censoring, or 1 or more", "/input/cause", "mend it");
    }
    constexpr int most_causes = 100; // a column of the result for each
    if (*std::ranges::max_element(data.cause) > most_causes) {
        throw CaseError("a cause is above 100", "/input/cause", "number the causes from 1");
    }
    return data;
}

// Groups in the order of their names as text, as a factor of R has them.
Groups groups_of(const json& input, const CompetingData& data) {
    if (!given(input, "group")) {
        return {{"all"}, std::vector<int>(data.size(), 0), {data}};
    }
    Labels given_groups = labels(input, "group");
    require_length("group", given_groups.size(), data.size());
    Groups out;
    out.names = given_groups.names;
    std::ranges::sort(out.names, text_before);
    for (const int code : given_groups.codes) {
        const std::string& name = given_groups.names[static_cast<std::size_t>(code)];
        out.codes.push_back(static_cast<int>(
            std::ranges::lower_bound(out.names, name, text_before) - out.names.begin()));
    }
    out.data.resize(out.names.size());
    for (std::size_t i = 0; i < data.size(); ++i) {
        CompetingData& group = out.data[static_cast<std::size_t>(out.codes[i])];
        group.time.push_back(data.time[i]);
        group.cause.push_back(data.cause[i]);
    }
    return out;
}

json curve_part(const CumulativeIncidence& curve) {
    json out;
    const auto corner = [&](double time, double incidence, double variance) {
        out["time"].push_back(json_of(time));
        out["est"].push_back(incidence);
        out["var"].push_back(variance);
    };
    CumulativeIncidence::Step before;
    corner(0, 0, 0);
    for (const auto& step : curve.steps) {
        corner(step.time, before.incidence, before.variance);
        corner(step.time, step.incidence, step.variance);
        before = step;
    }
    corner(curve.last_time, before.incidence, before.variance);
    return out;
}

void add_row(json& rows, const CumulativeIncidence& curve, const std::set<double>& times) {
    json incidence = json::array();
    json variance = json::array();
    for (const double t : times) {
        const IncidenceAt at = at_time(curve, t);
        incidence.push_back(at.estimable ? json(at.incidence) : json());
        variance.push_back(at.estimable ? json(at.variance) : json());
    }
    rows["est"].push_back(std::move(incidence));
    rows["var"].push_back(std::move(variance));
}

// cuminc gives a statistic of -1, hence p = 1, where the variance is singular.
void add_gray(json& out, const GrayTest& test, const std::string& cause) {
    json& part = out["gray_tests"];
    part["cause"].push_back(cause);
    part["stat"].push_back(test.chi_square ? json(*test.chi_square) : json(-1));
    part["pv"].push_back(test.p ? json(*test.p) : json(1));
    part["df"].push_back(test.degrees_of_freedom);
    if (!test.chi_square) {
        part["estimable"] = false;
        add_warning(part, "cause " + cause + ": the groups cannot be compared");
    }
}

json rows_of(const Matrix& matrix) {
    json out = json::array();
    for (std::size_t i = 0; i < matrix.rows; ++i) {
        out.push_back(matrix.row(i));
    }
    return out;
}

json aalen_johansen_part(const AalenJohansen& curve) {
    json states = json::array({"(s0)"});
    for (std::size_t k = 1; k < curve.probability.columns; ++k) {
        states.push_back(std::to_string(k));
    }
    json times = json::array();
    for (const double time : curve.time) {
        times.push_back(json_of(time));
    }
    return {{"time", times},
            {"states", states},
            {"pstate", rows_of(curve.probability)},
            {"std_err", rows_of(curve.error)}};
}

} // namespace

json competing_risks_case(const json& input) {
    const CompetingData data = competing_data(input);
    const Groups groups = groups_of(input, data);
    std::set<int> causes(data.cause.begin(), data.cause.end());
    causes.erase(0);
    if (causes.empty()) {
        return refusal("no-events", "Nobody had an event of any kind.");
    }
    const std::vector<double> asked = column_or_empty(input, "times");
    const std::set<double> times(asked.begin(), asked.end());
    json out;
    json& at = out["at_times"];
    at["times"] = asked;
    for (const int cause : causes) {
        for (std::size_t g = 0; g < groups.data.size(); ++g) {
            const std::string name = groups.names[g] + " " + std::to_string(cause);
            const CumulativeIncidence curve = cumulative_incidence(groups.data[g], cause);
            out["curves"][name] = curve_part(curve);
            at["rows"].push_back(name);
            add_row(at, curve, times);
        }
        if (groups.data.size() > 1) {
            const int count = static_cast<int>(groups.data.size());
            add_gray(out, gray_test(data, groups.codes, count, cause), std::to_string(cause));
        }
    }
    for (std::size_t g = 0; g < groups.data.size(); ++g) {
        out["aalen_johansen_survfit"][groups.names[g]] =
            aalen_johansen_part(aalen_johansen(groups.data[g], *causes.rbegin()));
    }
    return out;
}

} // namespace embolink
