// What the loop asks of each identity of a patient: every type that the rules read, by that
// patient. The Patient resources themselves come with the links (links.hpp), what these resources
// point to with the hydration (hydration.hpp).
#pragma once

#include "connector/fhir/habits.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace embolink::fhir {

// Searched by patient, in the order of asking.
const std::vector<std::string>& searched_types();

// Without `habits.observation_by_category` one search of all Observations; with it one for each of
// R4's categories and `procedure`. What carries none of these is then not found.
const std::vector<std::string>& observation_categories();

// All searches of one identity ("Patient/1") that the server answers; each name stands once.
std::vector<Search> plan_searches(const std::string& identity, const ServerHabits& habits);

// The same search, only what changed since the instant (store's Cursor::since,
// "2026-11-25T19:04:05.123Z") less the overlap: servers' clocks are seconds apart, and what was
// written while the last search ran carries an earlier time. The search as it was where the type
// has no `_lastUpdated` or the instant is none, so that everything comes.
Search only_since(Search search,
                  const ServerHabits& habits,
                  std::string_view since,
                  std::chrono::milliseconds overlap);

// Whether a search asks for changes only.
bool is_incremental(const Search& search);

// The reference as the value of a search parameter.
std::string reference_value(const std::string& reference, ReferenceForm form);

// The one parameter that says whose: {"patient", "Patient/1"}.
http::Query
by_patient(const std::string& type, const std::string& identity, const ServerHabits& habits);

} // namespace embolink::fhir
