#include "connector/store/store.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace embolink {

namespace {

// The words stand in the database and in what `runs` and the service show: never changed.
constexpr std::array<std::pair<OutboxState, std::string_view>, 9> words = {{
    {OutboxState::pending, "pending"},
    {OutboxState::sending, "sending"},
    {OutboxState::settled, "settled"},
    {OutboxState::awaiting_release, "awaiting-release"},
    {OutboxState::edited, "edited"},
    {OutboxState::quarantined, "quarantined"},
    {OutboxState::no_target_patient, "no-target-patient"},
    {OutboxState::subject_changed, "subject-changed"},
    {OutboxState::refused, "refused"},
}};

} // namespace

std::string to_string(OutboxState state) {
    const auto row = std::ranges::find(words, state, [](const auto& word) { return word.first; });
    return row == words.end() ? std::string{} : std::string{row->second};
}

std::optional<OutboxState> outbox_state(std::string_view word) {
    const auto row = std::ranges::find(words, word, [](const auto& pair) { return pair.second; });
    return row == words.end() ? std::nullopt : std::optional{row->first};
}

} // namespace embolink
