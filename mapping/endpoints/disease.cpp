#include "mapping/endpoints/disease.hpp"

#include "mapping/facts/concepts.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace embolink {

namespace {

struct Evidence {
    bool midgut_net = false;
    bool midgut_organ = false;
    bool neuroendocrine = false;
    bool other_net = false;
    bool hepatocellular = false;
    bool other_cancer = false;
    bool bowel_cancer = false;
    bool poorly_differentiated = false;
    bool liver_coded = false;
    bool liver_in_text = false;

    // R1.2: midgut and neuroendocrine, in one concept or in two.
    bool midgut() const { return midgut_net || (midgut_organ && neuroendocrine); }
};

template <std::size_t N>
bool any_coded(const ConceptSet& set, const std::array<std::string_view, N>& names) {
    return std::any_of(
        names.begin(), names.end(), [&](std::string_view name) { return set.coded(name); });
}

constexpr std::array midgut_primaries{concepts::midgut_net, concepts::midgut_organ};
constexpr std::array other_primaries{concepts::other_net_primary,
                                     concepts::hepatocellular_carcinoma,
                                     concepts::other_cancer,
                                     concepts::bowel_cancer};

void add(Evidence& evidence, const ConceptSet& set) {
    // A code says where the tumour is; its free text may name other organs in passing.
    const bool coded_midgut = any_coded(set, midgut_primaries);
    const bool coded_other = any_coded(set, other_primaries);
    const auto midgut = [&](std::string_view name) {
        return set.coded(name) || (!coded_other && set.in_text(name));
    };
    const auto elsewhere = [&](std::string_view name) {
        return set.coded(name) || (!coded_midgut && set.in_text(name));
    };
    evidence.midgut_net |= midgut(concepts::midgut_net);
    evidence.midgut_organ |= midgut(concepts::midgut_organ);
    evidence.neuroendocrine |= set.has(concepts::neuroendocrine);
    evidence.other_net |= elsewhere(concepts::other_net_primary);
    evidence.hepatocellular |= elsewhere(concepts::hepatocellular_carcinoma);
    evidence.other_cancer |= elsewhere(concepts::other_cancer);
    evidence.bowel_cancer |= elsewhere(concepts::bowel_cancer);
    evidence.poorly_differentiated |= set.has(concepts::poorly_differentiated);
    evidence.liver_coded |= set.coded(concepts::liver_metastasis);
    evidence.liver_in_text |= set.in_text(concepts::liver_metastasis);
}

bool speaks_of_tumour(const ConceptSet& set) {
    static constexpr std::array names{concepts::midgut_net,
                                      concepts::midgut_organ,
                                      concepts::neuroendocrine,
                                      concepts::other_net_primary,
                                      concepts::hepatocellular_carcinoma,
                                      concepts::other_cancer,
                                      concepts::bowel_cancer,
                                      concepts::poorly_differentiated,
                                      concepts::liver_metastasis};
    return std::any_of(
        names.begin(), names.end(), [&](std::string_view name) { return set.has(name); });
}

// R1.3 from `other-primary` on, in its order.
std::string first_reason(const Evidence& evidence) {
    const bool any_midgut_primary = evidence.midgut() || evidence.midgut_organ;
    if (evidence.other_net || evidence.hepatocellular ||
        (evidence.other_cancer && !any_midgut_primary)) {
        return "other-primary";
    }
    if (evidence.poorly_differentiated) {
        return "poorly-differentiated";
    }
    if (!evidence.midgut()) {
        return "no-midgut-net";
    }
    if (!evidence.liver_coded && !evidence.liver_in_text) {
        return "no-liver-metastasis";
    }
    return "";
}

} // namespace

DiseaseFinding judge_disease(const PatientTimeline& timeline) {
    Evidence evidence;
    DiseaseFinding finding;
    for (const Diagnosis& diagnosis : timeline.diagnoses) {
        add(evidence, diagnosis.concepts);
        if (speaks_of_tumour(diagnosis.concepts)) {
            finding.origins.push_back(diagnosis.origin);
        }
    }
    finding.exclusion = first_reason(evidence);
    finding.liver_from_text = !evidence.liver_coded && evidence.liver_in_text;
    finding.second_primary = evidence.midgut() && (evidence.other_cancer || evidence.bowel_cancer);
    return finding;
}

} // namespace embolink
