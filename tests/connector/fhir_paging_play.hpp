// Plays a search against scripted answers and keeps what it did.
#pragma once

#include "connector/fhir/paging.hpp"
#include "tests/connector/fhir_script.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace embolink::fhir::test {

inline const std::string first_url = base + "/Observation?patient=Patient%2F1&_count=200";

inline Search of_patient() {
    return {"Observation", "Observation", {{"patient", "Patient/1"}}, {"Patient/1"}};
}

inline PagingOptions small(int page_size) {
    PagingOptions options;
    options.form.page_size = page_size;
    return options;
}

struct Play {
    std::vector<std::string> requests;
    std::vector<std::string> resources;
    Issues issues;
    int restarts = 0;
    PagingStep last;
    std::set<std::string> ignored;

    bool done() const { return last.next == PagingNext::done; }

    std::string error() const { return last.error ? describe(*last.error) : ""; }
};

using Server = std::function<Answer(const http::Request&)>;

inline Play play_with(const Server& server,
                      PagingOptions options = {},
                      const Search& search = of_patient(),
                      const std::vector<std::string>& other_origins = {}) {
    Paging paging(ServerAddress(base, other_origins), search, options);
    Play play;
    std::optional<Answer> said;
    for (int turn = 0; turn < 1000; ++turn) {
        play.last = paging.resume(said ? &*said : nullptr);
        for (const std::string& one : references_of(play.last.resources)) {
            play.resources.push_back(one);
        }
        play.issues.insert(play.issues.end(), play.last.issues.begin(), play.last.issues.end());
        play.ignored = paging.ignored_parameters();
        if (play.last.next == PagingNext::done || play.last.next == PagingNext::failed) {
            return play;
        }
        play.restarts += play.last.next == PagingNext::restart ? 1 : 0;
        play.requests.push_back(line_of(play.last.request));
        said = server(play.last.request);
    }
    ADD_FAILURE() << "the search does not end";
    return play;
}

inline Play play(std::vector<Answer> answers,
                 PagingOptions options = {},
                 const Search& search = of_patient(),
                 const std::vector<std::string>& other_origins = {}) {
    std::size_t at = 0;
    Play result = play_with(
        [&](const http::Request&) {
            return at < answers.size() ? answers[at++] : answer(500, json::object());
        },
        options,
        search,
        other_origins);
    EXPECT_EQ(at, answers.size()) << "not every answer was asked for";
    return result;
}

} // namespace embolink::fhir::test
