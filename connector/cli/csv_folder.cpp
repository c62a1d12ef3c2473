#include "connector/cli/csv_folder.hpp"

#include "analysis/report/csv.hpp"
#include "connector/core/output_file.hpp"

namespace embolink {

void write_csv_folder(const std::filesystem::path& folder,
                      const std::vector<EndpointRecord>& records) {
    make_folder(folder);
    write_file(folder / "endpoints.csv", endpoints_csv(records));
    write_file(folder / "responses.csv", responses_csv(records));
    write_file(folder / "patients.csv", patients_csv(records));
    write_file(folder / "check.R", check_r());
}

} // namespace embolink
