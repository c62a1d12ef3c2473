# Cohort, arm, course and the records' JSON; included by CMakeLists.txt of this folder.
target_sources(mapping PRIVATE
  trial.cpp
  arm.cpp
  disease.cpp
  history.cpp
  cohort.cpp
  course.cpp
  derive_patient.cpp
  treatment.cpp
  endpoint.cpp
  record_json.cpp
  session_context.cpp
  session_lines.cpp)
