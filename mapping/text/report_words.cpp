#include "mapping/text/report_words.hpp"

#include "mapping/definitions.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace embolink {

namespace {

using nlohmann::json;

struct RoleName {
    std::string_view name;
    ReportWord role;
};

constexpr std::array<RoleName, 6> said = {{
    {"progression", ReportWord::progression},
    {"complete-response", ReportWord::complete_response},
    {"partial-response", ReportWord::partial_response},
    {"response", ReportWord::response},
    {"stable", ReportWord::stable},
    {"doubtful-progression", ReportWord::doubtful_progression},
}};

// Phrases with a reach.
constexpr std::array<RoleName, 5> reaching = {{
    {"denied", ReportWord::denied},
    {"doubted", ReportWord::doubted},
    {"suspects", ReportWord::suspects},
    {"excluded", ReportWord::excluded},
    {"earlier", ReportWord::earlier},
}};

constexpr std::array<RoleName, 2> ending = {{
    {"endings", ReportWord::progression},
    {"tumour_endings", ReportWord::tumour},
}};

struct SizeName {
    std::string_view name;
    SizeWord word;
};

constexpr std::array<SizeName, 3> of_size = {{
    {"former", SizeWord::former},
    {"current", SizeWord::current},
    {"becomes", SizeWord::becomes},
}};

constexpr std::array<RoleName, 20> plain = {{
    {"answers_no", ReportWord::answers_no},
    {"stops", ReportWord::stop},
    {"goes_on", ReportWord::goes_on},
    {"liver", ReportWord::liver},
    {"other_organs", ReportWord::other_organ},
    {"no_tumour", ReportWord::no_tumour},
    {"tumour", ReportWord::tumour},
    {"new", ReportWord::fresh},
    {"larger", ReportWord::grows},
    {"smaller", ReportWord::shrinks},
    {"nodes", ReportWord::node},
    {"alters", ReportWord::alters},
    {"negates", ReportWord::negates},
    {"compares", ReportWord::compares},
    {"other_exams", ReportWord::other_exam},
    {"told_elsewhere", ReportWord::told_elsewhere},
    {"aside_headings", ReportWord::aside_heading},
    {"headings", ReportWord::heading},
    {"hidden", ReportWord::hidden},
    {"known", ReportWord::known},
}};

// The meaning of a phrase in the index: the role as a number.
std::string meaning_of(ReportWord role) {
    return std::to_string(static_cast<int>(role));
}

[[noreturn]] void refuse(const std::string& file, const std::string& where, const char* expected) {
    throw DefinitionError(file + ": " + where + ": expected " + expected);
}

// German is also written without umlauts: "Groessenzunahme".
std::string without_umlauts(std::string text) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> umlauts = {
        {{"ä", "ae"}, {"ö", "oe"}, {"ü", "ue"}, {"Ä", "Ae"}, {"Ö", "Oe"}, {"Ü", "Ue"}}};
    for (const auto& [umlaut, letters] : umlauts) {
        for (auto at = text.find(umlaut); at != std::string::npos; at = text.find(umlaut)) {
            text.replace(at, umlaut.size(), letters);
        }
    }
    return text;
}

const auto* role_named(std::string_view name, const auto& table) {
    const auto row = std::ranges::find_if(table, [&](const auto& one) { return one.name == name; });
    return row == table.end() ? nullptr : &*row;
}

std::vector<std::string>
texts_at(const std::string& file, const std::string& where, const json& list) {
    if (!list.is_array() ||
        !std::ranges::all_of(list, [](const json& one) { return one.is_string(); })) {
        refuse(file, where, "a list of texts");
    }
    return list.get<std::vector<std::string>>();
}

struct ReachingPhrase {
    std::string words;
    Reach reach;
};

ReachingPhrase
reaching_phrase(const std::string& file, const std::string& where, const json& entry) {
    if (!entry.is_object() || !entry.contains("words")) {
        refuse(file, where, "an object with \"words\" and \"after\" or \"before\"");
    }
    ReachingPhrase phrase;
    for (const auto& [key, value] : entry.items()) {
        if (key == "words" && value.is_string()) {
            phrase.words = value.get<std::string>();
        } else if (key == "after" && value.is_number_unsigned()) {
            phrase.reach.after = value.get<std::size_t>();
        } else if (key == "before" && value.is_number_unsigned()) {
            phrase.reach.before = value.get<std::size_t>();
        } else {
            refuse(file, where + "/" + key, "\"words\", \"after\" or \"before\" and nothing else");
        }
    }
    if (phrase.reach.after + phrase.reach.before == 0) {
        refuse(file, where, "a reach: \"after\" or \"before\"");
    }
    return phrase;
}

} // namespace

