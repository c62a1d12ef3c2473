// Counter-based draws of the generator itself, one stream per patient and topic: a draw added to
// one topic moves nothing in another, and never the recipe's (whose slots lie below 100).
#pragma once

#include "connector/synth/recipe.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace embolink::synth {

enum class Topic : std::uint64_t {
    person = 1,
    sessions,
    visits,
    therapies,
    death,
    labs,
    markers,
    events,
    diagnosis,
    encoding,
    dirt,
    sites,
    stays,
    covariates,
    forms,
    recent, // from here on: only from dirt level 2 on
    words,
    lesions,
    readers,
    shapes
};

class Draws {
public:
    Draws(std::uint64_t seed, int patient, Topic topic)
        : seed_(seed + static_cast<std::uint64_t>(topic) * 0xD1342543DE82EF95ULL),
          patient_(static_cast<std::uint64_t>(patient)) {}

    double next() {
        slot_ = slot_ == 1023 ? 100 : slot_ + 1;
        return uniform(seed_, patient_, slot_);
    }

    bool chance(double probability) { return next() < probability; }

    // Whole number from low to high, both included.
    int between(int low, int high) {
        return low + std::min(static_cast<int>(next() * (high - low + 1)), high - low);
    }

    template <class Container>
    const auto& pick(const Container& container) {
        return container[static_cast<std::size_t>(
            between(0, static_cast<int>(std::size(container)) - 1))];
    }

private:
    std::uint64_t seed_;
    std::uint64_t patient_;
    std::uint64_t slot_ = 99;
};

} // namespace embolink::synth
