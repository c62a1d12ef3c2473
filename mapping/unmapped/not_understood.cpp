// One function per resource type names the elements that the readers of mapping/facts look at and
// the domains that they ask. An element is understood when any of its codes or words is.
#include "mapping/unmapped/not_understood.hpp"

#include "mapping/facts/coded.hpp"
#include "mapping/facts/text_value.hpp"
#include "mapping/fhir/fields.hpp"
#include "mapping/fhir/units.hpp"
#include "mapping/fhir/words.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace embolink {

namespace {

using Domains = std::vector<CodeDomain>;

class Finder {
public:
    Finder(const Terminology& terminology, const SiteConfig& site, std::string type)
        : terminology_(terminology), site_(site), type_(std::move(type)) {}

    void look(const Field& root);
    void medication(const Field& root, const char* element);

    std::vector<NotUnderstood> take() { return std::move(found_); }

private:
    void procedure(const Field& root);
    void condition(const Field& root);
    void drug_event(const Field& root);
    void observation(const Field& root);
    void result(const Field& root, const Field& part, const std::string& where);
    void unit(const Field& part, const std::string& where, const std::string& quantity);
    void report(const Field& root);
    void imaging_study(const Field& root);
    void adverse_event(const Field& root);

    bool knows(const Domains& domains, const CodedText& coded) const {
        return std::ranges::any_of(
            domains, [&](CodeDomain domain) { return is_known(terminology_, domain, coded); });
    }

    // Reports the element unless it is understood.
    void element(const std::string& where, const Field& field, const Domains& domains) {
        const CodedText coded = read_coded_text(field);
        if (!coded.empty() && !knows(domains, coded)) {
            report_coded(where, coded, domains, {});
        }
    }

    void report_coded(const std::string& where,
                      const CodedText& coded,
                      const Domains& domains,
                      const std::vector<std::string>& units);

