// A call of a CDS service (CDS Hooks 2.0) as far as the cards ask: who, what is planned, and what
// the caller brought along. Whatever is missing, null or of another type is as if it were not
// there.
#pragma once

#include "mapping/fhir/terminology.hpp"
#include "mapping/records/date.hpp"
#include "mapping/site.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace embolink::service {

struct HookCall {
    std::string hook;
    std::string instance;
    std::string patient;      // "Patient/<id>"
    std::string fhir_server;  // without a slash at its end, "" none
    std::string access_token; // of the call; used once, never stored or logged
    nlohmann::json context;
    nlohmann::json prefetch;
};

// Throws Refusal (400) for what is no call of that hook.
HookCall read_hook_call(const std::string& body, const std::string& hook);

// Dates of the hepatic artery embolizations that are being ordered or booked; of one without a date
// `today`. Sorted. Of order-select only what was selected counts.
std::vector<Date>
planned_embolizations(const HookCall& call, const Terminology& terminology, Date today);

// Dates of the marker results (5-HIAA, CgA) in a searchset; a month counts as its last day.
// nullopt: it is none (null, an OperationOutcome, another resource), or not all of it.
std::optional<std::vector<Date>> marker_dates(const nlohmann::json& searchset,
                                              const Terminology& terminology,
                                              const std::string& patient);

// "Observation?patient={{context.patientId}}&code=...", with `patient` in place of the token; a
// page's size, order or dates are the caller's to add.
// `of_site`: local codes that the site maps are asked for, too.
std::string marker_search(const Terminology& terminology,
                          const std::vector<SiteCode>& of_site,
                          const std::string& patient);

} // namespace embolink::service
