// The three CSV files of contracts section 3 and the R script that checks them.
#pragma once

#include "mapping/records/endpoint_record.hpp"

#include <filesystem>
#include <vector>

namespace embolink {

// Writes endpoints.csv, responses.csv, patients.csv and check.R into `folder`, made when missing.
// Throws Error (output).
void write_csv_folder(const std::filesystem::path& folder,
                      const std::vector<EndpointRecord>& records);

} // namespace embolink
