// The looks before anything is sent: is the patient still who he was, who is he on the target, and
// what does the target hold of each outcome? Told what was answered, says what to ask next.
#pragma once

#include "connector/fhir/answer.hpp"
#include "connector/write_back/write_work.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace embolink {

class ChainLook {
public:
    explicit ChainLook(WriteWork& work) : work_(work) {}

    // nullopt: all is known (`work.found`), or nothing is open any more.
    std::optional<WriteStep> start();
    std::optional<WriteStep> answered(const fhir::Answer& answer);
    // The outcomes only, once more.
    std::optional<WriteStep> again();

private:
    enum class At { source_patient, target_patient, outcome };

    std::optional<WriteStep> ask_source_patient();
    std::optional<WriteStep> ask_target_patient();
    std::optional<WriteStep> ask_outcome();
    std::optional<WriteStep> source_patient(const fhir::Answer& answer);
    std::optional<WriteStep> target_patient(const fhir::Answer& answer);
    std::optional<WriteStep> outcome(const fhir::Answer& answer);
    bool says_more(const fhir::Answer& answer);
    void hold_without_patient();
    bool answers_post(const fhir::Answer& answer, const nlohmann::json* bundle) const;
    bool asks_by_id(const OutboxEntry& entry) const;
    std::string identifier_of(const std::string& patient) const;

    WriteWork& work_;
    At phase_ = At::source_patient;
    std::size_t next_ = 0; // patient or entry that is asked about
    std::string asked_patient_;
};

} // namespace embolink
