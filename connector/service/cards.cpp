#include "connector/service/cards.hpp"

#include "analysis/report/trial_reference.hpp"
#include "connector/core/about.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <algorithm>
#include <stdexcept>

namespace embolink::service {
namespace {

namespace json = boost::json;

json::object card(const std::string& summary, const std::string& detail, const std::string& uuid) {
    static const std::string end = "\n\n" + std::string(intended_use_en);
    static const std::string label = "embolink " + software_version();
    return {{"uuid", uuid},
            {"summary", summary},
            {"detail", detail + end},
            {"indicator", "info"},
            {"source", {{"label", label}}}};
}

json::object order_suggestion(const char* label,
                              const char* code,
                              const char* display,
                              const std::string& patient,
                              const std::string& uuid) {
    json::object coding = {{"system", "http://loinc.org"}, {"code", code}, {"display", display}};
    json::object order = {{"resourceType", "ServiceRequest"},
                          {"status", "draft"},
                          {"intent", "proposal"},
                          {"code", {{"coding", json::array{std::move(coding)}}}},
                          {"subject", {{"reference", patient}}}};
    json::object action = {
        {"type", "create"}, {"description", label}, {"resource", std::move(order)}};
    return {{"label", label}, {"uuid", uuid}, {"actions", json::array{std::move(action)}}};
}

// What a trial's own publication says of single patients' outlook, in its words and no more; a
// trial without a shipped reference: nothing.
std::string published_finding(const TrialDefinition& trial) {
    try {
        const TrialReference published = published_reference(trial.id);
        return published.prognosis.empty() ? ""
                                           : "In the published trial (" + trial.citation + "; " +
                                                 std::to_string(published.randomised) +
                                                 " patients), " + published.prognosis + ".";
    } catch (const std::invalid_argument&) {
        return "";
    }
}

std::string rate_text(const char* what, Rate rate) {
    return rate.of < fewest_for_a_rate ? ""
                                       : std::string(what) + " in " + std::to_string(rate.yes) +
                                             " of " + std::to_string(rate.of);
}

} // namespace

std::string card_uuid(const std::string& hook_instance, const std::string& card_name) {
    const boost::uuids::name_generator_sha1 name(boost::uuids::ns::url());
    return to_string(name("https://embolink.org/cds/" + card_name + "/" + hook_instance));
}

bool lacks_marker(const std::vector<PartialDate>& markers, Date planned, int days) {
    const Date since = plus_days(planned, -days);
    return std::none_of(markers.begin(), markers.end(), [&](const PartialDate& one) {
        return one.first <= planned && one.last >= since;
    });
}

json::object marker_card(const MarkerGap& gap, const CdsConfig& config, const std::string& uuid) {
    json::object out =
        card("No 5-HIAA/CgA result in the " + std::to_string(gap.days) +
                 " days before this embolization",
             (gap.stated ? "The embolization is planned for " + to_iso(gap.planned)
                         : "The order gives no date; the days are counted from today, " +
                               to_iso(gap.planned)) +
                 ". Without a result before it, a biochemical response cannot be told "
                 "afterwards (baseline-missing).",
             uuid);
    if (config.suggest_orders) {
        out["suggestions"] =
            json::array{order_suggestion("Order chromogranin A",
                                         "9811-1",
                                         "Chromogranin A [Mass/volume] in Serum or Plasma",
                                         gap.patient,
                                         card_uuid(uuid, "order-cga")),
                        order_suggestion("Order 5-HIAA in 24 h urine",
                                         "1695-6",
                                         "5-Hydroxyindoleacetate [Mass/time] in 24 hour Urine",
                                         gap.patient,
                                         card_uuid(uuid, "order-5hiaa"))};
        out["selectionBehavior"] = "any";
    }
    return out;
}

json::object imaging_card(Date due, const std::string& uuid) {
    return card("Next liver imaging due by " + to_iso(due) +
                    " so that the 24-month status stays known",
                "After that day the time without progression counts as not observed any more "
                "(missed-assessments), whatever later imaging shows.",
                uuid);
}

std::optional<json::object> trial_context_card(const TrialDefinition& trial,
                                               Rate response,
                                               Rate toxicity,
                                               const std::string& uuid) {
    std::string detail = published_finding(trial);
    std::string local;
    for (const std::string& one :
         {rate_text("complete or partial response", response),
          rate_text("toxicity of grade 3 or more within 30 days", toxicity)}) {
        local += (local.empty() || one.empty() ? "" : ", ") + one;
    }
    if (!local.empty()) {
        detail += (detail.empty() ? "" : "\n\n") + std::string("In this hospital: ") + local +
                  " of the included patients who could be evaluated.";
    }
    if (detail.empty()) {
        return std::nullopt;
    }
    return card("What is known of groups of patients with this embolization",
                detail + "\n\nThis describes groups and predicts nothing for this patient.",
                uuid);
}

json::object open_items_card(int items, const CdsConfig& config, const std::string& uuid) {
    json::object out =
        card(std::to_string(items) + (items == 1 ? " item" : " items") + " of this patient await" +
                 (items == 1 ? "s" : "") + " adjudication",
             "Findings that only a reader can settle, such as reports without a coded "
             "response.",
             uuid);
    if (!config.launch_url.empty()) {
        json::object link = {{"label", "Adjudicate"},
                             {"url", config.launch_url},
                             {"type", config.launch_by_smart ? "smart" : "absolute"}};
        out["links"] = json::array{std::move(link)};
    }
    return out;
}

} // namespace embolink::service
