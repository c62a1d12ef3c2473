// Results of the markers (5-HIAA, CgA) that a call of a CDS service brings along or that are asked
// for: which codes are theirs, and on which days there is one.
#pragma once

#include "connector/core/json_view.hpp"
#include "mapping/fhir/partial_date.hpp"
#include "mapping/fhir/terminology.hpp"
#include "mapping/records/date.hpp"
#include "mapping/site.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace embolink::service {

// Which codes are those of the markers. What was asked once is remembered: to look a
// code up by all that a terminology knows takes longer than to read the result that bears it.
class MarkerCodes {
public:
    explicit MarkerCodes(std::shared_ptr<const Terminology> terminology)
        : terminology_(std::move(terminology)) {}

    const std::shared_ptr<const Terminology>& terminology() const { return terminology_; }

    bool contains(std::string_view system, std::string_view code);

private:
    struct Less {
        using is_transparent = void;

        template <class A, class B>
        bool operator()(const A& a, const B& b) const {
            const int codes = std::string_view(a.second).compare(b.second);
            return codes < 0 || (codes == 0 && std::string_view(a.first) < b.first);
        }
    };

    std::shared_ptr<const Terminology> terminology_;
    std::map<std::pair<std::string, std::string>, bool, Less> known_; // by system and code
};

// Dates of the marker results (5-HIAA, CgA) in a searchset that answers a search for the patient,
// in the hospital's zone. Not what is labelled or changed by a modifier extension (R9), nor of
// whose subject refers to somebody else. nullopt: it is none (null, an OperationOutcome, another
// resource), or not all of it. Of results before `since` nothing but their dates is looked at.
std::optional<std::vector<PartialDate>> marker_dates(const JsonView& searchset,
                                                     MarkerCodes& codes,
                                                     const ZoneRule& zone,
                                                     const std::string& patient,
                                                     Date since);

// "Observation?patient={{context.patientId}}&code=...", with `patient` in place of the token; a
// page's size, order or dates are the caller's to add.
// `of_site`: local codes that the site maps are asked for, too.
std::string marker_search(const Terminology& terminology,
                          const std::vector<SiteCode>& of_site,
                          const std::string& patient);

} // namespace embolink::service
