#include "analysis/report/flags.hpp"

#include <array>
#include <string_view>

namespace embolink {

namespace {

enum class Caution { no, yes };

struct FlagWords {
    std::string_view flag;
    Caution caution;
    std::string_view words;
};

constexpr std::array table = {
    FlagWords{"site-assumed-hepatic", Caution::yes, "no site stated, taken as hepatic"},
    FlagWords{"second-primary", Caution::yes, "a second cancer is documented"},
    FlagWords{"laterality-unknown", Caution::yes, "rounds told apart without knowing the lobes"},
    FlagWords{"date-imputed-day", Caution::yes, "the day of a date was imputed"},
    FlagWords{"same-date-conflict", Caution::yes, "two readings of one day disagree"},
    FlagWords{"trend-only", Caution::yes, "known only as a trend with imaging"},
    FlagWords{"early-pd", Caution::yes, "progression before day 28 was not counted"},
    FlagWords{"response-unspecified", Caution::yes, "improved, kind of response not stated"},
    FlagWords{"pd-candidate-unresolved", Caution::yes, "an imaging report that nobody has read"},
    FlagWords{"response-candidate-unresolved", Caution::yes, "a text awaits a reader"},
    FlagWords{"baseline-not-in-feed", Caution::yes, "baseline imaging is not in the data"},
    FlagWords{"no-imaging-in-feed", Caution::yes, "no imaging at all in the data"},
    FlagWords{"therapy-from-request", Caution::yes, "new therapy known from an order only"},
    FlagWords{"ssa-changed", Caution::yes, "somatostatin analogue started or raised, not counted"},
    FlagWords{"contact-after-death", Caution::yes, "a contact after the recorded death"},
    FlagWords{"baseline-missing", Caution::yes, "no laboratory baseline, taken as normal"},
    FlagWords{"grade-at-least", Caution::yes, "the grade may be higher"},
    FlagWords{"grade-from-severity", Caution::yes, "graded from mild, moderate, severe"},
    FlagWords{"at-least", Caution::yes, "the true value may be higher"},
    FlagWords{"at-most", Caution::yes, "the true value may be lower"},
    FlagWords{"tier-a", Caution::no, "progression documented before treatment"},
    FlagWords{"tier-b", Caution::no, "not progressive before treatment, or resected after it"},
    FlagWords{"tier-unknown", Caution::no, "progression before treatment not known"},
    FlagWords{"prior-arterial-therapy", Caution::no, "earlier arterial therapy"},
    FlagWords{"prior-therapy-unknown", Caution::no, "less than a year of history"},
    FlagWords{"liver-from-text", Caution::no, "liver metastasis known from text"},
    FlagWords{"arm-from-text", Caution::no, "arm known from text"},
    FlagWords{"arm-by-charted-drugs", Caution::no, "arm known from the charted drugs"},
    FlagWords{"lipiodol-only", Caution::no, "Lipiodol was all that was charted"},
    FlagWords{"interval-conform", Caution::no, "second round after 60 to 150 days"},
    FlagWords{"more-than-two-rounds", Caution::no, "more than two rounds"},
    FlagWords{"single-round", Caution::no, "one round only"},
    FlagWords{"single-round-death", Caution::no, "one round; death within 150 days"},
    FlagWords{"single-round-progression", Caution::no, "one round; progression within 150 days"},
    FlagWords{"single-round-toxicity", Caution::no, "one round; grade 3 toxicity"},
    FlagWords{"single-round-pending", Caution::no, "one round so far"},
    FlagWords{"retreatment", Caution::no, "a later course followed"},
    FlagWords{"crossover", Caution::no, "a later session of the other kind"},
    FlagWords{"therapy-from-text", Caution::no, "new therapy known from text"},
    FlagWords{"elevated", Caution::no, "above the upper limit of normal"},
    FlagWords{"elevated-2x", Caution::no, "more than twice the upper limit"},
    FlagWords{"elevated-5x", Caution::no, "more than five times the upper limit"},
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

bool is_caution(const std::string& flag) {
    const FlagWords* item = find(flag);
    return item != nullptr && item->caution == Caution::yes;
}

std::string flag_words(const std::string& flag) {
    const FlagWords* item = find(flag);
    return item == nullptr ? flag : std::string(item->words);
}

} // namespace embolink
