// What the truth writers share: the patient's readings, course and therapies as the rules see them.
#pragma once

#include "connector/synth/truth.hpp"

namespace embolink::synth {

// One imaging date as judged by R4 on the planned visits.
struct Reading {
    int day = 0;
    Response response = Response::stable; // after R4.5
    bool trend = false;
    bool conflict = false;
    bool imputed = false;
    bool early_progression = false;
    FindingSite site = FindingSite::unstated;

    bool adequate() const { return response != Response::not_evaluable; }

    bool progression() const { return response == Response::progression; }
};

std::vector<Reading> readings_of(const PatientPlan& plan);

// Of the visit with these sizes by RECIST (R4.2); nullopt: a lesion was not measured.
std::optional<Response> response_by_sizes(const PatientPlan& plan, const Visit& visit);

// What words say that no reader has decided on (R4.4, R8.2).
struct OpenWords {
    bool progression = false;
    bool progression_in_liver = false; // or nobody says where
    bool response = false;             // of any kind, progression included
};

OpenWords open_words(const PatientPlan& plan);
const Reading* first_progression(const std::vector<Reading>& readings);

// The first course (R2.2, R2.3) and the session that begins the second, if any.
struct PlannedCourse {
    std::vector<std::vector<Session>> rounds;
    std::optional<int> retreatment;
    bool laterality_unknown = false;
};

PlannedCourse course_of(const PatientPlan& plan, const std::vector<Reading>& readings);

struct Cut {
    int day = 0;
    bool therapy = false;
    bool from_request = false;
    bool from_text = false;
};

Cut therapy_cut(const PatientPlan& plan, const PlannedCourse& course);

// Death as R0.4 dates it; `unknown` when no day can be given.
struct KnownDeath {
    bool dead = false;
    bool unknown = false;
    bool imputed = false;
    int day = 0;
    int month_first = 0; // days of the month that the imputed day may be, T0 at the earliest
    int month_last = 0;
};

KnownDeath death_of(const PatientPlan& plan);

TruthRecord cohort_record(const PatientPlan& plan);
TruthRecord course_record(const PatientPlan& plan);
TruthRecord pfs_record(const PatientPlan& plan);
TruthRecord hpfs_record(const PatientPlan& plan);
TruthRecord pfs_itt_record(const PatientPlan& plan);
TruthRecord os_record(const PatientPlan& plan);
std::vector<TruthRecord> response_records(const PatientPlan& plan); // BOR, BOR-CONFIRMED, OR, DC
std::vector<TruthRecord> worst_toxicity_records(const PatientPlan& plan); // TOX, TOX-ULN
TruthRecord toxicity_record(const PatientPlan& plan);
TruthRecord early_death_record(const PatientPlan& plan);
TruthRecord baseline_record(const PatientPlan& plan, bool hiaa);
TruthRecord marker_response_record(const PatientPlan& plan, bool hiaa);
std::vector<TruthRecord> covariate_records(const PatientPlan& plan);

} // namespace embolink::synth
