// One patient's chart while it is being written: gives resources their ids, dates and meta the way
// this patient's hospital department writes them, and collects the finished lines.
#pragma once

#include "connector/synth/dirt.hpp"
#include "connector/synth/draws.hpp"
#include "connector/synth/plan.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace embolink::synth {

using Json = nlohmann::ordered_json;

// One version of one resource.
struct ResourceLine {
    std::string type;
    std::string text;
};

enum class DecisionAbout { response, arm, toxicity };

// What a reader decided, or (without a value) has still to decide.
struct Decision {
    DecisionAbout about = DecisionAbout::response;
    std::optional<int> day; // of what is decided
    std::string target;     // reference, "" none
    std::string value;
    int decided_after = 30; // days after the last contact
    bool withdrawn = false;
};

// First line of adjudications.csv: as `derive --candidates` writes it.
inline constexpr std::string_view decision_columns =
    "patient,date,reference,kind,proposed,decision,reader,reason,decided_at,withdrawn";

inline constexpr std::string_view snomed = "http://snomed.info/sct";
inline constexpr std::string_view loinc = "http://loinc.org";
inline constexpr std::string_view ncit = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl";
inline constexpr std::string_view cpt = "http://www.ama-assn.org/go/cpt";
inline constexpr std::string_view atc = "http://www.whocc.no/atc";
inline constexpr std::string_view rxnorm = "http://www.nlm.nih.gov/research/umls/rxnorm";
inline constexpr std::string_view ucum = "http://unitsofmeasure.org";
inline constexpr std::string_view local_procedures = "https://synthetic.example/codes/procedure";
inline constexpr std::string_view local_responses = "https://synthetic.example/codes/response";
inline constexpr std::string_view new_lesion_code = "NEW-LESION";
inline constexpr std::string_view local_findings = "https://synthetic.example/codes/finding";
inline constexpr std::string_view liver_load_code = "LIVER-LOAD";
inline constexpr std::string_view suite_performer = "Practitioner/synthetic-angiography-1";
inline constexpr std::string_view suite_location = "Location/synthetic-angiography-suite";

Json coding(std::string_view system, std::string_view code, std::string_view display = {});
Json concept_of(std::string_view system, std::string_view code, std::string_view display = {});
Json text_concept(std::string_view text);
Json reference_to(std::string_view reference);

// How dates are written: as the day, or as an instant whose own offset may name another day.
enum class Clock { day_only, may_be_instant };

class Chart {
public:
    // `dirty` 0: dates as days, meta everywhere, one version of everything.
    Chart(const PatientPlan& plan, int dirty);

    const PatientPlan& plan() const { return plan_; }

    int dirty() const { return dirty_; }

    Draws& draws() { return draws_; }

    // A resource with type, a new id and, but for Patient, its subject.
    Json start(std::string_view type);
    std::string subject();

    std::string day(int relative) const { return to_iso(plus_days(plan_.t0, relative)); }

    std::string month(int relative) const { return day(relative).substr(0, 7); }

    // The day, or at dirt level 1 now and then an instant on it in the hospital's zone.
    std::string when(int relative, Clock clock = Clock::may_be_instant);

    // Finishes the resource: meta last written `relative` days after T0. Gives its reference.
    std::string add(Json resource, int relative);

    // Two versions of one resource; the later one counts.
    std::string add_amended(Json before, Json after, int relative);

    void decide(const Decision& decision);

    std::vector<ResourceLine> take() { return std::move(lines_); }

    std::vector<std::string> take_decisions() { return std::move(decisions_); }

private:
    void write(Json resource);
    void put_meta(Json& resource, int relative, int version) const;

    PatientPlan plan_;
    int dirty_;
    Draws draws_;
    Draws dirt_;
    Dirt forms_;
    bool long_ids_;
    bool without_meta_;
    int next_id_ = 0;
    std::vector<ResourceLine> lines_;
    std::vector<std::string> decisions_;
};

// "2019-03-31T23:30:00Z" for minute `minute` of local day `date` in the hospital's zone
// (Europe/Paris), written with `offset_hours`.
std::string instant_text(Date date, int minute, int offset_hours);

// Central European offset on `date`, 0 on the two days of the year on which it changes.
int paris_offset(Date date);

} // namespace embolink::synth
