// How often a hospital that is as good as the trial is called better or worse (R8), when it looks
// at each of its declared analysis dates (R8.5), every half-year or every month, and how often a
// worse one is found out. The trial is drawn anew for every hospital: its published rates are
// estimates, too.
#include "analysis/comparison/published_reference.hpp"
#include "analysis/report/estimates.hpp"
#include "analysis/survival/kaplan_meier.hpp"
#include "tests/torture/simulate.hpp"

#include <algorithm>

namespace embolink::torture {
namespace {

constexpr int hospitals = 2000;
constexpr double accrual_months = 60;
constexpr double dropout_per_month = 0.004;

// Months after the first patient.
struct Looks {
    int first;
    int last;
    int every;
};

constexpr Looks half_yearly{30, 84, 6};
constexpr Looks monthly{24, 120, 1};

// As a site would declare them.
double level_of(const Looks& looks) {
    std::vector<Date> dates;
    for (int at = looks.first; at <= looks.last; at += looks.every) {
        dates.push_back(plus_days(Date{}, static_cast<int>(std::ceil(at * days_per_month))));
    }
    return verdict_level(dates);
}

struct Rates {
    double hae = 0.44; // true share free of progression at 24 months
    double hace = 0.38;
};

struct Patient {
    bool hace = false;
    double entry = 0; // months after the first patient
    double event = 0; // months after entry
    double dropout = 0;
};

double exponential(std::mt19937_64& random, double hazard) {
    return -std::log(uniform(random)) / hazard;
}

std::vector<Patient> hospital(std::mt19937_64& random, int n, const Rates& rates) {
    std::vector<Patient> patients;
    for (int i = 0; i < n; ++i) {
        Patient patient;
        patient.hace = i * 26 < n * 12;
        patient.entry = accrual_months * uniform(random);
        patient.event =
            exponential(random, -std::log(patient.hace ? rates.hace : rates.hae) / landmark);
        patient.dropout = exponential(random, dropout_per_month);
        patients.push_back(patient);
    }
    return patients;
}

SurvivalSample seen_at(const std::vector<Patient>& patients, double look, bool hae, bool hace) {
    SurvivalSample sample;
    for (const Patient& patient : patients) {
        if (patient.entry >= look || !(patient.hace ? hace : hae)) {
            continue;
        }
        const double end = std::min(look - patient.entry, patient.dropout);
        const double time = std::min(patient.event, end);
        sample.days.push_back(static_cast<int>(time * days_per_month));
        sample.event.push_back(patient.event <= end ? 1 : 0);
    }
    return sample;
}

// What a trial of 14 and 12 would have published, with the uncertainty of A2.
struct Published {
    PublishedEstimate hae;
    PublishedEstimate hace;
};

Published trial(std::mt19937_64& random, const Rates& rates) {
    const auto rate = [&](int n, double truth) {
        return at_time(kaplan_meier(draw(random, n, truth)), landmark).survival;
    };
    const double hae = rate(14, rates.hae);
    const double hace = rate(12, rates.hace);
    return {published_estimate(hae, 9), published_estimate(hace, 8)};
}

struct Found {
    bool better = false;
    bool worse = false;
    bool naive = false;    // the trial as fixed truth, 5 % for each comparison, no guard
    bool at_alpha = false; // better or worse, were each look tested at 5 %
};

void look(Found& found,
          const std::vector<Patient>& patients,
          const Published& published,
          double at,
          double level) {
    const PublishedEstimate pooled =
        pooled_estimate(published.hae, 14.0 / 26, published.hace, 12.0 / 26);
    std::vector<ComparisonCase> cases(3);
    const PublishedEstimate* references[] = {&published.hae, &published.hace, &pooled};
    for (std::size_t i = 0; i < cases.size(); ++i) {
        cases[i].local = local_rate(seen_at(patients, at, i != 1, i != 0));
        cases[i].published = {references[i]->rate, references[i]->variance};
        const auto naive = cloglog_test(cases[i].local, {references[i]->rate, 0});
        found.naive = found.naive || (naive && naive->p <= 0.05);
    }
    for (const Verdict& verdict : decide(cases)) {
        found.at_alpha =
            found.at_alpha || verdict.answer == Answer::better || verdict.answer == Answer::worse;
    }
    for (const Verdict& verdict : decide(cases, level)) {
        found.better = found.better || verdict.answer == Answer::better;
        found.worse = found.worse || verdict.answer == Answer::worse;
    }
}

struct Verdicts {
    Share false_alarm;
    Share worse;
    Share naive;
    Share at_alpha;
};

Verdicts simulate(int n, const Rates& rates, const Looks& looks = half_yearly) {
    std::mt19937_64 random(5);
    Verdicts out;
    const double level = level_of(looks);
    for (int i = 0; i < hospitals; ++i) {
        const Published published = trial(random, {});
        const std::vector<Patient> patients = hospital(random, n, rates);
        Found found;
        for (int at = looks.first; at <= looks.last; at += looks.every) {
            look(found, patients, published, at, level);
        }
        out.false_alarm.add(found.better || found.worse);
        out.worse.add(found.worse);
        out.naive.add(found.naive);
        out.at_alpha.add(found.at_alpha);
    }
    return out;
}

Line line(const std::string& what, int n, const Share& share) {
    return {what, n, share.percent(), share.error()};
}

} // namespace

Table verdicts_of_hospitals() {
    Table table;
    for (const int n : {8, 26, 60, 100, 200}) {
        const Verdicts equal = simulate(n, {});
        table.push_back(line("as the trial: called better or worse", n, equal.false_alarm));
        table.back().stated = {0, 5};
        table.push_back(line("the same, trial as fixed truth, unguarded", n, equal.naive));
        const Verdicts often = simulate(n, {}, monthly);
        table.push_back(line("a look every month from 24 to 120, each at 5 %", n, often.at_alpha));
        table.push_back(line("the same at the level of many looks", n, often.false_alarm));
        table.back().stated = {0, 5};
    }
    for (const int n : {26, 60, 200}) {
        table.push_back(
            line("worse (26 and 22 %): called worse", n, simulate(n, {0.26, 0.22}).worse));
        table.push_back(
            line("far worse (10 and 10 %): called worse", n, simulate(n, {0.10, 0.10}).worse));
    }
    return table;
}

} // namespace embolink::torture
