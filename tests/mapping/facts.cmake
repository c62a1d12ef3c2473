# Readers, terminology and the exact small types below them.
add_library(fact_reading STATIC ${PROJECT_SOURCE_DIR}/tests/support/pipeline.cpp
                                ${PROJECT_SOURCE_DIR}/tests/support/reading.cpp)
target_link_libraries(fact_reading PUBLIC mapping project_options
                                   PRIVATE nlohmann_json::nlohmann_json)

embolink_test(fhir_test
  SOURCES fhir_decimal_test.cpp fhir_fields_test.cpp fhir_json_test.cpp fhir_partial_date_test.cpp
          fhir_terminology_test.cpp fhir_text_bytes_test.cpp fhir_units_test.cpp fhir_words_test.cpp
  LIBRARIES fact_reading mapping)
embolink_test(facts_test
  SOURCES facts_adverse_event_test.cpp facts_body_structure_test.cpp facts_condition_test.cpp facts_contacts_test.cpp
          facts_covariate_test.cpp facts_death_test.cpp
          facts_drug_test.cpp facts_drop_test.cpp facts_imaging_test.cpp facts_lab_test.cpp
          facts_lab_forms_test.cpp facts_lab_range_test.cpp facts_patient_test.cpp facts_procedure_test.cpp
          facts_public_data_test.cpp facts_response_codes_test.cpp
          facts_response_test.cpp facts_response_site_test.cpp
          facts_robust_test.cpp facts_tumour_size_test.cpp facts_unknown_test.cpp ${PROJECT_SOURCE_DIR}/tests/support/fhir_patient.cpp
  LIBRARIES fact_reading mapping)
