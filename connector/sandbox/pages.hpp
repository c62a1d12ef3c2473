// Result sets of searches and histories, frozen when they are made, and their pages. The links are
// opaque and lie on the base URL, as HAPI's do: BASE?_page=TOKEN.
#pragma once

#include "connector/sandbox/answer.hpp"
#include "connector/sandbox/call.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace embolink::sandbox {

enum class SetKind { search, history };

struct Hit {
    std::string id;
    int version = 0; // of a history; a search shows the newest version there is
};

struct ResultSet {
    SetKind kind = SetKind::search;
    std::string type;
    std::vector<Hit> hits;
    std::size_t count = 20; // of a page, at least 1
    bool with_total = false;
    std::string self; // the URL of the first page
    Instant made = 0;
};

class Pages {
public:
    // What a link leads to; nullopt: never given out, or expired.
    struct Place {
        std::shared_ptr<const ResultSet> set;
        std::size_t first = 0;
        std::string token;
    };

    // Keeps the set from now on.
    std::string
    link(const std::shared_ptr<const ResultSet>& set, std::size_t first, const std::string& base);

    std::optional<Place> find(const std::string& token, const Surroundings& around) const;

private:
    struct Held {
        std::string name;
        std::shared_ptr<const ResultSet> set;
    };

    std::deque<Held> held_; // the oldest first
    unsigned long long last_ = 0;
};

// Bundle.link with that one link.
nlohmann::json self_link(const std::string& url);

// The Bundle of the page that begins at `first`. A resource that was deleted since makes the page
// shorter.
Answer make_page(const std::shared_ptr<const ResultSet>& set,
                 std::size_t first,
                 const std::string& own_url,
                 const Repository& repository,
                 Pages& pages,
                 const Surroundings& around);

} // namespace embolink::sandbox
