#include "connector/fhir/probe.hpp"

#include "connector/fhir/references.hpp"
#include "connector/fhir/search_plan.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace embolink::fhir {

namespace {

constexpr const char* nobody = "Patient/embolink-check";

} // namespace

Probe::Probe(ServerAddress server, Capability capability, ProbeOptions options)
    : server_(std::move(server)), capability_(std::move(capability)), options_(std::move(options)),
      patient_(options_.trial_patient) {
    options_.form.post_answered = options_.form.post_only; // else only try_post is a POST
}

std::optional<http::Request> Probe::resume(const Answer* answer) {
    static constexpr std::array<Stage, 8> stages = {&Probe::try_seed,
                                                    &Probe::find_patient,
                                                    &Probe::try_identifier,
                                                    &Probe::try_read,
                                                    &Probe::try_type,
                                                    &Probe::try_count,
                                                    &Probe::try_post,
                                                    &Probe::try_links};
    if (answer != nullptr) {
        const Judge judge = std::exchange(judge_, nullptr);
        (this->*judge)(read(*answer, asked_type_));
    }
    while (!pending_ && stage_ < stages.size()) {
        (this->*stages.at(stage_++))();
    }
    return std::exchange(pending_, std::nullopt);
}

Probe::Tried Probe::read(const Answer& answer, const std::string& type) const {
    Tried tried;
    tried.status = answer.status;
    tried.words = refusal_words(answer);
    if (answer.status != 200) {
        return tried;
    }
    ReadPage page = read_search_page(answer.body, type, "check");
    if (!page.page) {
        tried.words = page.fault;
        const ReadResource one = read_resource(answer.body);
        tried.shows_patient = one.resource && one.resource->source.type == "Patient";
        return tried;
    }
    const auto cut = std::ranges::find_if(page.page->outcomes, says_incomplete);
    if (cut != page.page->outcomes.end()) {
        tried.words = "HTTP 200 (" + cut->words() + ")";
        return tried;
    }
    tried.answered = true;
    tried.page = std::move(*page.page);
    if (asked_by_post_) {
        tried.page.applied.reset(); // self links of a POST may leave everything out (HAPI)
    }
    std::erase_if(tried.page.entries, [](const SearchEntry& entry) { return !entry.is_match; });
    return tried;
}

void Probe::send(http::Request request, const std::string& type, Judge judge) {
    asked_type_ = type;
    judge_ = judge;
    asked_by_post_ = request.method == "POST";
    pending_ = std::move(request);
}

void Probe::ask(const std::string& type, http::Query query, Judge judge) {
    const Search search{"check", type, std::move(query), {}};
    const http::Query one{{"_count", "1"}};
    send(begin_search(server_.base_url(), search, options_.form, one), type, judge);
}

void Probe::say(std::string what, CheckResult result, bool essential, std::string detail) {
    lines_.push_back({std::move(what), result, essential, std::move(detail)});
}

// --- the cohort's seed ---------------------------------------------------------------------------

void Probe::try_seed() {
    if (options_.seed_codes.empty()) {
        return;
    }
    seeds_ = seed_searches(options_.seed_codes, habits_);
    seed_ = 0;
    ask("Procedure", seeds_.front().query, &Probe::judge_seed);
}

// Batch after batch until one finds something; then the same without systems.
void Probe::judge_seed(const Tried& tried) {
    const bool with_systems = habits_.tokens == TokenForm::system_and_code;
    note_next_link(tried);
    if (tried.found()) {
        end_seed(tried);
        return;
    }
    if (tried.answered && ++seed_ < seeds_.size()) {
        ask("Procedure", seeds_[seed_].query, &Probe::judge_seed);
        return;
    }
    if (with_systems) {
        seed_answered_ = tried.answered;
        habits_.tokens = TokenForm::code_only;
        try_seed();
        return;
    }
    end_seed(tried);
}

void Probe::end_seed(const Tried& tried) {
    constexpr const char* what = "Procedure by code (cohort)";
    const bool code_only = habits_.tokens == TokenForm::code_only;
    if (tried.found()) {
        if (const auto subject = subject_of(tried.page.entries.front().resource, server_);
            subject && patient_.empty()) {
            patient_ = *subject;
            has_procedure_ = true;
        }
        say(what,
            code_only ? CheckResult::worked_around : CheckResult::works,
            true,
            code_only ? "finds nothing with a code's system: searched by code alone" : "");
    } else if (seed_answered_) {
        habits_.tokens = TokenForm::system_and_code;
        say(what, CheckResult::works, true, "answered; no procedure with these codes yet");
    } else if (tried.answered) {
        say(what,
            CheckResult::worked_around,
            true,
            "refuses a code's system: searched by code alone; no procedure with these codes yet");
    } else {
        habits_.tokens = TokenForm::system_and_code;
        say(what,
            CheckResult::fails,
            true,
            tried.words + "; name the patients in a file (cohort.seed)");
    }
}

