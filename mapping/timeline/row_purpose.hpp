// What one Procedure row was for (R1.1, R1.3, R2.0). Purpose is judged per row, disease per
// patient.
#pragma once

#include "mapping/facts/facts.hpp"

namespace embolink {

enum class RowPurpose {
    unrelated,          // no embolization concept: makes nobody a candidate
    hepatic,            // arterial embolization of the liver, or of no stated site (R2.0)
    protective_coil,    // coiling alone: part of a session of the same day (R2.1)
    wrong_purpose,      // hemorrhage, another organ
    not_an_embolization // portal vein, isolated perfusion, radioembolization
};

// Whatever the status and the date of the row. Of several purposes the one that is furthest from an
// arterial embolization of the liver counts.
RowPurpose purpose_of(const ProcedureRow& row);

// R1.1: any embolization concept, by code or text, whatever the status.
bool is_candidate_row(const ProcedureRow& row);

// R2.0: the row or its code says liver.
bool states_hepatic(const ProcedureRow& row);

// The day of a row that is dated to the day; nullopt otherwise (no start, or month or year only).
std::optional<Date> day_of(const ProcedureRow& row);

} // namespace embolink
