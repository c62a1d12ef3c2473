// Finds out how a server really answers, by trying each search that the loop needs with `_count=1`;
// without I/O. Servers refuse what they declare and do what they do not (Epic wants a category of
// Observations, OpenEMR finds nothing with a code's system, some never give a next link), so a
// CapabilityStatement is only quoted. Nothing is written.
#pragma once

#include "connector/fhir/capability.hpp"
#include "connector/fhir/habits.hpp"
#include "connector/fhir/search.hpp"
#include "connector/fhir/searchset.hpp"
#include "connector/fhir/seed.hpp"
#include "connector/fhir/server_address.hpp"

#include <optional>
#include <string>
#include <vector>

namespace embolink::fhir {

enum class CheckResult { works, worked_around, fails };

// One line of `check`. Details hold codes, parameters and statuses, no patient data.
struct CheckLine {
    std::string what; // "Observation by patient"
    CheckResult result = CheckResult::works;
    bool essential = false; // the loop cannot do without
    std::string detail;
};

struct ProbeOptions {
    SearchForm form;
    std::vector<SeedCode> seed_codes; // of the seed `search`; empty: another seed is used
    bool identifiers = false;         // the cohort file names patients by identifier
    std::string trial_patient;        // "Patient/1" of the cohort file; empty: one that is found
};

class Probe {
public:
    Probe(ServerAddress server, Capability capability, ProbeOptions options);

    // nullptr begins. nullopt: nothing more to try, the findings are complete.
    std::optional<http::Request> resume(const Answer* answer);

    const ServerHabits& habits() const { return habits_; }

    const std::vector<CheckLine>& lines() const { return lines_; }

private:
    // What a trial came to.
    struct Tried {
        bool answered = false; // a Bundle that can be read
        int status = 0;
        SearchPage page;            // empty when not answered
        bool shows_patient = false; // a Patient, no Bundle
        std::string words;

        bool found() const { return !page.entries.empty(); }
    };

    using Stage = void (Probe::*)();
    using Judge = void (Probe::*)(const Tried&);

    Tried read(const Answer& answer, const std::string& type) const;
    void ask(const std::string& type, http::Query query, Judge judge);
    void send(http::Request request, const std::string& type, Judge judge);
    void say(std::string what, CheckResult result, bool essential, std::string detail);

    void try_seed();
    void judge_seed(const Tried& tried);
    void end_seed(const Tried& tried);
    void find_patient();
    void judge_found_patient(const Tried& tried);
    void try_identifier();
    void judge_identifier(const Tried& tried);
    void try_read();
    void judge_read(const Tried& tried);
    void try_type();
    void judge_plain(const Tried& tried);
    void judge_id_only(const Tried& tried);
    void judge_by_category(const Tried& tried);
    void judge_other_parameter(const Tried& tried);
    void try_last_updated(const Tried& plain);
    void judge_last_updated(const Tried& tried);
    void end_type(bool answered);
    void try_count();
    void judge_count(const Tried& tried);
    void try_post();
    void judge_post(const Tried& tried);
    void try_links();
    void judge_links(const Tried& tried);
    void say_next_links();

    http::Query type_query() const;
    const std::string& type() const;
    bool ignores_patient(const Tried& tried) const;
    bool usable(const Tried& tried) const;
    void note_next_link(const Tried& tried);

    ServerAddress server_;
    Capability capability_;
    ProbeOptions options_;
    ServerHabits habits_;
    std::vector<CheckLine> lines_;

    std::size_t stage_ = 0;
    std::optional<http::Request> pending_;
    std::string asked_type_;
    bool asked_by_post_ = false;
    Judge judge_ = nullptr;

    std::vector<Search> seeds_;
    std::size_t seed_ = 0;
    bool seed_answered_ = false; // with systems, though nothing was found

    std::string patient_;
    bool made_up_ = false;       // no patient is known; the id is nobody's
    bool has_procedure_ = false; // the seed found one of his

    // Of the type under trial.
    std::size_t type_ = 0;
    Tried plain_;
    std::vector<std::string> remarks_;
    CheckResult result_ = CheckResult::works;
    int procedures_ = 0; // that the plain search showed of the patient
};

} // namespace embolink::fhir