// --- a patient to try with -----------------------------------------------------------------------

void Probe::find_patient() {
    if (patient_.empty()) {
        ask("Patient", {}, &Probe::judge_found_patient);
    }
}

void Probe::judge_found_patient(const Tried& tried) {
    note_next_link(tried);
    made_up_ = !tried.found();
    patient_ = made_up_ ? nobody : tried.page.entries.front().resource.source.reference();
    if (made_up_) {
        say("a patient to try with",
            CheckResult::worked_around,
            false,
            "none is shown without a name: tried with an id that is nobody's");
    }
}

void Probe::try_identifier() {
    if (options_.identifiers) {
        ask("Patient",
            {{"identifier", "urn:ietf:rfc:3986|urn:embolink:check"}},
            &Probe::judge_identifier);
    }
}

void Probe::judge_identifier(const Tried& tried) {
    const bool works = tried.answered && tried.page.applies("identifier");
    habits_.identifiers = works;
    say("Patient by identifier (cohort)",
        works ? CheckResult::works : CheckResult::fails,
        true,
        works            ? ""
        : tried.answered ? "takes no notice of `identifier`"
                         : tried.words);
}

void Probe::try_read() {
    send(read_request(server_.base_url(), patient_), "Patient", &Probe::judge_read);
}

void Probe::judge_read(const Tried& tried) {
    const bool nobody_there = made_up_ && (tried.status == 404 || tried.status == 410);
    const bool works = tried.shows_patient || nobody_there;
    say("Patient by id",
        works ? CheckResult::works : CheckResult::fails,
        true,
        works ? "" : tried.words);
}

// --- what makes a search complete ----------------------------------------------------------------

void Probe::note_next_link(const Tried& tried) {
    if (tried.page.next) {
        habits_.next_links = NextLinks::given;
    } else if (habits_.next_links == NextLinks::unknown && tried.page.total &&
               *tried.page.total > tried.page.received && tried.page.received > 0) {
        habits_.next_links = NextLinks::never;
    }
}

void Probe::try_count() {
    const Search search{"check", "Procedure", by_patient("Procedure", patient_, habits_), {}};
    const http::Query count{{"_summary", "count"}};
    send(begin_search(server_.base_url(), search, options_.form, count),
         "Procedure",
         &Probe::judge_count);
}

void Probe::judge_count(const Tried& tried) {
    const bool plausible = procedures_ == 0 || tried.page.total.value_or(0) > 0;
    habits_.counts = tried.answered && tried.page.total && plausible;
    if (habits_.counts && habits_.next_links == NextLinks::unknown && procedures_ > 0 &&
        *tried.page.total > procedures_) {
        habits_.next_links = NextLinks::never; // fewer were shown, and no way on
    }
    say("`_summary=count`",
        habits_.counts ? CheckResult::works : CheckResult::worked_around,
        false,
        habits_.counts ? "" : "the end of a search is known by its links alone");
    say_next_links();
}

// That none is given is known from a total alone, so that the total can be relied on.
void Probe::say_next_links() {
    const bool never = habits_.next_links == NextLinks::never;
    std::string detail;
    if (never) {
        detail = "none given though more exists: bigger pages, compared with the total";
    } else if (habits_.next_links == NextLinks::unknown) {
        detail = "no search was long enough to tell";
    }
    say("next links",
        never ? CheckResult::worked_around : CheckResult::works,
        false,
        std::move(detail));
}

void Probe::try_post() {
    const Search search{"check", "Procedure", by_patient("Procedure", patient_, habits_), {}};
    SearchForm form = options_.form;
    form.post_answered = true;
    form.post_only = true;
    const http::Query one{{"_count", "1"}};
    send(begin_search(server_.base_url(), search, form, one), "Procedure", &Probe::judge_post);
}

void Probe::judge_post(const Tried& tried) {
    habits_.post_search = tried.answered && tried.found() == (procedures_ > 0);
    const bool wanted = options_.form.post_only;
    say("search by POST",
        habits_.post_search ? CheckResult::works
        : wanted            ? CheckResult::fails
                            : CheckResult::worked_around,
        wanted,
        habits_.post_search ? ""
        : wanted            ? tried.words
                            : "every search goes by GET");
}

void Probe::try_links() {
    ask("Patient", {{"link", reference_value(patient_, habits_.references)}}, &Probe::judge_links);
}

void Probe::judge_links(const Tried& tried) {
    habits_.link_search = tried.answered && tried.page.applies("link");
    say("Patient by link",
        habits_.link_search ? CheckResult::works : CheckResult::worked_around,
        false,
        habits_.link_search
            ? ""
            : "a merge is seen only from a record that names the other: " + tried.words);
}

} // namespace embolink::fhir
