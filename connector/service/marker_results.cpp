#include "connector/service/marker_results.hpp"

#include "connector/service/hook_call.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <array>

namespace embolink::service {
namespace {

// So many codes are remembered; callers may send any. Those of markers and of what comes with them
// are a few dozen.
constexpr std::size_t most_codes = 1'000;
constexpr std::size_t longest_code = 200;

bool is_marker_name(std::string_view concept_name) {
    return concept_name.starts_with("5-HIAA|") || concept_name.starts_with("CgA|");
}

// FHIR R4 "Paging": the rest stands at another address.
bool has_more(const JsonView& searchset) {
    const auto links = elements_of(searchset, "link");
    return std::any_of(links.begin(), links.end(), [](const JsonView& link) {
        return text_of(link, "relation") == "next";
    });
}

// FHIR R4 Bundle.total: how many match, on all pages. More of them than came: kept back, or not
// asked for (`_summary`).
bool lacks_some(const JsonView& searchset, std::int64_t matches) {
    const auto total = member_of(searchset, "total").integer();
    return total && *total > matches;
}

// `code`: a CodeableConcept.
bool is_marker(const JsonView& code, MarkerCodes& codes) {
    const auto codings = elements_of(code, "coding");
    return std::any_of(codings.begin(), codings.end(), [&](const JsonView& coding) {
        const auto [system, written] = members_of<2>(coding, {"system", "code"});
        return codes.contains(system.text(), written.text());
    });
}

// A component; FHIR R4 obs-6: a reason stands where there is no value.
bool is_measured_marker(const JsonView& component, MarkerCodes& codes) {
    return member_of(component, "dataAbsentReason").is_null() &&
           is_marker(member_of(component, "code"), codes);
}

// The resource of an entry. Fifty come with one call: each is gone through once.
class Result {
public:
    explicit Result(const JsonView& resource)
        : members_(members_of(resource, keys)), type_(of(resource_type).text()) {}

    // FHIR R4 "Search": an OperationOutcome among the entries may say that something was kept back.
    bool tells_of_a_fault() const {
        if (type_ != "OperationOutcome") {
            return false;
        }
        const JsonViews issues = elements(of(issue));
        return std::any_of(issues.begin(), issues.end(), [](const JsonView& one) {
            return text_of(one, "severity") != "information";
        });
    }

    // FHIR R4 Bundle.entry.search.mode; not every server gives it.
    bool is_match(std::string_view mode) const {
        return type_ == "Observation" && mode != "include" && mode != "outcome";
    }

    bool counts(MarkerCodes& codes, const std::string& patient) const {
        return type_ == "Observation" && !is_labelled(type_, of(meta)) &&
               elements(of(modifier_extension)).empty() && has_marker(codes) && is_there() &&
               is_of(patient);
    }

    using Dates = boost::container::small_vector<PartialDate, 1>;

    // FHIR R4 Observation.effective[x]: of a collection over 24 hours its end is the day of the
    // result, of a Timing each event is one.
    Dates dates(const ZoneRule& zone) const {
        JsonViews given = elements_of(of(effective_timing), "event");
        if (given.empty()) {
            const auto [end, start] = members_of<2>(of(effective_period), {"end", "start"});
            for (const JsonView& one :
                 {of(effective_date_time), of(effective_instant), end, start, of(issued)}) {
                if (!one.text().empty()) {
                    given.push_back(one);
                    break;
                }
            }
        }
        Dates found;
        for (const JsonView& one : given) {
            if (const auto date = parse_partial_date(one.text(), zone)) {
                found.push_back(*date);
            }
        }
        return found;
    }

private:
    enum Key : std::size_t {
        resource_type,
        issue,
        meta,
        modifier_extension,
        code,
        data_absent_reason,
        component,
        status,
        subject,
        effective_date_time,
        effective_instant,
        effective_period,
        effective_timing,
        issued
    };

