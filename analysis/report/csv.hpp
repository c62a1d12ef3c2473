// The records as CSV in ADaM terms (contracts section 3), and the R script that recomputes the
// report's figures from these files alone. RFC 4180 quoting, line feed, header line.
#pragma once

#include "mapping/records/endpoint_record.hpp"

#include <string>
#include <vector>

namespace embolink {

// Time-to-event params as ADTTE; CNSR 0 = event. A not-evaluable record has empty ADT, AVAL, ADY
// and CNSR, and its reason as CNSDTDSC. SRCDOM and SRCSEQ: type and id of the deciding resource.
std::string endpoints_csv(const std::vector<EndpointRecord>& records);

// The other params: AVAL (numbers; true 1, false 0), AVALC (as printed), REASON.
std::string responses_csv(const std::vector<EndpointRecord>& records);

// One row per candidate: arm, T0, tier, baseline markers, flags. ANL01FL is "Y" for the analysis
// set of R8.1.
std::string patients_csv(const std::vector<EndpointRecord>& records);

// check.R: needs R with `survival`, takes the folder as argument (default: the working directory)
// and prints "key<TAB>value" lines whose keys are those of "r_check" in report.json.
std::string check_r();

} // namespace embolink
