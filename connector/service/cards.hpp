// The cards, as functions of what is known. Indicator `info`, each with the intended use at its end
// (contracts section 8): nothing here tells anybody what to do. Boost.JSON, since an EHR waits
// while they are made and written.
#pragma once

#include "connector/core/service_config.hpp"
#include "connector/service/card_facts.hpp"

#include <boost/json/fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace embolink::service {

// No marker result in the window before a planned embolization.
struct MarkerGap {
    Date planned{};
    bool stated = true; // else `planned` is today, for want of a date
    int days = 90;
    std::string patient; // of the suggestion
};

boost::json::object
marker_card(const MarkerGap& gap, const CdsConfig& config, const std::string& uuid);
boost::json::object imaging_card(Date due, const std::string& uuid);
boost::json::object open_items_card(int items, const CdsConfig& config, const std::string& uuid);

// What the trial published, and this hospital's own rates, beside an order; only with
// `cds.show_trial_context`. Of the trial nothing but what its abstract says; rates of fewer than
// `fewest_for_a_rate` patients say nothing. nullopt: there is nothing to say.
inline constexpr int fewest_for_a_rate = 10;
std::optional<boost::json::object> trial_context_card(const TrialDefinition& trial,
                                                      Rate response,
                                                      Rate toxicity,
                                                      const std::string& uuid);

// Whether none of the dates may lie in the `days` before `planned`, that day included: of a result
// of some day of a month or year that is partly in them, it is not said that there is none.
bool lacks_marker(const std::vector<PartialDate>& markers, Date planned, int days);

// The same for the same call and card, so that a call that is repeated gives the same cards.
std::string card_uuid(const std::string& hook_instance, const std::string& card);

} // namespace embolink::service
