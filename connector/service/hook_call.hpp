// A call of a CDS service (CDS Hooks 2.0) as far as the cards ask: who, what is planned, and what
// the caller brought along. Whatever is missing, null or of another type is as if it were not
// there.
#pragma once

#include "connector/core/json_view.hpp"
#include "mapping/fhir/partial_date.hpp"
#include "mapping/fhir/terminology.hpp"
#include "mapping/records/date.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace embolink::service {

struct HookCall {
    std::string hook;
    std::string instance;
    std::string patient;                      // "Patient/<id>"
    std::string fhir_server;                  // as comparable_server() has it, "" none
    std::string access_token;                 // of the call; used once, never stored or logged
    std::shared_ptr<const JsonDocument> body; // may be large: never copied

    JsonView context() const;
    JsonView prefetch() const;
};

// The base URL of a server as another is compared with it: scheme and host in small letters, the
// port written out, no slash at its end (RFC 3986 6.2.2.1, 6.2.3). What is no URL stays.
std::string comparable_server(std::string url);

// Throws Refusal (400) for what is no call of that hook, or is nested deeper than any FHIR.
HookCall read_hook_call(const std::string& body, const std::string& hook);

struct PlannedEmbolization {
    Date day;
    bool stated = true; // false: the order has no date, and `day` is today

    friend auto operator<=>(const PlannedEmbolization&, const PlannedEmbolization&) = default;
};

// The hepatic artery embolizations of the call's patient that are being ordered or booked, by day
// in the hospital's zone (R0.1). Not what is cancelled, done, not to be performed, or
// changed by a modifier extension. Of order-select only what was selected counts.
std::vector<PlannedEmbolization> planned_embolizations(const HookCall& call,
                                                       const Terminology& terminology,
                                                       const ZoneRule& zone,
                                                       Date today);

// R9.5, R9.6: labelled as test data or as restricted; nothing is said of it.
bool is_labelled(const JsonView& resource);

// The same of a resource whose type and meta are known.
bool is_labelled(std::string_view type, const JsonView& meta);

// Whether a Reference names the patient ("Patient/<id>"), at whatever server, in whatever version.
bool refers_to(const JsonView& reference, const std::string& patient);

} // namespace embolink::service
