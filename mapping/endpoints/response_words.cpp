#include "mapping/endpoints/response_words.hpp"

namespace embolink {

std::string response_word(ResponseCategory category) {
    switch (category) {
    case ResponseCategory::complete_response:
        return "CR";
    case ResponseCategory::partial_response:
        return "PR";
    case ResponseCategory::unspecified_response:
        return "response-unspecified";
    case ResponseCategory::stable_disease:
        return "SD";
    case ResponseCategory::progressive_disease:
        return "PD";
    case ResponseCategory::not_evaluable:
        return "NE";
    }
    return "NE";
}

} // namespace embolink