    const Terminology& terminology_;
    const SiteConfig& site_;
    std::string type_;
    std::vector<NotUnderstood> found_;
};

void Finder::report_coded(const std::string& where,
                          const CodedText& coded,
                          const Domains& domains,
                          const std::vector<std::string>& units) {
    bool any_code = false;
    for (const Coding& coding : coded.codings) {
        if (coding.code.empty()) {
            continue;
        }
        any_code = true;
        NotUnderstood one;
        one.element = where;
        one.system = coding.system;
        one.code = coding.code;
        one.words = coding.display + (coded.text.empty() ? "" : " . " + coded.text);
        one.domains = domains;
        one.units = units;
        found_.push_back(std::move(one));
    }
    std::string text = coded.text;
    for (const Coding& coding : coded.codings) {
        text = text.empty() ? coding.display : text;
    }
    if (!any_code && !fold(text).empty()) {
        NotUnderstood one;
        one.kind = UnknownKind::text;
        one.element = where;
        one.written = fold(text);
        one.words = text;
        one.domains = domains;
        found_.push_back(std::move(one));
    }
}

void Finder::procedure(const Field& root) {
    element("Procedure.code", root.at("code"), {CodeDomain::procedure});
    for (const Field& site : root.all("bodySite")) {
        element("Procedure.bodySite", site, {CodeDomain::body_site});
    }
}

void Finder::condition(const Field& root) {
    element("Condition.code", root.at("code"), {CodeDomain::condition, CodeDomain::adverse_event});
    for (const Field& site : root.all("bodySite")) {
        element("Condition.bodySite", site, {CodeDomain::condition, CodeDomain::body_site});
    }
    for (const Field& histology : root.extensions("mcode-histology-morphology-behavior")) {
        element("Condition.extension.value",
                histology.at("valueCodeableConcept"),
                {CodeDomain::condition});
    }
}

void Finder::medication(const Field& root, const char* where) {
    const CodedText code = read_coded_text(root.at("code"));
    const auto ingredients = root.all("ingredient");
    const bool by_ingredient = std::ranges::any_of(ingredients, [&](const Field& one) {
        return knows({CodeDomain::drug}, read_coded_text(one.at("itemCodeableConcept")));
    });
    if (!by_ingredient && !code.empty() && !knows({CodeDomain::drug}, code)) {
        report_coded(where, code, {CodeDomain::drug}, {});
    }
}

void Finder::drug_event(const Field& root) {
    element(type_ + ".medication", root.at("medicationCodeableConcept"), {CodeDomain::drug});
    for (const Field& contained : root.all("contained")) {
        if (contained.at("resourceType").text() == "Medication") {
            medication(contained, (type_ + ".medication").c_str());
        }
    }
    for (const char* list : {"dosage", "dosageInstruction"}) {
        for (const Field& dosage : root.all(list)) {
            element(type_ + ".dosage.route", dosage.at("route"), {CodeDomain::route});
            element(type_ + ".dosage.site", dosage.at("site"), {CodeDomain::body_site});
        }
    }
}

// The units that a result names, code first.
std::vector<std::string> units_of(const Field& part) {
    std::vector<std::string> units;
    const auto keep = [&](std::string unit) {
        if (!unit.empty() && std::ranges::find(units, unit) == units.end()) {
            units.push_back(std::move(unit));
        }
    };
    const Field quantity = part.at("valueQuantity");
    keep(quantity.at("code").text());
    keep(quantity.at("unit").text());
    if (const auto value = parse_text_value(part.at("valueString").text())) {
        keep(value->unit);
    }
    return units;
}

bool has_number(const Field& part) {
    return part.has("valueQuantity") || part.has("valueInteger") || part.has("valueRatio") ||
           parse_text_value(part.at("valueString").text()).has_value();
}

void Finder::unit(const Field& part, const std::string& where, const std::string& quantity) {
    const std::size_t bar = quantity.find('|');
    const std::string analyte = quantity.substr(0, bar);
    const std::string property = quantity.substr(bar + 1);
    std::vector<std::string> units = units_of(part);
    const CodedText code = read_coded_text(part.at("code"));
    const auto is_default = [&](const SiteUnit& row) {
        return std::ranges::any_of(code.codings, [&](const Coding& coding) {
            return row.code == coding.code &&
                   (row.system.empty() || terminology_.same_system(row.system, coding.system));
        });
    };
    const bool missing = units.empty();
    if (missing && std::ranges::any_of(site_.unit_defaults, is_default)) {
        return;
    }
    if (missing) {
        units.emplace_back();
    }
    if (part.has("valueRatio") || std::ranges::any_of(units, [&](const std::string& one) {
            return terminology_.convert(analyte, property, one).has_value();
        })) {
        return;
    }
    NotUnderstood one;
    one.kind = UnknownKind::unit;
    one.element = where;
    one.written = tidy_unit(units.front());
    one.quantity = quantity;
    for (const Coding& coding : code.codings) {
        if (!terminology_.concepts(CodeDomain::analyte, coding.system, coding.code).empty()) {
            one.system = coding.system;
            one.code = coding.code;
            break;
        }
    }
    found_.push_back(std::move(one));
}

// A quantity that is known needs a unit that is; a coded value must say what the rules ask for.
void Finder::result(const Field& root, const Field& part, const std::string& where) {
    const CodedText code = read_coded_text(part.at("code"));
    const CodedText method = read_coded_text(root.at("method"));
    const Field value = part.at("valueCodeableConcept");
    const CodedText said = read_coded_text(value);
    for (const Coding& coding : code.codings) {
        const auto names = terminology_.concepts(CodeDomain::analyte, coding.system, coding.code);
        if (names.size() == 1 && names.front().find('|') != std::string::npos) {
            if (has_number(part)) {
                unit(part, where + ".value", names.front());
            }
            return;
        }
        if (!names.empty()) {
            return;
        }
    }
    const ConceptSet kind = concepts_of(terminology_, CodeDomain::response_kind, code);
    if (!kind.by_code.empty() || kind.has("recist-method") ||
        is_known(terminology_, CodeDomain::response_kind, method)) {
        element(where + ".value", value, {CodeDomain::response});
        return;
    }
    if (is_known(terminology_, CodeDomain::covariate, code)) {
        element(where + ".value", value, {CodeDomain::covariate});
        return;
    }
    const bool says_response = std::ranges::any_of(said.codings, [&](const Coding& coding) {
        return !terminology_.concepts(CodeDomain::response, coding.system, coding.code).empty();
    });
    if (code.empty() || knows({CodeDomain::imaging, CodeDomain::response_kind}, code)) {
        return;
    }
    if (has_number(part)) {
        report_coded(
            where + ".code", code, {CodeDomain::analyte, CodeDomain::covariate}, units_of(part));
    } else if (says_response || !said.empty()) {
        report_coded(where + ".code", code, {CodeDomain::response_kind, CodeDomain::covariate}, {});
    }
}

void Finder::observation(const Field& root) {
    for (const Field& extension : root.extensions("evidence-type")) {
        element("Observation.extension.value",
                extension.at("valueCodeableConcept"),
                {CodeDomain::evidence});
    }
    result(root, root, "Observation");
    for (const Field& component : root.all("component")) {
        result(root, component, "Observation.component");
    }
}

void Finder::report(const Field& root) {
    for (const Field& conclusion : root.all("conclusionCode")) {
        element("DiagnosticReport.conclusionCode",
                conclusion,
                {CodeDomain::response, CodeDomain::response_kind});
    }
    element("DiagnosticReport.code",
            root.at("code"),
            {CodeDomain::imaging, CodeDomain::body_site, CodeDomain::analyte});
    for (const Field& contained : root.all("contained")) {
        if (contained.at("resourceType").text() == "Observation") {
            observation(contained);
        }
    }
}

void Finder::imaging_study(const Field& root) {
    const Domains domains{CodeDomain::imaging, CodeDomain::body_site};
    for (const Field& code : root.all("procedureCode")) {
        element("ImagingStudy.procedureCode", code, domains);
    }
    for (const Field& series : root.all("series")) {
        if (const Field site = series.at("bodySite")) {
            const CodedText coded{{read_coding(site)}, {}};
            if (!coded.codings.front().code.empty() && !knows(domains, coded)) {
                report_coded("ImagingStudy.series.bodySite", coded, domains, {});
            }
        }
    }
}

// "3", "Grade 3": a grade without a code system.
bool is_grade_text(const CodedText& coded) {
    const auto digit = [](const std::string& text) {
        const std::string folded = fold(text);
        return !folded.empty() && folded.back() >= '0' && folded.back() <= '5' &&
               (folded.size() == 1 || folded == "grade " + folded.substr(folded.size() - 1) ||
                folded == "grad " + folded.substr(folded.size() - 1));
    };
    return digit(coded.text) || std::ranges::any_of(coded.codings, [&](const Coding& coding) {
               return digit(coding.code);
           });
}

void Finder::adverse_event(const Field& root) {
    element("AdverseEvent.event", root.at("event"), {CodeDomain::adverse_event});
    const auto grade = [&](const std::string& where, const Field& field) {
        if (!is_grade_text(read_coded_text(field))) {
            element(where, field, {CodeDomain::grade});
        }
    };
    grade("AdverseEvent.severity", root.at("severity"));
    for (const char* url : {"/ae-grade", "/ctcae-grade"}) {
        for (const Field& extension : root.extensions(url)) {
            grade("AdverseEvent.extension.value", extension.at("valueCodeableConcept"));
        }
    }
}

void Finder::look(const Field& root) {
    if (type_ == "Procedure") {
        procedure(root);
    } else if (type_ == "Condition") {
        condition(root);
    } else if (type_ == "Medication") {
        medication(root, "Medication.code");
    } else if (type_.starts_with("Medication")) {
        drug_event(root);
    } else if (type_ == "Observation") {
        observation(root);
    } else if (type_ == "DiagnosticReport") {
        report(root);
    } else if (type_ == "ImagingStudy") {
        imaging_study(root);
    } else if (type_ == "AdverseEvent") {
        adverse_event(root);
    }
}

} // namespace

std::string to_string(UnknownKind kind) {
    constexpr std::array<const char*, 3> names = {"code", "text", "unit"};
    return names[static_cast<std::size_t>(kind)];
}

std::vector<NotUnderstood> find_not_understood(const Resource& resource,
                                               const Terminology& terminology,
                                               const SiteConfig& site,
                                               const ZoneRule& zone) {
    if (resource.deleted) {
        return {};
    }
    IssueSink ignored; // the readers report them
    const FieldScope scope{ignored, zone, resource.source.reference()};
    Finder finder(terminology, site, resource.source.type);
    finder.look(Field{scope, resource.body.get(), resource.source.type});
    return finder.take();
}

} // namespace embolink
