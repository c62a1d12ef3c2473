// `embolink serve`: one process that runs passes by a schedule and answers over HTTP meanwhile.
//
// Three threads (D24): this one answers and decides, one runs the pass, one speaks to the database
// for what this one asks. They share nothing but values that are handed over.
#pragma once

#include "connector/cli/command.hpp"
#include "connector/core/config.hpp"
#include "connector/pull/pass_setup.hpp"

#include <string>

namespace embolink::service {

struct ServiceOptions {
    std::string config; // path: read again before each pass, so that definitions and site follow
    PassOptions pass;
};

// Until SIGINT or SIGTERM; then what is being answered and the pass have ten seconds. Prints
// "READY http://ADDRESS:PORT" on standard output, and "OPERATORS ..." when they have a port of
// their own. Throws Error for what keeps it from beginning.
void serve(const ServiceOptions& options, const CommonOptions& common);

} // namespace embolink::service