void ReportWords::add_phrase(const std::string& phrase, ReportWord role, Reach reach) {
    phrases_.add(phrase, {meaning_of(role)}, reach);
    const std::string spelled = without_umlauts(phrase);
    if (spelled != phrase) {
        phrases_.add(spelled, {meaning_of(role)}, reach);
    }
}

void ReportWords::add_sizes(const std::string& file, const json& lists) {
    for (const auto& [key, list] : lists.items()) {
        const SizeName* row = role_named(key, of_size);
        if (row == nullptr) {
            refuse(file, "/sizes/" + key, "\"former\", \"current\" or \"becomes\"");
        }
        const std::vector<std::string> meaning = {std::to_string(static_cast<int>(row->word))};
        for (const std::string& phrase : texts_at(file, "/sizes/" + key, list)) {
            size_words_.add(phrase, meaning);
            if (const std::string spelled = without_umlauts(phrase); spelled != phrase) {
                size_words_.add(spelled, meaning);
            }
        }
    }
}

void ReportWords::add(const std::string& file, const json& json_file) {
    const auto add_all = [&](const std::string& where, const json& list, ReportWord role) {
        for (const std::string& phrase : texts_at(file, where, list)) {
            add_phrase(phrase, role, {});
        }
    };
    const auto add_said = [&](const json& lists) {
        for (const auto& [key, list] : lists.items()) {
            const RoleName* role = role_named(key, said);
            if (role == nullptr) {
                refuse(file, "/says/" + key, "a kind of response");
            }
            add_all("/says/" + key, list, role->role);
        }
    };
    const auto add_reaching = [&](const std::string& where, const json& list, ReportWord role) {
        std::size_t number = 0;
        for (const json& entry : list) {
            const auto phrase =
                reaching_phrase(file, where + "/" + std::to_string(number++), entry);
            add_phrase(phrase.words, role, phrase.reach);
        }
    };
    for (const auto& [key, value] : json_file.items()) {
        if (key == "language") {
            continue;
        }
        if (key == "says") {
            add_said(value);
        } else if (const RoleName* role = role_named(key, reaching)) {
            add_reaching("/" + key, value, role->role);
        } else if (const RoleName* one = role_named(key, plain)) {
            add_all("/" + key, value, one->role);
        } else if (const RoleName* as = role_named(key, ending)) {
            for (const std::string& letters : texts_at(file, "/" + key, value)) {
                endings_.push_back({fold(letters), as->role});
                endings_.push_back({fold(without_umlauts(letters)), as->role});
            }
        } else if (key == "sizes") {
            add_sizes(file, value);
        } else {
            refuse(file, "/" + key, "a list of words that the reader knows");
        }
    }
}

ReportWords::Match ReportWords::at(const std::vector<Word>& words, std::size_t index) const {
    Match match;
    if (const auto phrase = phrases_.match(words, index)) {
        match.length = phrase->length;
        match.reach = phrase->reach;
        for (const std::string& meaning : phrase->meanings) {
            match.roles.push_back(static_cast<ReportWord>(std::stoi(meaning)));
        }
    }
    const auto is = [&](ReportWord role) {
        return std::ranges::find(match.roles, role) != match.roles.end();
    };
    // Of the words that are listed, only those of an organ may say more ("Lebermetastasen").
    if (match.length > 0 && !is(ReportWord::liver) && !is(ReportWord::other_organ)) {
        return match;
    }
    const std::string& word = words[index].folded;
    for (const Ending& one : endings_) {
        const bool compound = word.size() > one.letters.size() && word.ends_with(one.letters);
        if (compound && match.length <= 1 && !is(one.role)) {
            match.length = 1;
            match.roles.push_back(one.role);
        }
    }
    return match;
}

ReportWords::SizeMatch ReportWords::size_word_at(const std::vector<Word>& words,
                                                 std::size_t index) const {
    if (const auto phrase = size_words_.match(words, index)) {
        return {phrase->length, static_cast<SizeWord>(std::stoi(phrase->meanings.front()))};
    }
    return {};
}

} // namespace embolink