    static constexpr std::array<std::string_view, issued + 1> keys = {"resourceType",
                                                                      "issue",
                                                                      "meta",
                                                                      "modifierExtension",
                                                                      "code",
                                                                      "dataAbsentReason",
                                                                      "component",
                                                                      "status",
                                                                      "subject",
                                                                      "effectiveDateTime",
                                                                      "effectiveInstant",
                                                                      "effectivePeriod",
                                                                      "effectiveTiming",
                                                                      "issued"};

    const JsonView& of(Key key) const { return members_[key]; }

    // Not cancelled, not a mistake, not one that is still awaited.
    bool is_there() const {
        const std::string_view text = of(status).text();
        return text == "final" || text == "amended" || text == "corrected" || text == "preliminary";
    }

    // The search was for him: a subject known by an identifier alone (FHIR R4 2.3.0.2, logical
    // references) is he, since the server found it.
    bool is_of(const std::string& patient) const {
        const auto [reference, identifier] =
            members_of<2>(of(subject), {"reference", "identifier"});
        return reference.text().empty() ? identifier.is_object() : refers_to(of(subject), patient);
    }

    bool has_marker(MarkerCodes& codes) const {
        if (of(data_absent_reason).is_null() && is_marker(of(code), codes)) {
            return true;
        }
        const JsonViews components = elements(of(component));
        return std::any_of(components.begin(), components.end(), [&](const JsonView& one) {
            return is_measured_marker(one, codes);
        });
    }

    std::array<JsonView, keys.size()> members_;
    std::string_view type_;
};

} // namespace

bool MarkerCodes::contains(std::string_view system, std::string_view code) {
    const auto known = known_.find(std::pair(system, code));
    if (known != known_.end()) {
        return known->second;
    }
    const auto names = terminology_->concepts(CodeDomain::analyte, system, code);
    const bool found = std::any_of(names.begin(), names.end(), is_marker_name);
    if (known_.size() < most_codes && system.size() + code.size() <= longest_code) {
        known_.emplace(std::pair(std::string(system), std::string(code)), found);
    }
    return found;
}

std::optional<std::vector<PartialDate>> marker_dates(const JsonView& searchset,
                                                     MarkerCodes& codes,
                                                     const ZoneRule& zone,
                                                     const std::string& patient,
                                                     Date since) {
    if (text_of(searchset, "resourceType") != "Bundle" || has_more(searchset)) {
        return std::nullopt;
    }
    std::vector<PartialDate> found;
    std::int64_t matches = 0;
    for (const JsonView& entry : elements_of(searchset, "entry")) {
        const auto [resource, search] = members_of<2>(entry, {"resource", "search"});
        const Result result(resource);
        if (result.tells_of_a_fault()) {
            return std::nullopt;
        }
        matches += result.is_match(text_of(search, "mode")) ? 1 : 0;
        Result::Dates dates = result.dates(zone);
        const auto old = std::remove_if(
            dates.begin(), dates.end(), [&](const PartialDate& one) { return one.last < since; });
        dates.erase(old, dates.end());
        if (!dates.empty() && result.counts(codes, patient)) {
            found.insert(found.end(), dates.begin(), dates.end());
        }
    }
    return lacks_some(searchset, matches) ? std::nullopt : std::optional(std::move(found));
}

std::string marker_search(const Terminology& terminology,
                          const std::vector<SiteCode>& of_site,
                          const std::string& patient) {
    std::string codes;
    for (const SiteCode& one : of_site) {
        const auto meant =
            terminology.concepts(CodeDomain::analyte, one.target_system, one.concept_name);
        if (is_marker_name(one.concept_name) || std::ranges::any_of(meant, is_marker_name)) {
            codes += (codes.empty() ? "" : ",") + one.system + "|" + one.code;
        }
    }
    for (const std::string& name : terminology.concepts_of_domain(CodeDomain::analyte)) {
        if (!is_marker_name(name)) {
            continue;
        }
        for (const KnownCode& code : terminology.codes(CodeDomain::analyte, name)) {
            if (code.system == "http://loinc.org") {
                codes += (codes.empty() ? "" : ",") + code.system + "|" + code.code;
            }
        }
    }
    return "Observation?patient=" + patient + "&code=" + codes;
}

} // namespace embolink::service
