// Writes the report of the made-up cohort into a folder, for a look in the browser and for the
// tests that run R and the browser over it: report_page FOLDER [PATIENTS [SEED]]. With 0 patients
// it is one whose curve ends flat at one half, give or take the last bit.
#include "analysis/report/audit_report.hpp"
#include "tests/analysis/report_cohort.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

namespace {

void write(const std::filesystem::path& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
}

// 60 progressions, then 60 who are observed for longer: S is 0.5 from day 600 on.
std::vector<embolink::EndpointRecord> flat_at_one_half() {
    using namespace embolink::testing;
    std::vector<embolink::EndpointRecord> records;
    for (int i = 1; i <= 120; ++i) {
        const std::string patient = "Patient/" + std::to_string(100 + i);
        records.push_back(cohort_record(patient, "HAE", {"tier-a"}));
        for (const char* param : {"PFS", "OS", "HPFS"}) {
            records.push_back(i <= 60 ? event_record(patient, param, 10 * i)
                                      : censored_record(patient, param, 600 + 3 * (i - 60)));
            records.back().arm = "HAE";
        }
    }
    return records;
}

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::cerr << "usage: report_page FOLDER [PATIENTS [SEED]]\n";
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    embolink::testing::CohortPlan plan;
    plan.patients = argc > 2 ? std::stoi(argv[2]) : plan.patients;
    plan.seed = argc > 3 ? std::stoull(argv[3]) : plan.seed;
    embolink::AuditInput input = embolink::testing::made_up_audit(plan);
    if (plan.patients == 0) {
        input.records = flat_at_one_half();
    }
    const embolink::AuditReport report = embolink::make_audit_report(input);
    std::filesystem::create_directories(folder);
    write(folder / "report.html", embolink::render_html(report));
    write(folder / "report.json", embolink::render_json(report));
    write(folder / "endpoints.csv", embolink::endpoints_csv(input.records));
    write(folder / "responses.csv", embolink::responses_csv(input.records));
    write(folder / "patients.csv", embolink::patients_csv(input.records));
    write(folder / "check.R", embolink::check_r());
    return 0;
}
