#include "mapping/facts/reading.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace embolink {

namespace {

// The "#x" of "DiagnosticReport/1#x".
std::string_view fragment(std::string_view reference) {
    const std::size_t hash = reference.find('#');
    return hash == std::string_view::npos ? std::string_view{} : reference.substr(hash + 1);
}

} // namespace

void Reading::add_contact(std::string_view kind, const When& when) const {
    // Only an inpatient encounter counts to its end (read_encounter.cpp).
    const std::optional<PartialDate>& day = when.start ? when.start : when.end;
    if (day) {
        add(Contact{origin, std::string{kind}, {day, day}, false});
    }
}

When Reading::when(std::string_view stem) const {
    const std::string base{stem};
    for (const char* kind : {"DateTime", "Instant"}) {
        const std::string key = base + kind;
        if (const Field field = root.at(key.c_str())) {
            const std::optional<PartialDate> date = field.date();
            return {date, date};
        }
    }
    const std::string period_key = base + "Period";
    if (const Field period = root.at(period_key.c_str())) {
        When when{period.at("start").date(), period.at("end").date()};
        if (!when.start && !when.end) {
            period.report(Severity::warning, IssueCode::required, "a period without dates");
        }
        if (when.start && when.end && when.end->last < when.start->first) {
            period.report(Severity::error, IssueCode::value, "a period that ends before it starts");
            return {};
        }
        return when;
    }
    const std::string timing_key = base + "Timing";
    if (const Field timing = root.at(timing_key.c_str())) {
        const std::vector<Field> events = timing.all("event");
        if (events.size() == 1 && !timing.has("repeat")) { // that once, and no other time
            const std::optional<PartialDate> date = events.front().date();
            return {date, date};
        }
    }
    for (const char* kind : {"String", "Age", "Range", "Timing"}) {
        const std::string key = base + kind;
        if (const Field field = root.at(key.c_str())) {
            field.report(Severity::warning, IssueCode::value, "gives no calendar date");
        }
    }
    return {};
}

Field Reading::contained(std::string_view reference) const {
    const std::string_view id = fragment(reference);
    if (!id.empty() && reference.starts_with(scope.self)) {
        for (Field& resource : root.all("contained")) {
            std::string contained_id = resource.at("id").text();
            if (contained_id.starts_with('#')) { // written so by older servers
                contained_id.erase(0, 1);
            }
            if (contained_id == id) {
                return std::move(resource);
            }
        }
    }
    return {scope, nullptr, {}};
}

std::optional<Origin> Reading::origin_of(const Field& contained) const {
    std::string id = contained.at("id").text();
    if (id.starts_with('#')) { // written so by older servers
        id.erase(0, 1);
    }
    if (id.empty()) {
        contained.report_missing("id", Severity::error, "R4.8: a contained resource without id");
        return std::nullopt;
    }
    return Origin{origin.reference + "#" + id, origin.version};
}

void Reading::set_aside(const char* element, std::string text) const {
    scope.issues.add(Severity::information,
                     IssueCode::business_rule,
                     root.path() + "." + element,
                     std::move(text));
}

bool is_one_of(std::string_view word, std::span<const std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

std::optional<Standing> standing_of(const Reading& reading, const StatusRule& rule) {
    const std::string status = reading.root.at("status").text();
    if (is_one_of(status, rule.accepted)) {
        return Standing::accepted;
    }
    if (is_one_of(status, rule.candidates)) {
        return Standing::candidate;
    }
    reading.set_aside("status", "R9.2: not a status that counts");
    return std::nullopt;
}

} // namespace embolink
