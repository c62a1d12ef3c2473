// What a drug is and how it went in: shared by the four medication readers and Medication.
#pragma once

#include "mapping/facts/reading.hpp"

namespace embolink {

// Of medication codes and names. A whole-word antineoplastic name beats "recognised as not
// antineoplastic" (terminology 2.1).
DrugIdentity identify_drug(const Terminology& terminology, const CodedText& coded);

// A Medication resource (standing alone or contained): its code, and its ingredients.
DrugIdentity identify_medication(const Terminology& terminology, const Field& medication);

// A Medication that no definition knows: an information issue on its code.
void report_unknown_medication(const Field& medication, const DrugIdentity& drug);

// medicationCodeableConcept, or medicationReference: a contained Medication is read here, any other
// reference is left to the timeline.
void read_medication_choice(const Reading& reading, DrugEvent& event);

// Route and dose of `dosage` (object or list, all shapes of the four resources).
void read_dosage(const Reading& reading, const char* element, DrugEvent& event);

} // namespace embolink
