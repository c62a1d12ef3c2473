#include "connector/synth/chart.hpp"

#include "connector/synth/json_text.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>

namespace embolink::synth {
namespace {

Date last_sunday(std::chrono::year year, std::chrono::month month) {
    return Date{year / month / std::chrono::Sunday[std::chrono::last]};
}

std::string short_key(const PatientPlan& plan) {
    return std::to_string(plan.seed) + "-" + std::to_string(plan.index);
}

} // namespace

Json coding(std::string_view system, std::string_view code, std::string_view display) {
    Json result{{"system", system}, {"code", code}};
    if (!display.empty())
        result["display"] = display;
    return result;
}

Json concept_of(std::string_view system, std::string_view code, std::string_view display) {
    Json result;
    result["coding"] = Json::array({coding(system, code, display)});
    return result;
}

Json text_concept(std::string_view text) {
    Json result;
    result["text"] = text;
    return result;
}

Json reference_to(std::string_view reference) {
    Json result;
    result["reference"] = reference;
    return result;
}

int paris_offset(Date date) {
    const auto year = std::chrono::year_month_day{date}.year();
    const Date spring = last_sunday(year, std::chrono::March);
    const Date autumn = last_sunday(year, std::chrono::October);
    if (date == spring || date == autumn)
        return 0;
    return date > spring && date < autumn ? 2 : 1;
}

std::string instant_text(Date date, int minute, int offset_hours) {
    const int moved = minute + 60 * (offset_hours - paris_offset(date));
    const int shift = moved < 0 ? -1 : moved >= 1440 ? 1 : 0;
    const int in_day = moved - 1440 * shift;
    char time[48];
    std::snprintf(time, sizeof time, "T%02d:%02d:00", in_day / 60, in_day % 60);
    std::string text = to_iso(plus_days(date, shift)) + time;
    if (offset_hours == 0)
        return text + "Z";
    std::snprintf(time,
                  sizeof time,
                  "%c%02d:00",
                  offset_hours < 0 ? '-' : '+',
                  offset_hours < 0 ? -offset_hours : offset_hours);
    return text + time;
}

Chart::Chart(const PatientPlan& plan, int dirty)
    : plan_(plan), dirty_(dirty), draws_(plan.seed, plan.index, Topic::encoding),
      dirt_(plan.seed, plan.index, Topic::dirt), forms_(plan.seed, plan.index, dirty),
      long_ids_(dirt_.chance(0.06)), without_meta_(dirt_.chance(0.06)) {}

Json Chart::start(std::string_view type) {
    Json resource;
    resource["resourceType"] = type;
    std::string id = "r" + short_key(plan_) + "-" + std::to_string(++next_id_);
    if (long_ids_ && dirty_ > 0)
        id += "." + std::string(88 - id.size() - 1, 'x');
    resource["id"] = id;
    return resource;
}

// Data of a merged patient stays on the old id in part.
std::string Chart::subject() {
    const bool old = draws_.chance(0.5);
    return "Patient/" + (old && !plan_.old_id.empty() ? plan_.old_id : plan_.id);
}

std::string Chart::when(int relative, Clock clock) {
    const double u = dirt_.next();
    const int usual = dirt_.between(8 * 60, 18 * 60);
    const int night = dirt_.between(5, 55); // past midnight: another day in UTC
    const Date date = plus_days(plan_.t0, relative);
    if (dirty_ == 0 || clock == Clock::day_only || u < 0.6 || paris_offset(date) == 0)
        return to_iso(date);
    if (u < 0.8)
        return instant_text(date, usual, paris_offset(date));
    return u < 0.92 ? instant_text(date, night, 0) : instant_text(date, night, -5);
}

void Chart::put_meta(Json& resource, int relative, int version) const {
    Json& meta = resource["meta"];
    meta["versionId"] = std::to_string(version);
    meta["lastUpdated"] = to_iso(plus_days(plan_.t0, relative + version)) + "T06:15:00Z";
    if (plan_.decoy == Decoy::test_patient)
        meta["security"] =
            Json::array({coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HTEST")});
}

void Chart::write(Json resource) {
    const auto rows = forms_.beside(resource);
    forms_.reword(resource);
    lines_.push_back({resource["resourceType"].get<std::string>(), to_line(resource)});
    if (dirty_ > 0 && dirt_.chance(0.03))
        lines_.push_back(lines_.back());
    for (const Json& row : rows)
        lines_.push_back({row["resourceType"].get<std::string>(), to_line(row)});
}

std::string Chart::add(Json resource, int relative) {
    const bool bare = without_meta_ || dirt_.chance(0.03);
    // Test data is known by its meta. That of the patient who is seen on the day of the data cut
    // says that the export is no older: R0.3's default cut ignores dates later than any meta.
    const bool meta_needed =
        plan_.decoy == Decoy::test_patient || plan_.decoy == Decoy::hepatocellular;
    if (dirty_ == 0 || !bare || meta_needed)
        put_meta(resource, relative, 1);
    write(resource);
    return resource["resourceType"].get<std::string>() + "/" + resource["id"].get<std::string>();
}

std::string Chart::add_amended(Json before, Json after, int relative) {
    after["id"] = before["id"];
    put_meta(before, relative, 1);
    put_meta(after, relative, 2);
    const bool newer_first = dirt_.chance(0.5);
    if (dirty_ > 0 && !newer_first)
        write(before);
    write(after);
    if (dirty_ > 0 && newer_first)
        write(before);
    return after["resourceType"].get<std::string>() + "/" + after["id"].get<std::string>();
}

void Chart::decide(const Decision& decision) {
    static constexpr const char* kinds[] = {"response", "arm", "toxicity"};
    std::string row = "Patient/" + plan_.id + "," + (decision.day ? day(*decision.day) : "") + "," +
                      decision.target + "," + kinds[static_cast<int>(decision.about)] + ",,";
    if (decision.value.empty())
        row += ",,,,"; // nobody has looked at it yet
    else
        row += decision.value + ",reader-1,seen in the chart," +
               day(plan_.last_contact + decision.decided_after) + "," +
               (decision.withdrawn ? "yes" : "");
    decisions_.push_back(row);
}

} // namespace embolink::synth
