// A request taken apart, from HTTP or from an entry of a Bundle.
#pragma once

#include "connector/http/url.hpp"
#include "connector/sandbox/faults.hpp"
#include "connector/sandbox/repository.hpp"

#include <optional>
#include <string>
#include <vector>

namespace embolink::sandbox {

enum class Handling { strict, lenient }; // of parameters that are not known (Prefer: handling=)
enum class Returned { representation, minimal, outcome };

struct Call {
    std::string method;
    std::vector<std::string> path; // below the base: {"Patient", "1", "_history"}
    http::Query query;             // a form's fields included
    Handling handling = Handling::strict;
    std::optional<Returned> returned; // Prefer: return=
    std::string if_match;
    std::string if_none_match;
    std::string if_none_exist;
    Body body; // null: none
};

// What all parts need to know of the server.
struct Surroundings {
    std::string base;               // of links in answers, without a slash at its end
    std::vector<std::string> bases; // all addresses that are this server's
    Habits habits;
    Instant now = 0;
};

} // namespace embolink::sandbox
