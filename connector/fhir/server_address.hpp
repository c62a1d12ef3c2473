// Which URLs and references belong to the server that is read. A next link may lead to its base
// URL's origin or to one that the site has named (a gateway that writes other names into its
// links), and nowhere else: following any URL that stands in an answer would let a server send us,
// and our token, anywhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace embolink::fhir {

class ServerAddress {
public:
    // `base_url` without a slash at its end; `other_origins` as "https://host[:port]".
    explicit ServerAddress(std::string base_url, std::vector<std::string> other_origins = {});

    const std::string& base_url() const { return base_url_; }

    bool may_fetch(std::string_view url) const;

    // "Type/id" of a literal reference to a resource of this server: a relative one, an absolute
    // one below the base URL, or on another origin that the site has named. nullopt: contained,
    // urn:, conditional, on another server, or no reference at all.
    std::optional<std::string> local_reference(std::string_view reference) const;

private:
    bool is_here(std::string_view reference) const;

    std::string base_url_;
    std::vector<std::string> other_origins_;
};

} // namespace embolink::fhir
