#include "analysis/report/flags.hpp"

#include <array>
#include <string_view>

namespace embolink {

namespace {

struct FlagWords {
    std::string_view flag;
    std::string_view words;
};

constexpr std::array table = {
    FlagWords{"site-assumed-hepatic", "no site stated, taken as hepatic"},
    FlagWords{"second-primary", "a second cancer is documented"},
    FlagWords{"laterality-unknown", "rounds told apart without knowing the lobes"},
    FlagWords{"date-imputed-day", "the day of a date was imputed"},
    FlagWords{"same-date-conflict", "two readings of one day disagree"},
    FlagWords{"trend-only", "known only as a trend with imaging"},
    FlagWords{"early-pd", "progression before day 28 was not counted"},
    FlagWords{"response-unspecified", "improved, kind of response not stated"},
    FlagWords{"pd-candidate-unresolved", "a possible progression that nobody has decided"},
    FlagWords{"response-candidate-unresolved", "a possible response that nobody has decided"},
    FlagWords{"baseline-not-in-feed", "baseline imaging is not in the data"},
    FlagWords{"no-imaging-in-feed", "no imaging at all in the data"},
    FlagWords{"therapy-from-request", "new therapy known from an order only"},
    FlagWords{"ssa-changed", "somatostatin analogue started or raised, not counted"},
    FlagWords{"contact-after-death", "a contact after the recorded death"},
    FlagWords{"baseline-missing", "no laboratory baseline, taken as normal"},
    FlagWords{"grade-at-least", "the grade may be higher"},
    FlagWords{"grade-from-severity", "graded from mild, moderate, severe"},
    FlagWords{"at-least", "the true value may be higher"},
    FlagWords{"at-most", "the true value may be lower"},
    FlagWords{"tier-a", "progression documented before treatment"},
    FlagWords{"tier-b", "not progressive before treatment, or resected after it"},
    FlagWords{"tier-unknown", "progression before treatment not known"},
    FlagWords{"prior-arterial-therapy", "earlier arterial therapy"},
    FlagWords{"prior-therapy-unknown", "less than a year of history"},
    FlagWords{"liver-from-text", "liver metastasis known from text"},
    FlagWords{"arm-from-text", "arm known from text"},
    FlagWords{"arm-by-charted-drugs", "arm known from the charted drugs"},
    FlagWords{"lipiodol-only", "Lipiodol was all that was charted"},
    FlagWords{"interval-conform", "second round after 60 to 150 days"},
    FlagWords{"more-than-two-rounds", "more than two rounds"},
    FlagWords{"single-round", "one round only"},
    FlagWords{"single-round-death", "one round; death within 150 days"},
    FlagWords{"single-round-progression", "one round; progression within 150 days"},
    FlagWords{"single-round-toxicity", "one round; grade 3 toxicity"},
    FlagWords{"single-round-pending", "one round so far"},
    FlagWords{"retreatment", "a later course followed"},
    FlagWords{"crossover", "a later session of the other kind"},
    FlagWords{"therapy-from-text", "new therapy known from text"},
    FlagWords{"elevated", "above the upper limit of normal"},
    FlagWords{"elevated-2x", "more than twice the upper limit"},
    FlagWords{"elevated-5x", "more than five times the upper limit"},
};

const FlagWords* find(const std::string& flag) {
    for (const FlagWords& item : table) {
        if (item.flag == flag) {
            return &item;
        }
    }
    return nullptr;
}

} // namespace

std::string flag_words(const std::string& flag) {
    const FlagWords* item = find(flag);
    return item == nullptr ? flag : std::string(item->words);
}

} // namespace embolink
