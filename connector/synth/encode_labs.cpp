// Laboratory results with their own reference range, in conventional or SI units, decimals as they
// were planned.
#include "connector/synth/encode.hpp"
#include "connector/synth/json_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink::synth {
namespace {

struct Shape {
    const char* code;
    const char* unit; // UCUM
};

Shape shape_of(const LabPlan& lab, bool other_code) {
    switch (lab.analyte) {
    case Analyte::alt:
        return {"1742-6", "U/L"};
    case Analyte::ast:
        return {"1920-8", "U/L"};
    case Analyte::alp:
        return {"6768-6", "U/L"};
    case Analyte::bilirubin:
        return lab.si_units ? Shape{"14631-6", "umol/L"} : Shape{"1975-2", "mg/dL"};
    case Analyte::creatinine:
        return lab.si_units ? Shape{"14682-9", "umol/L"} : Shape{"2160-0", "mg/dL"};
    case Analyte::neutrophils:
        return {other_code ? "26499-4" : "751-8", lab.si_units ? "10*9/L" : "10*3/uL"};
    case Analyte::platelets:
        break;
    }
    return {other_code ? "26515-7" : "777-3", lab.si_units ? "10*9/L" : "10*3/uL"};
}

Json quantity(const std::string& value, const std::string& unit) {
    return {{"value", number(value)}, {"unit", unit}, {"system", ucum}, {"code", unit}};
}

bool on_session_day(const PatientPlan& plan, int day) {
    return std::any_of(plan.sessions.begin(), plan.sessions.end(), [day](const Session& session) {
        return session.day == day;
    });
}

Json result(Chart& chart, std::string_view code, int day) {
    Json observation = chart.start("Observation");
    observation["status"] = "final";
    observation["category"] = Json::array(
        {concept_of("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory")});
    observation["code"] = concept_of(loinc, code);
    observation["subject"] = reference_to(chart.subject());
    // On the day of a session the hour would tell baseline from toxicity: written without one.
    observation["effectiveDateTime"] = chart.when(
        day, on_session_day(chart.plan(), day) ? Clock::day_only : Clock::may_be_instant);
    return observation;
}

void decide_grade(Chart& chart, const LabPlan& lab, const std::string& reference) {
    if (lab.reader_grade)
        chart.decide(
            {DecisionAbout::toxicity, lab.day, reference, std::to_string(*lab.reader_grade)});
}

void encode_lab(Chart& chart, const LabPlan& lab) {
    const Shape shape = shape_of(lab, chart.draws().chance(0.3));
    Json observation = result(chart, shape.code, lab.day);
    observation["valueQuantity"] = quantity(lab.value, shape.unit);
    const bool low = lab.analyte == Analyte::neutrophils || lab.analyte == Analyte::platelets;
    Json range;
    range[low ? "low" : "high"] = quantity(lab.limit, shape.unit);
    observation["referenceRange"] = Json::array({range});
    if (chart.draws().chance(0.04) && chart.dirty() > 0) {
        Json before = observation; // a clerk's slip, corrected the same day
        before["valueQuantity"] = quantity("9999", shape.unit);
        observation["status"] = "corrected";
        decide_grade(
            chart, lab, chart.add_amended(std::move(before), std::move(observation), lab.day));
        return;
    }
    decide_grade(chart, lab, chart.add(std::move(observation), lab.day));
}

Shape marker_shape(MarkerSeries series, double u) {
    switch (series) {
    case MarkerSeries::hiaa_mass_rate:
        return {"1695-6", u < 0.4 ? "mg/(24.h)" : u < 0.7 ? "mg/24h" : "mg/d"};
    case MarkerSeries::hiaa_molar_rate:
        return {"14573-0", u < 0.5 ? "umol/(24.h)" : u < 0.75 ? "umol/24h" : "µmol/24h"};
    case MarkerSeries::hiaa_spot_ratio:
        return {"29520-4", "umol/mmol"};
    case MarkerSeries::hiaa_concentration:
        return {"31203-3", "mg/L"};
    case MarkerSeries::cga_mass:
        return {"9811-1", u < 0.7 ? "ng/mL" : "ug/L"};
    case MarkerSeries::cga_molar:
        return {"25587-7", "nmol/L"};
    case MarkerSeries::cga_units:
        break;
    }
    return {"30169-7", "U/L"};
}

Json marker_quantity(const std::string& value, const std::string& unit) {
    Json result{{"value", number(value)}, {"unit", unit}};
    // Spellings that UCUM does not know carry no code.
    if (unit.find("24h") == std::string::npos) {
        result["system"] = ucum;
        result["code"] = unit;
    }
    return result;
}

void encode_marker(Chart& chart, const MarkerPlan& marker, double spelling, bool as_string) {
    const Shape shape = marker_shape(marker.series, spelling);
    Json observation = result(chart, shape.code, marker.day);
    if (!marker.comparator.empty() && as_string) {
        observation["valueString"] = marker.comparator + marker.value + " " + shape.unit;
    } else {
        observation["valueQuantity"] = marker_quantity(marker.value, shape.unit);
        if (!marker.comparator.empty())
            observation["valueQuantity"]["comparator"] = marker.comparator;
    }
    if (!marker.limit_in_table && !marker.limit_missing) {
        Json range;
        range["high"] = marker_quantity(marker.limit, shape.unit);
        observation["referenceRange"] = Json::array({range});
    }
    chart.add(std::move(observation), marker.day);
}

} // namespace

void encode_labs(Chart& chart) {
    for (const LabPlan& lab : chart.plan().labs)
        encode_lab(chart, lab);
    if (chart.dirty() == 0 || !chart.draws().chance(0.1) || chart.plan().labs.empty())
        return;
    LabPlan mistaken = chart.plan().labs.front();
    const Shape shape = shape_of(mistaken, false);
    Json observation = result(chart, shape.code, mistaken.day);
    observation["status"] = "entered-in-error";
    observation["valueQuantity"] = quantity("4000", shape.unit);
    chart.add(std::move(observation), mistaken.day);
}

void encode_markers(Chart& chart) {
    const double spelling = chart.draws().next();
    const bool as_string = chart.draws().chance(0.5);
    for (const MarkerPlan& marker : chart.plan().markers)
        encode_marker(chart, marker, spelling, as_string);
}

} // namespace embolink::synth
