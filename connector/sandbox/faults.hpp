// The faults file of `embolink sandbox --faults FILE`: what goes wrong, when, and how often; and
// the habits of real servers that the sandbox can take on. JSON with // comments; faults_help()
// explains every key and is what --help prints.
//
//   {"faults": [{"method": "GET", "path": "Observation", "skip": 2, "times": 1, "fault": "429",
//                "retry_after": "date", "seconds": 3}],
//    "habits": {"require_category": true}}
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace embolink::sandbox {

enum class FaultKind {
    // Instead of serving the request.
    too_many_requests, // 429
    unavailable,       // 503
    server_error,      // 500
    bad_gateway,       // 502, with a gateway's HTML page
    unauthorized,      // 401
    html,              // 200, with an HTML error page
    reset_before,
    expired_cursor, // 410 on a next link
    // After the request was served.
    reset_after,
    truncate,
    wrong_length,
    bad_gzip,
    slow,
    missing_meta, // no versionId, lastUpdated, ETag, Last-Modified
    // To a page of a search.
    duplicate_entries,
    loop,            // the next link leads to the page itself
    no_next,         // no next link, though the total says that there is more
    outcome_entry,   // an OperationOutcome among the entries
    empty_last_page, // a next link to a page without entries
};

enum class RetryAfter { none, seconds, date, garbage };

struct FaultRule {
    std::string method; // "*": any
    std::string path;   // whole segments below the base; "*": any, "/": the base itself
    std::size_t skip = 0;
    std::size_t times = 1;
    std::string name; // as in the file
    FaultKind kind = FaultKind::server_error;
    RetryAfter retry_after = RetryAfter::none;
    int seconds = 1;    // of Retry-After
    bool acted = false; // 500, 502: the request was served all the same
    std::chrono::milliseconds delay{0};
};

struct Habits {
    bool require_category = false;  // Observation is only searched with a category
    bool no_last_updated = false;   // resources have no version and no time, and no search by it
    bool long_ids = false;          // 88 characters
    bool foreign_references = true; // false: references to other servers are refused
    bool post_search = true;        // false: POST _search is 404
    int conflict_status = 412;      // of a stale If-Match; some servers answer 409
    std::size_t largest_page = 200;
    int cursor_seconds = 3'600; // how long next links lead anywhere
};

struct FaultPlan {
    std::vector<FaultRule> rules;
    Habits habits;
};

// Throws Error (config) that names `file` and each fault with its JSON pointer.
FaultPlan parse_faults(const std::string& text, const std::string& file);

std::string faults_help();

} // namespace embolink::sandbox
