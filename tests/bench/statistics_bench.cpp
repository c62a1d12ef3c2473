// The statistics on a million subjects, timed beside R (statistics_bench.R calls this program).
//   statistics_bench make FOLDER N continuous|days   writes the data for both sides
//   statistics_bench run FOLDER REPEATS              CPU seconds (median) and results, as JSON
// The floor is what no Kaplan-Meier estimate can do without: a radix sort of key and index, and one
// pass over the sorted data.
#include "analysis/regression/cox.hpp"
#include "analysis/survival/kaplan_meier.hpp"
#include "analysis/survival/log_rank.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <random>
#include <string>

namespace {

using namespace embolink;
using nlohmann::json;

constexpr std::size_t covariates = 5;

struct Data {
    SurvivalData survival;
    std::vector<int> group;
    Matrix covariate;
};

// 53 bits of the generator, whose sequence the standard fixes: the same data everywhere.
double uniform(std::mt19937_64& random) {
    return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53;
}

double rounded(double time, bool whole_days) {
    return whole_days ? std::ceil(time) : time;
}

// One row after the other: time, status, group, five covariates, as doubles.
void make(const std::filesystem::path& folder, std::size_t n, bool whole_days) {
    std::mt19937_64 random(20120411);
    std::ofstream file(folder / "rows.bin", std::ios::binary);
    for (std::size_t i = 0; i < n; ++i) {
        std::array<double, 3 + covariates> row{};
        double risk = 0;
        for (std::size_t j = 0; j < covariates; ++j) {
            row[3 + j] = 2 * uniform(random) - 1;
            risk += 0.3 * row[3 + j];
        }
        row[2] = uniform(random) < 0.46 ? 0 : 1;
        const double event = -std::log(uniform(random)) / (0.001 * std::exp(risk));
        const double end = 365 + 1826 * uniform(random);
        row[0] = rounded(std::min(event, end), whole_days);
        row[1] = event <= end ? 1 : 0;
        file.write(reinterpret_cast<const char*>(row.data()), sizeof row);
    }
}

Data read(const std::filesystem::path& folder) {
    std::ifstream file(folder / "rows.bin", std::ios::binary);
    const std::size_t n =
        std::filesystem::file_size(folder / "rows.bin") / ((3 + covariates) * sizeof(double));
    Data data{{}, {}, Matrix(n, covariates)};
    std::array<double, 3 + covariates> row{};
    for (std::size_t i = 0; i < n; ++i) {
        file.read(reinterpret_cast<char*>(row.data()), sizeof row);
        data.survival.time.push_back(row[0]);
        data.survival.event.push_back(static_cast<int>(row[1]));
        data.group.push_back(static_cast<int>(row[2]));
        for (std::size_t j = 0; j < covariates; ++j) {
            data.covariate(i, j) = row[3 + j];
        }
    }
    return data;
}

struct Keyed {
    std::uint64_t key;
    std::uint32_t index;
};

// Least significant digit first, six digits of eleven bits; positive doubles sort as their bits.
std::vector<Keyed> radix_sorted(const std::vector<double>& time) {
    std::vector<Keyed> from(time.size());
    std::vector<Keyed> to(time.size());
    for (std::size_t i = 0; i < time.size(); ++i) {
        from[i] = {std::bit_cast<std::uint64_t>(time[i]), static_cast<std::uint32_t>(i)};
    }
    for (int digit = 0; digit < 6; ++digit) {
        std::array<std::size_t, 2048> begin{};
        const auto bucket = [&](const Keyed& k) { return (k.key >> (11 * digit)) & 2047; };
        for (const Keyed& k : from) {
            ++begin[bucket(k)];
        }
        std::size_t sum = 0;
        for (std::size_t& count : begin) {
            sum += std::exchange(count, sum);
        }
        for (const Keyed& k : from) {
            to[begin[bucket(k)]++] = k;
        }
        from.swap(to);
    }
    return from;
}

// S and Greenwood's sum at the end, from one pass.
json floor_pass(const SurvivalData& data) {
    const std::vector<Keyed> sorted = radix_sorted(data.time);
    double survival = 1;
    double variance = 0;
    for (std::size_t i = 0; i < sorted.size();) {
        const double at_risk = static_cast<double>(sorted.size() - i);
        double events = 0;
        const std::uint64_t key = sorted[i].key;
        for (; i < sorted.size() && sorted[i].key == key; ++i) {
            events += data.event[sorted[i].index];
        }
        survival *= 1 - events / at_risk;
        variance += events / (at_risk * std::max(1.0, at_risk - events));
    }
    return {survival, variance};
}

json measured(int repeats, const std::function<json()>& job) {
    std::vector<double> seconds;
    json result;
    for (int i = 0; i < repeats; ++i) {
        const std::clock_t begin = std::clock();
        result = job();
        seconds.push_back(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
    }
    std::ranges::nth_element(seconds, seconds.begin() + repeats / 2);
    return {{"seconds", seconds[static_cast<std::size_t>(repeats / 2)]}, {"result", result}};
}

json survival_at(const KaplanMeier& curve) {
    json out;
    for (const double day : {200.0, 730.5, 1500.0}) {
        out.push_back(at_time(curve, day).survival);
    }
    return out;
}

json beta(const CoxData& data) {
    CoxOptions options;
    options.tolerance = 1e-9; // R's
    options.most_iterations = 20;
    json out;
    for (const auto& b : cox_fit(cox_design(data), options).beta) {
        out.push_back(b.value());
    }
    return out;
}

// The trial's two arms, month ties: 9.66 million labelings.
json permutation() {
    std::mt19937_64 random(26);
    SurvivalData data;
    std::vector<int> group;
    for (int i = 0; i < 26; ++i) {
        data.time.push_back(std::ceil(-24 * std::log(uniform(random))));
        data.event.push_back(uniform(random) < 0.7 ? 1 : 0);
        group.push_back(i < 12 ? 0 : 1);
    }
    const auto result = permutation_log_rank(data, group);
    return {{"permutations", result->permutations}, {"p", result->p_two_sided}};
}

json run(const std::filesystem::path& folder, int repeats) {
    const Data data = read(folder);
    json out;
    out["floor"] = measured(repeats, [&] { return floor_pass(data.survival); });
    out["km"] = measured(repeats, [&] { return survival_at(kaplan_meier(data.survival)); });
    // The inputs are made once: R's functions do not copy their data, either.
    const LogRankInput groups{data.survival, data.group, 2, {}, {}};
    out["logrank"] = measured(repeats, [&] { return json(log_rank(groups).chi_square.value()); });
    const CoxData cox{data.survival, data.covariate, {}, {}};
    out["cox"] = measured(repeats, [&] { return beta(cox); });
    out["permutation"] = measured(repeats, permutation);
    return out;
}

} // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() == 4 && words[0] == "make") {
        make(words[1], std::stoul(words[2]), words[3] == "days");
    } else if (words.size() == 3 && words[0] == "run") {
        std::cout << run(words[1], std::stoi(words[2])).dump() << "\n";
    } else {
        std::cerr << "statistics_bench make FOLDER N continuous|days | run FOLDER REPEATS\n";
        return 2;
    }
    return 0;
}
