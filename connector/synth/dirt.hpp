// What charts look like beyond level 1, and what must not change a single expected record: other
// ways to write the same, and rows beside it that do not count.
#pragma once

#include "connector/synth/draws.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <vector>

namespace embolink::synth {

class Dirt {
public:
    // `level` 0 and 1: does nothing here (Chart has duplicates, corrections, instants, bare meta).
    Dirt(std::uint64_t seed, int patient, int level)
        : draws_(seed, patient, Topic::forms), level_(level) {}

    // From level 2 on: units in the spellings of laboratories, numbers as text, decimal commas,
    // code systems by their aliases, local codes beside public ones, ranges of another kind
    // or under a modifier, extensions nobody knows, references that are absolute or name a version.
    void reword(nlohmann::ordered_json& resource);

    // From level 3 on, now and then: rows that were entered in error, cancelled, not done, written
    // by this software, labelled as test data, dated in the far future, without a patient, without
    // a unit, under a modifier, or of a type that no rule reads.
    std::vector<nlohmann::ordered_json> beside(const nlohmann::ordered_json& resource);

private:
    Draws draws_;
    int level_;
};

} // namespace embolink::synth
