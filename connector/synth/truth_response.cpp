// BOR, BOR-CONFIRMED, OR and DC of a plan by R4.6 and R4.3.
#include "connector/synth/truth_parts.hpp"

#include <algorithm>

namespace embolink::synth {
namespace {

constexpr int stable_from_day = 42; // R4.6 (assumed)

// Higher is better; 0 is nothing usable.
int rank(Response response, int day) {
    switch (response) {
    case Response::complete:
        return 5;
    case Response::partial:
        return 4;
    case Response::improved:
        return day >= stable_from_day ? 3 : 0;
    case Response::stable:
        return day >= stable_from_day ? 2 : 0;
    case Response::progression:
        return 1;
    case Response::not_evaluable:
        break;
    }
    return 0;
}

const char* name(int rank) {
    static constexpr const char* names[] = {"NE", "PD", "SD", "SD", "PR", "CR"};
    return names[rank];
}

// What the assessments of the window come to.
struct Best {
    int rank = 0;
    bool trend_progression = false;
    bool conflict = false;
    bool early_progression = false;
    bool surely_controlled = false; // a known CR, PR or SD from day 42
};

Best best_of(const PatientPlan& plan) {
    const std::vector<Reading> readings = readings_of(plan);
    const Cut cut = therapy_cut(plan, course_of(plan, readings));
    Best best;
    for (const Reading& reading : readings) {
        if (reading.day > cut.day)
            break;
        best.early_progression = best.early_progression || reading.early_progression;
        const int rank_here = rank(reading.response, reading.day);
        best.surely_controlled = best.surely_controlled || rank_here == 2 || rank_here > 3;
        if (rank_here > best.rank) {
            best.rank = rank_here;
            best.trend_progression = reading.progression() && reading.trend;
            best.conflict = reading.progression() && reading.conflict;
        }
        if (reading.progression())
            break;
    }
    return best;
}

void answer(TruthRecord& record, const Best& best, int needed, const char* none) {
    if (best.rank == 0) {
        record.status = "not-evaluable";
        record.reason = none;
    } else {
        record.status = "value";
        record.flag_value = best.rank >= needed;
    }
}

// Those up to the first progression or the cut.
std::vector<Reading> counted_readings(const PatientPlan& plan) {
    const std::vector<Reading> all = readings_of(plan);
    const int end = therapy_cut(plan, course_of(plan, all)).day;
    std::vector<Reading> counted;
    for (const Reading& reading : all) {
        if (reading.day > end)
            break;
        counted.push_back(reading);
        if (reading.progression())
            break;
    }
    return counted;
}

// What a reading says at least; `kindly` takes a response of unknown kind for any response.
bool responds(const Reading& reading, Response level, bool kindly) {
    return reading.response == Response::complete ||
           (level == Response::partial && reading.response == Response::partial) ||
           (kindly && reading.response == Response::improved);
}

bool repeated(const std::vector<Reading>& readings, Response level, bool kindly) {
    for (std::size_t i = 0; i < readings.size(); ++i) {
        int unreadable = 0;
        for (std::size_t j = i + 1; j < readings.size(); ++j) {
            const Reading& later = readings[j];
            if (later.response == Response::not_evaluable)
                ++unreadable;
            else if (!responds(later, level, kindly))
                break;
            else if (responds(readings[i], level, kindly) && unreadable <= 1 &&
                     later.day - readings[i].day >= 28)
                return true;
        }
    }
    return false;
}

std::string confirmed(const std::vector<Reading>& readings, bool kindly) {
    if (repeated(readings, Response::complete, kindly))
        return "CR";
    if (repeated(readings, Response::partial, kindly))
        return "PR";
    const bool stable = std::any_of(readings.begin(), readings.end(), [](const Reading& r) {
        return r.adequate() && !r.progression() && r.day >= stable_from_day;
    });
    const bool progressed = !readings.empty() && readings.back().progression();
    return stable ? "SD" : progressed ? "PD" : "NE";
}

TruthRecord confirmed_record(const PatientPlan& plan) {
    TruthRecord record;
    record.param = "BOR-CONFIRMED";
    record.status = "value";
    const std::vector<Reading> readings = counted_readings(plan);
    record.text_value = confirmed(readings, false);
    // It may have been a repetition, or it is the only reading that makes the disease stable.
    const bool stable_besides = std::any_of(readings.begin(), readings.end(), [](const Reading& r) {
        return r.adequate() && !r.progression() && r.day >= stable_from_day &&
               r.response != Response::improved;
    });
    if (confirmed(readings, true) != record.text_value ||
        (record.text_value == "SD" && !stable_besides))
        record.flags.push_back("response-unspecified");
    if (record.text_value == "PD" && readings.back().trend)
        record.flags.push_back("trend-only");
    if (record.text_value == "PD" && readings.back().conflict)
        record.flags.push_back("same-date-conflict");
    return record;
}

} // namespace

std::vector<TruthRecord> response_records(const PatientPlan& plan) {
    const Best best = best_of(plan);
    const OpenWords open = open_words(plan);
    std::vector<TruthRecord> records(3);
    records[0].param = "BOR";
    records[0].status = "value";
    records[0].text_value = name(best.rank);
    records[1].param = "OR";
    answer(records[1], best, 4, "no-assessment");
    records[2].param = "DC";
    answer(records[2], best, 2, "no-assessment");
    if (best.rank == 3) { // a response of unknown kind
        records[1].status = "not-evaluable";
        records[1].reason = "response-unspecified";
        records[1].flag_value.reset();
    }
    for (TruthRecord& record : records) {
        // Disease control does not hang on the response of unknown kind when stable disease is
        // known besides.
        const bool certain = record.param == "DC" && best.surely_controlled;
        if (best.rank == 3 && !certain)
            record.flags.push_back("response-unspecified");
        if (best.trend_progression)
            record.flags.push_back("trend-only");
        if (best.conflict)
            record.flags.push_back("same-date-conflict");
        if (best.rank == 0 && best.early_progression)
            record.flags.push_back("early-pd");
        if (open.response)
            record.flags.push_back("response-candidate-unresolved");
    }
    records.insert(records.begin() + 1, confirmed_record(plan));
    return records;
}

} // namespace embolink::synth
