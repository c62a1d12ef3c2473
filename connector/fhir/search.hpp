// One search of a FHIR server as a value, and the request that begins it.
#pragma once

#include "connector/http/http.hpp"
#include "connector/http/url.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace embolink::fhir {

struct Search {
    std::string name; // in the store and in issues: "Observation|laboratory"
    std::string type; // "Observation"
    http::Query query;
    // The only patients whose resources may come; what belongs to another is set aside. Empty: not
    // a search of patients' data, nothing is set aside.
    std::set<std::string> subjects;
    // It says who somebody is (a patient's number): by POST where the server answers that, so that
    // it stands in no URL and no log.
    bool tells_who = false;
};

struct SearchForm {
    int page_size = 200;            // `_count`; HAPI gives no more
    std::size_t longest_url = 2000; // above: POST _search. Gateways cut at 2048, HAPI at 8192
    bool post_answered = true;      // else always GET
    bool post_only = false;         // the site wants no identifiers in URLs and their logs
};

// Asks for strict handling: a parameter that the server does not know must be refused, not
// forgotten; and for an answer of now, not one that the server keeps. `extra` comes after the
// search's own parameters.
http::Request begin_search(const std::string& base_url,
                           const Search& search,
                           const SearchForm& form,
                           const http::Query& extra);

// GET BASE/Type/id, as it is now.
http::Request read_request(const std::string& base_url, const std::string& reference);

// Names what is asked, whoever's cursor it is: another fingerprint means another question, so that
// an old cursor says nothing about it. Of one search in all its parts (every identity of a chain);
// `_lastUpdated` is left out.
std::string fingerprint(const std::vector<Search>& searches);

} // namespace embolink::fhir
