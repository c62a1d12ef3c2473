// Structured bindings name every member of a fact: a fact that gets another one does not compile
// here until it is shown, too.
#include "tests/connector/fact_text.hpp"

#include <concepts>
#include <type_traits>
#include <vector>

namespace embolink::test {

namespace {

// The templates below look these up where they are written.
std::string shown(const Origin& value);
std::string shown(const ConceptSet& value);
std::string shown(const When& value);
std::string shown(const PatientLink& value);
std::string shown(const DrugIdentity& value);
std::string shown(const Issue& value);
std::string shown(const PartialRange& value);
std::string shown(const StayPlace& value);

std::string shown(const std::string& text) {
    return "'" + text + "'";
}

template <class Number>

requires std::integral<Number> || std::is_enum_v<Number> std::string shown(Number value) {
    return std::to_string(static_cast<long long>(value));
}

std::string shown(const PartialDate& date) {
    return shown(date.precision) + ":" + to_iso(date.first) + ".." + to_iso(date.last) + "@" +
           std::to_string(date.utc_seconds.value_or(-1));
}

std::string shown(const Decimal& value) {
    return value.text;
}

std::string shown(const ReportFinding& value) {
    const auto& [a, b, c, d, e, f, g, h, i] = value;
    std::string text = shown(a);
    for (const bool said : {b, c, d, e, f, g, h, i}) {
        text += said ? "1" : "0";
    }
    return text;
}

template <class T>
std::string shown(const std::optional<T>& value) {
    return value ? shown(*value) : "-";
}

template <class T>
std::string shown(const std::vector<T>& values) {
    std::string text = "[";
    for (const T& value : values) {
        text += shown(value) + ",";
    }
    return text + "]";
}

template <class... Values>
std::string all(const char* name, const Values&... values) {
    std::string text = std::string(name) + "{";
    ((text += shown(values) + " "), ...);
    return text + "}";
}

std::string shown(const Origin& value) {
    return all("origin", value.reference, value.version);
}

std::string shown(const ConceptSet& value) {
    const auto& [by_code, by_text] = value;
    return all("concepts", by_code, by_text);
}

std::string shown(const When& value) {
    const auto& [start, end] = value;
    return all("when", start, end);
}

std::string shown(const PatientLink& value) {
    const auto& [type, other] = value;
    return all("link", type, other);
}

std::string shown(const DrugIdentity& value) {
    const auto& [concepts, key] = value;
    return all("drug", concepts, key);
}

std::string shown(const Issue& value) {
    const auto& [a, b, c, d, e, f, g] = value;
    return all("issue", a, b, c, d, e, f, g);
}

std::string shown(const Person& value) {
    const auto& [a, b, c, d, e, f, g] = value;
    return all("Person", a, b, c, d, e, f, g);
}

std::string shown(const DeathFinding& value) {
    const auto& [a, b] = value;
    return all("DeathFinding", a, b);
}

std::string shown(const Diagnosis& value) {
    const auto& [a, b, c, d, e, f, g] = value;
    return all("Diagnosis", a, b, c, d, e, f, g);
}

std::string shown(const ProcedureRow& value) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l] = value;
    return all("ProcedureRow", a, b, c, d, e, f, g, h, i, j, k, l);
}

std::string shown(const DrugEvent& value) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = value;
    return all("DrugEvent", a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
}

std::string shown(const MedicationInfo& value) {
    const auto& [a, b] = value;
    return all("MedicationInfo", a, b);
}

std::string shown(const Assessment& value) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = value;
    return all("Assessment", a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
}

std::string shown(const TumourSize& value) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k] = value;
    return all("TumourSize", a, b, c, d, e, f, g, h, i, j, k);
}

std::string shown(const LesionPlace& value) {
    const auto& [a, b] = value;
    return all("LesionPlace", a, b);
}

std::string shown(const Imaging& value) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l] = value;
    return all("Imaging", a, b, c, d, e, f, g, h, i, j, k, l);
}

std::string shown(const PartialRange& value) {
    const auto& [a, b, c, d, e] = value;
    return all("PartialRange", a, b, c, d, e);
}

std::string shown(const LabResult& value) {
    const auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = value;
    return all("LabResult", a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
}

std::string shown(const Characteristic& value) {
    const auto& [a, b, c, d, e, f, g, h, i] = value;
    return all("Characteristic", a, b, c, d, e, f, g, h, i);
}

std::string shown(const ClinicalEvent& value) {
    const auto& [a, b, c, d, e, f, g, h] = value;
    return all("ClinicalEvent", a, b, c, d, e, f, g, h);
}

std::string shown(const Contact& value) {
    const auto& [a, b, c, d] = value;
    return all("Contact", a, b, c, d);
}

std::string shown(const StayPlace& value) {
    const auto& [place, when] = value;
    return all("place", place, when);
}

std::string shown(const Stay& value) {
    const auto& [a, b, c, d, e, f] = value;
    return all("Stay", a, b, c, d, e, f);
}

std::string shown(const Order& value) {
    const auto& [a, b, c] = value;
    return all("Order", a, b, c);
}

} // namespace

std::string text_of(const ReadResult& result) {
    const auto& [source,
                 version,
                 content_hash,
                 status,
                 patient,
                 updated,
                 known,
                 facts,
                 not_counted,
                 issues] = result.facts;
    std::string text = all("read",
                           result.dropped,
                           source.reference(),
                           source.version_id,
                           source.last_updated,
                           version,
                           content_hash,
                           status,
                           patient,
                           updated,
                           known,
                           issues);
    for (const auto* list : {&facts, &not_counted}) {
        text += "\n";
        for (const Fact& fact : *list) {
            text += "\n" + std::visit([](const auto& one) { return shown(one); }, fact);
        }
    }
    return text;
}

} // namespace embolink::test
