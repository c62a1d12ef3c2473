// The sandbox's memory: every version of every resource, newest last. Nothing is ever forgotten
// but what a failed transaction wrote.
#pragma once

#include "connector/sandbox/instants.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace embolink::sandbox {

// As parse_json (mapping/fhir/resource.hpp) makes it: decimals keep their digits.
using Body = std::shared_ptr<const nlohmann::json>;

struct Version {
    int number = 0; // meta.versionId, from 1
    Instant updated = 0;
    Body body; // with id and meta as the server set them; null: deleted
};

enum class IdStyle {
    counted, // "1001"
    lengthy  // 88 characters, as one vendor's: more than FHIR's 64 allow
};

class Repository {
public:
    explicit Repository(IdStyle ids = IdStyle::counted) : ids_(ids) {}

    // nullptr: there never was such a resource.
    const std::vector<Version>* versions(const std::string& type, const std::string& id) const;
    // Its newest version, which may be a deletion.
    const Version* current(const std::string& type, const std::string& id) const;
    // nullptr when it is unknown or deleted.
    const Version* alive(const std::string& type, const std::string& id) const;

    // All ids of a type in the order of their creation, deleted ones too.
    std::vector<std::string> ids(const std::string& type) const;
    // Those whose subject or patient has, or in an older version had, this id.
    std::vector<std::string> ids_of_subject(const std::string& type,
                                            const std::string& subject_id) const;

    // An id that no resource of the type has.
    std::string new_id(const std::string& type);

    // The next version. Sets id, meta.versionId and meta.lastUpdated, which never goes back. What
    // is returned here and above is valid until the next write.
    const Version&
    put(const std::string& type, const std::string& id, nlohmann::json body, Instant now);
    const Version& remove(const std::string& type, const std::string& id, Instant now);

    // For loading: the next version with a time of its own, which may lie in the past.
    void
    restore(const std::string& type, const std::string& id, nlohmann::json body, Instant updated);

private:
    friend class Change;

    struct Chain {
        std::string id;
        std::vector<Version> versions; // empty: its creation was taken back
    };

    struct Shelf {
        std::vector<Chain> chains; // in the order of creation
        std::unordered_map<std::string, std::size_t> places;
        // Candidates only: old subjects stay listed, so who asks must compare again.
        std::unordered_map<std::string, std::vector<std::size_t>> by_subject;
    };

    const Chain* find(const std::string& type, const std::string& id) const;
    const Version& append(const std::string& type, const std::string& id, Version version);
    void take_back();

    IdStyle ids_;
    std::size_t last_id_ = 1'000;
    Instant latest_ = std::numeric_limits<Instant>::min();
    std::unordered_map<std::string, Shelf> shelves_;           // by type
    std::vector<std::pair<std::string, std::size_t>> journal_; // type, place; of the Change
    bool changing_ = false;
};

// All that is written while it lives is taken back unless it is kept. One at a time.
class Change {
public:
    explicit Change(Repository& repository);
    ~Change();
    Change(const Change&) = delete;
    Change& operator=(const Change&) = delete;

    void keep();

private:
    Repository& repository_;
    bool kept_ = false;
};

// `text`, filled up to 88 characters; the same for the same text.
std::string lengthy_id(std::string text);

} // namespace embolink::sandbox
