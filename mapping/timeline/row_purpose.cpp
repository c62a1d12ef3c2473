#include "mapping/timeline/row_purpose.hpp"

#include "mapping/facts/concepts.hpp"

#include <algorithm>
#include <array>

namespace embolink {

namespace {

template <std::size_t N>
bool has_any(const ConceptSet& set, const std::array<std::string_view, N>& names) {
    return std::any_of(
        names.begin(), names.end(), [&](std::string_view name) { return set.has(name); });
}

// Each of these says by itself that tumour tissue of an artery was treated; a coil beside is
// protective.
constexpr std::array tumour_embolization{concepts::hepatic_chemoembolization,
                                         concepts::chemoembolization,
                                         concepts::hepatic_embolization,
                                         concepts::bland_embolization,
                                         concepts::drug_eluting_embolization};
constexpr std::array not_embolization{concepts::portal_vein_embolization,
                                      concepts::radioembolization,
                                      concepts::isolated_liver_perfusion};
constexpr std::array other_purpose{concepts::hemorrhage_embolization,
                                   concepts::other_arterial_embolization};

} // namespace

RowPurpose purpose_of(const ProcedureRow& row) {
    const ConceptSet& set = row.concepts;
    if (has_any(set, not_embolization)) {
        return RowPurpose::not_an_embolization;
    }
    if (has_any(set, other_purpose)) {
        return RowPurpose::wrong_purpose;
    }
    const bool treats_tumour = has_any(set, tumour_embolization);
    if (set.has(concepts::coil_embolization) && !treats_tumour) {
        return RowPurpose::protective_coil;
    }
    if (!treats_tumour && !set.has(concepts::embolization)) {
        return RowPurpose::unrelated;
    }
    if (row.site == SiteFinding::other_stated && !states_hepatic(row)) {
        return RowPurpose::wrong_purpose; // R2.0: a row that names another site
    }
    return RowPurpose::hepatic;
}

bool is_candidate_row(const ProcedureRow& row) {
    return purpose_of(row) != RowPurpose::unrelated;
}

bool states_hepatic(const ProcedureRow& row) {
    return row.site == SiteFinding::hepatic_stated ||
           row.concepts.has(concepts::hepatic_chemoembolization) ||
           row.concepts.has(concepts::hepatic_embolization);
}

std::optional<Date> day_of(const ProcedureRow& row) {
    const auto& start = row.performed.start;
    return start && start->to_the_day() ? std::optional{start->first} : std::nullopt;
}

} // namespace embolink
