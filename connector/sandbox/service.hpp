// The server without HTTP: which interaction a call is, and its answer.
#pragma once

#include "connector/sandbox/answer.hpp"
#include "connector/sandbox/call.hpp"
#include "connector/sandbox/reads.hpp"
#include "connector/sandbox/writes.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstddef>
#include <optional>

namespace embolink::sandbox {

class Service {
public:
    explicit Service(IdStyle ids) : repository_(ids), reads_(repository_) {}

    // Never throws a Refusal: it becomes an OperationOutcome with its status.
    Answer serve(const Call& call, const Surroundings& around);

    Repository& repository() { return repository_; }

    Pages& pages() { return reads_.pages(); }

    // See Reads.
    std::string type_of_page(const std::string& token, const Surroundings& around) const {
        return reads_.type_of_page(token, around);
    }

    // {"created": 1, "updated": 0, "deleted": 0}: what has happened to resources.
    nlohmann::json deeds() const;

private:
    Answer dispatch(const Call& call, const Surroundings& around);
    Answer read_call(const Call& call, const Surroundings& around);
    Answer write_call(const Call& call, const Surroundings& around);
    Answer bundle_call(const Call& call, const Surroundings& around);
    // Answer entries, in the order of the entries asked.
    nlohmann::json
    transaction(const nlohmann::json& entries, Returned returned, const Surroundings& around);
    nlohmann::json
    batch(const nlohmann::json& entries, Returned returned, const Surroundings& around);
    void count(const Written& written);

    Repository repository_;
    Reads reads_;
    std::size_t created_ = 0;
    std::size_t updated_ = 0;
    std::size_t deleted_ = 0;
};

// The answer to one write, as to a request of its own.
Answer write_answer(const Written& written, Verb verb, Returned returned, const std::string& base);

} // namespace embolink::sandbox
