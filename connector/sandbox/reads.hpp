// Everything that changes nothing: read, vread, search, history, and the pages of the last two.
#pragma once

#include "connector/sandbox/answer.hpp"
#include "connector/sandbox/call.hpp"
#include "connector/sandbox/pages.hpp"

#include <string>

namespace embolink::sandbox {

class Reads {
public:
    // `repository` must outlive this.
    explicit Reads(const Repository& repository) : repository_(repository) {}

    // Each throws Refusal. path: Type/id; 304 when If-None-Match names the current version.
    Answer read(const Call& call, const Surroundings& around) const;
    Answer read_version(const Call& call, const Surroundings& around) const; // Type/id/_history/3
    Answer search(const Call& call, const Surroundings& around);             // Type
    Answer history(const Call& call, const Surroundings& around);            // Type[/id]/_history
    Answer next_page(const std::string& token, const Surroundings& around);

    // Of the type whose pages the link leads through; "" when it leads nowhere.
    std::string type_of_page(const std::string& token, const Surroundings& around) const;

    Pages& pages() { return pages_; }

private:
    const Repository& repository_;
    Pages pages_;
};

} // namespace embolink::sandbox
