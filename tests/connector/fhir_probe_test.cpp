// The probe against servers with the habits that have been met in the field.
#include "connector/fhir/probe.hpp"
#include "connector/fhir/search_plan.hpp"
#include "tests/connector/fhir_script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace {

using namespace embolink;
using namespace embolink::fhir;
using namespace embolink::fhir::test;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// One request, taken apart.
struct Asked {
    std::string type; // "Procedure", "Patient/1"
    bool post = false;
    std::map<std::string, std::string> query;

    bool has(const std::string& name) const { return query.contains(name); }

    std::string at(const std::string& name) const {
        const auto found = query.find(name);
        return found == query.end() ? "" : found->second;
    }
};

Asked take_apart(const http::Request& request) {
    Asked asked;
    std::string below = request.url.substr(base.size() + 1);
    asked.post = request.method == "POST";
    const auto question = below.find('?');
    const std::string query = asked.post                      ? request.body
                              : question == std::string::npos ? ""
                                                              : below.substr(question + 1);
    asked.type = below.substr(0, question);
    if (asked.type.ends_with("/_search")) {
        asked.type.resize(asked.type.size() - 8);
    }
    for (const auto& [name, value] : http::decode_query(query)) {
        asked.query[name] = value;
    }
    return asked;
}

// A server that does all that R4 says, with two of everything for Patient/1. The tests override.
class PlainServer {
public:
    virtual ~PlainServer() = default;

    Answer operator()(const http::Request& request) {
        requests.push_back(line_of(request));
        return say(take_apart(request));
    }

    virtual Answer say(const Asked& asked) {
        if (asked.type == "Patient/1") {
            return answer(200, resource("Patient", "1", ""));
        }
        if (asked.type.find('/') != std::string::npos) {
            return refusal(404, "not-found");
        }
        return asked.type == "Patient" ? patients(asked) : clinical(asked);
    }

    std::vector<std::string> requests;

protected:
    virtual Answer patients(const Asked& asked) {
        Page page = asked.has("link") || asked.has("identifier")
                        ? Page()
                        : Page().with(dated(resource("Patient", "1", "")));
        return std::move(page).self(self(asked));
    }

    virtual Answer clinical(const Asked& asked) {
        if (asked.at("_summary") == "count") {
            return Page().total(found(asked) ? 2 : 0);
        }
        if (!found(asked)) {
            return Page().self(self(asked));
        }
        return row(asked).self(self(asked)).next(base + "?page=2");
    }

    virtual bool found(const Asked& asked) {
        const std::string whose = asked.has("subject") ? asked.at("subject") : asked.at("patient");
        return asked.has("code") ? asked.at("code").find("sct|57238002") != std::string::npos
                                 : whose == "Patient/1" || whose == "1";
    }

    static Page row(const Asked& asked) { return Page().with(dated(resource(asked.type, "x"))); }

    static std::string self(const Asked& asked) {
        http::Query query(asked.query.begin(), asked.query.end());
        return base + "/" + asked.type + "?" + http::encode_query(query);
    }
};

// Enough codes for more than one batch; the one that finds something is in the last.
std::vector<SeedCode> codes() {
    std::vector<SeedCode> all;
    for (int i = 0; i < 60; ++i) {
        all.push_back({"http://fhir.de/CodeSystem/bfarm/ops", "8-836.k" + std::to_string(i)});
    }
    all.push_back({"http://snomed.info/sct", "57238002"});
    return all;
}

struct Findings {
    ServerHabits habits;
    std::map<std::string, CheckLine> lines;

    std::vector<std::string> failing() const {
        std::vector<std::string> out;
        for (const auto& [what, line] : lines) {
            if (line.result == CheckResult::fails) {
                out.push_back(what + (line.essential ? " (essential)" : ""));
            }
        }
        return out;
    }

    CheckResult result(const std::string& what) const { return lines.at(what).result; }
};

Findings probe(PlainServer& server, ProbeOptions options, const Capability& capability = {}) {
    Probe probe(ServerAddress(base), capability, std::move(options));
    std::optional<http::Request> request = probe.resume(nullptr);
    for (int turn = 0; turn < 200 && request; ++turn) {
        const Answer said = server(*request);
        request = probe.resume(&said);
    }
    EXPECT_FALSE(request) << "does not end";
    Findings findings{probe.habits(), {}};
    for (const CheckLine& line : probe.lines()) {
        EXPECT_TRUE(findings.lines.emplace(line.what, line).second) << line.what << " twice";
        EXPECT_THAT(line.detail, Not(HasSubstr("Jane")));
    }
    return findings;
}

ProbeOptions with_seed() {
    ProbeOptions options;
    options.seed_codes = codes();
    return options;
}

TEST(Probe, APlainServerHasTheHabitsOfR4) {
    PlainServer server;
    const Findings found = probe(server, with_seed());
    EXPECT_THAT(found.failing(), IsEmpty());
    for (const auto& [what, line] : found.lines) {
        EXPECT_EQ(line.result, CheckResult::works) << what;
    }
    for (const std::string& type : searched_types()) {
        EXPECT_TRUE(found.lines.contains(type + " by patient")) << type;
        EXPECT_TRUE(found.habits.of(type).answered);
        EXPECT_TRUE(found.habits.of(type).last_updated);
    }
    EXPECT_EQ(found.habits.tokens, TokenForm::system_and_code);
    EXPECT_EQ(found.habits.references, ReferenceForm::type_and_id);
    EXPECT_EQ(found.habits.next_links, NextLinks::given);
    EXPECT_FALSE(found.habits.observation_by_category);
    EXPECT_TRUE(found.habits.counts);
    EXPECT_TRUE(found.habits.post_search);
    EXPECT_TRUE(found.habits.link_search);
    EXPECT_THAT(server.requests,
                Contains("GET " + base + "/AdverseEvent?subject=Patient%2F1&_count=1"));
    EXPECT_THAT(server.requests,
                Contains("POST " + base + "/Procedure/_search patient=Patient%2F1&_count=1"));
    // All but the batches of the seed, once each.
    EXPECT_LT(server.requests.size(), 35u);
}

TEST(Probe, EssentialIsWhatTheLoopCannotDoWithout) {
    PlainServer server;
    const Findings found = probe(server, with_seed());
    std::vector<std::string> essential;
    for (const auto& [what, line] : found.lines) {
        if (line.essential) {
            essential.push_back(what);
        }
    }
    EXPECT_THAT(essential,
                ElementsAre("Condition by patient",
                            "Observation by patient",
                            "Patient by id",
                            "Procedure by code (cohort)",
                            "Procedure by patient"));
}

// Epic: Observation needs a category, resources have no meta, POST and MedicationStatement are not
// there, AdverseEvent neither, the cohort cannot be searched.
class EpicServer : public PlainServer {
    Answer clinical(const Asked& asked) override {
        if (asked.type == "MedicationStatement" || asked.type == "AdverseEvent" || asked.post) {
            return refusal(404, "not-found");
        }
        if (asked.type == "Observation" && !asked.has("category")) {
            return refusal(400, "required");
        }
        if (asked.has("code") || asked.has("_summary")) {
            return refusal(400, "required");
        }
        return found(asked) ? Page().with(resource(asked.type, "x")).next(base + "?p=2") : Page();
    }

    Answer patients(const Asked&) override { return refusal(400, "required"); }
};

TEST(Probe, EpicsHabitsAreWorkedAround) {
    EpicServer server;
    ProbeOptions options;
    options.trial_patient = "Patient/1";
    const Findings found = probe(server, options);
    EXPECT_TRUE(found.habits.observation_by_category);
    EXPECT_EQ(found.result("Observation by patient"), CheckResult::worked_around);
    EXPECT_THAT(found.lines.at("Observation by patient").detail,
                AllOf(HasSubstr("HTTP 400 (error/required)"), HasSubstr("_lastUpdated")));
    EXPECT_FALSE(found.habits.of("Observation").last_updated);
    EXPECT_FALSE(found.habits.of("Procedure").last_updated);
    EXPECT_FALSE(found.habits.of("MedicationStatement").answered);
    EXPECT_FALSE(found.habits.post_search);
    EXPECT_FALSE(found.habits.counts);
    EXPECT_FALSE(found.habits.link_search);
    EXPECT_EQ(found.habits.next_links, NextLinks::given);
    EXPECT_THAT(found.failing(),
                ElementsAre("AdverseEvent by patient", "MedicationStatement by patient"));
    for (const Search& search : plan_searches("Patient/1", found.habits)) {
        EXPECT_NE(search.type, "MedicationStatement");
        EXPECT_NE(search.name, "Observation");
    }
    // The seed `search` would stop it: the cohort must come from a file.
    const Findings searched = probe(server, with_seed());
    EXPECT_THAT(searched.failing(), Contains("Procedure by code (cohort) (essential)"));
    EXPECT_THAT(searched.lines.at("Procedure by code (cohort)").detail, HasSubstr("cohort.seed"));
    EXPECT_EQ(searched.habits.tokens, TokenForm::system_and_code);
}

// OpenEMR: a code with its system finds nothing.
class CodeOnlyServer : public PlainServer {
public:
    bool refuses = false;

private:
    Answer clinical(const Asked& asked) override {
        if (refuses && asked.at("code").find('|') != std::string::npos) {
            return refusal(400);
        }
        return PlainServer::clinical(asked);
    }

    bool found(const Asked& asked) override {
        return asked.has("code") ? asked.at("code").find('|') == std::string::npos &&
                                       asked.at("code").find("57238002") != std::string::npos
                                 : PlainServer::found(asked);
    }
};

TEST(Probe, CodesAreAskedForWithoutSystemWhereThatIsNeeded) {
    CodeOnlyServer server;
    const Findings silent = probe(server, with_seed());
    EXPECT_EQ(silent.habits.tokens, TokenForm::code_only);
    EXPECT_EQ(silent.result("Procedure by code (cohort)"), CheckResult::worked_around);
    EXPECT_THAT(silent.failing(), IsEmpty());
    server.refuses = true;
    const Findings refused = probe(server, with_seed());
    EXPECT_EQ(refused.habits.tokens, TokenForm::code_only);
    EXPECT_THAT(refused.failing(), IsEmpty());
    ProbeOptions none_found;
    none_found.seed_codes = {{"urn:a", "1"}};
    const Findings nothing = probe(server, none_found);
    EXPECT_EQ(nothing.habits.tokens, TokenForm::code_only);
    EXPECT_EQ(nothing.result("Procedure by code (cohort)"), CheckResult::worked_around);
}

TEST(Probe, AnEmptyCohortIsNoFault) {
    PlainServer server;
    ProbeOptions options;
    options.seed_codes = {{"urn:a", "1"}};
    const Findings found = probe(server, options);
    EXPECT_EQ(found.habits.tokens, TokenForm::system_and_code);
    EXPECT_EQ(found.result("Procedure by code (cohort)"), CheckResult::works);
    EXPECT_THAT(found.failing(), IsEmpty());
}

// A server that knows patients by their bare id finds nothing, without a word, by Patient/id; and
// the other way round (Medplum).
class ReferenceServer : public PlainServer {
public:
    explicit ReferenceServer(std::string form) : form_(std::move(form)) {}

private:
    bool found(const Asked& asked) override {
        return asked.has("code") ? PlainServer::found(asked)
                                 : asked.at("patient") == form_ || asked.at("subject") == form_;
    }

    std::string form_;
};

TEST(Probe, PatientsAreNamedAsTheServerFindsThem) {
    ReferenceServer by_id("1");
    const Findings found = probe(by_id, with_seed());
    EXPECT_EQ(found.habits.references, ReferenceForm::id_only);
    EXPECT_EQ(found.result("Procedure by patient"), CheckResult::worked_around);
    EXPECT_EQ(found.result("Condition by patient"), CheckResult::works);
    ReferenceServer by_reference("Patient/1");
    EXPECT_EQ(probe(by_reference, with_seed()).habits.references, ReferenceForm::type_and_id);
    // A patient who is found neither way says nothing about the form.
    ReferenceServer neither("x");
    EXPECT_EQ(probe(neither, with_seed()).habits.references, ReferenceForm::type_and_id);
}

// Knows `subject` only, and says so or keeps quiet.
class SubjectServer : public PlainServer {
public:
    bool strict = true;
    bool knows_subject = true;

private:
    Answer clinical(const Asked& asked) override {
        if (asked.type != "Condition" || (knows_subject && asked.has("subject"))) {
            return PlainServer::clinical(asked);
        }
        if (strict) {
            return refusal(400, "not-supported");
        }
        return Page()
            .with(dated(resource("Condition", "theirs", "Patient/2")))
            .self(base + "/Condition?_count=1");
    }
};

TEST(Probe, AnotherParameterIsTriedForThePatient) {
    SubjectServer server;
    for (const bool strict : {true, false}) {
        server.strict = strict;
        const Findings found = probe(server, with_seed());
        EXPECT_EQ(found.habits.of("Condition").patient_param, "subject") << strict;
        EXPECT_EQ(found.result("Condition by patient"), CheckResult::worked_around);
        EXPECT_EQ(found.habits.of("Encounter").patient_param, "");
    }
    // Somebody else's rows, whatever is asked: not to be used at all.
    server.knows_subject = false;
    const Findings none = probe(server, with_seed());
    EXPECT_THAT(none.failing(), ElementsAre("Condition by patient (essential)"));
    EXPECT_FALSE(none.habits.of("Condition").answered);
    EXPECT_THAT(none.lines.at("Condition by patient").detail, HasSubstr("no notice"));
}

// Forgets parameters that it does not know instead of refusing them.
class ForgetfulServer : public PlainServer {
    Answer clinical(const Asked& asked) override {
        Asked known = asked;
        known.query.erase("_lastUpdated");
        return PlainServer::clinical(known);
    }

    Answer patients(const Asked& asked) override {
        Asked known = asked;
        known.query.erase("link");
        known.query.erase("identifier");
        return PlainServer::patients(known);
    }
};

TEST(Probe, WhatIsForgottenIsNotReliedOn) {
    ForgetfulServer server;
    ProbeOptions options = with_seed();
    options.identifiers = true;
    const Findings found = probe(server, options);
    EXPECT_FALSE(found.habits.of("Encounter").last_updated);
    EXPECT_EQ(found.result("Encounter by patient"), CheckResult::worked_around);
    EXPECT_FALSE(found.habits.link_search);
    EXPECT_FALSE(found.habits.identifiers);
    EXPECT_THAT(found.failing(), ElementsAre("Patient by identifier (cohort) (essential)"));
}

// Medplum, Mosaic gICS: no next links.
class NoLinksServer : public PlainServer {
public:
    bool totals = true;
    bool honours_count = true;

private:
    Answer clinical(const Asked& asked) override {
        if (asked.has("_summary") || !found(asked)) {
            return PlainServer::clinical(asked);
        }
        Page page = row(asked);
        if (!honours_count) {
            page = std::move(page).with(dated(resource(asked.type, "y")));
        }
        return totals ? std::move(page).total(2) : std::move(page);
    }
};

TEST(Probe, ServersWithoutNextLinksAreKnown) {
    NoLinksServer server;
    const Findings by_total = probe(server, with_seed());
    EXPECT_EQ(by_total.habits.next_links, NextLinks::never);
    EXPECT_EQ(by_total.result("next links"), CheckResult::worked_around);
    server.totals = false; // the count says two, one was shown
    EXPECT_EQ(probe(server, with_seed()).habits.next_links, NextLinks::never);
    server.honours_count = false; // both were shown: nothing to link to
    const Findings all = probe(server, with_seed());
    EXPECT_EQ(all.habits.next_links, NextLinks::unknown);
    EXPECT_EQ(all.result("next links"), CheckResult::works);
}

// Holds nobody, and answers 404 where the patient is unknown.
class EmptyServer : public PlainServer {
    Answer patients(const Asked&) override { return Page(); }

    Answer clinical(const Asked& asked) override {
        return asked.has("code") ? Answer(Page()) : refusal(404, "not-found");
    }
};

TEST(Probe, AServerWithoutPatientsIsTriedWithNobody) {
    EmptyServer server;
    const Findings found = probe(server, with_seed());
    EXPECT_EQ(found.result("a patient to try with"), CheckResult::worked_around);
    EXPECT_THAT(found.failing(), IsEmpty());
    EXPECT_TRUE(found.habits.of("Observation").answered);
    EXPECT_THAT(server.requests, Contains("GET " + base + "/Patient/embolink-check"));
}

class ClosedServer : public PlainServer {
public:
    Answer say(const Asked&) override { return said; }

    Answer said = refusal(403, "forbidden");
};

TEST(Probe, AClosedServerFailsInEverythingThatMatters) {
    ClosedServer server;
    for (const Answer& said : {refusal(403, "forbidden"),
                               refusal(500, "exception"),
                               raw(200, "not JSON"),
                               answer(200, outcome("error", "processing"))}) {
        server.said = said;
        const Findings found = probe(server, with_seed());
        EXPECT_THAT(found.failing(),
                    AllOf(Contains("Patient by id (essential)"),
                          Contains("Condition by patient (essential)"),
                          Contains("Observation by patient (essential)"),
                          Contains("Procedure by code (cohort) (essential)"),
                          Contains("Procedure by patient (essential)"),
                          Contains("Encounter by patient")));
        EXPECT_FALSE(found.habits.counts);
        EXPECT_FALSE(found.habits.post_search);
    }
}

TEST(Probe, WhatIsNotDeclaredIsTriedAndSaid) {
    PlainServer server;
    Capability capability;
    capability.types["Patient"];
    const Findings found = probe(server, with_seed(), capability);
    EXPECT_EQ(found.lines.at("AdverseEvent by patient").detail, "not declared");
    EXPECT_EQ(found.result("AdverseEvent by patient"), CheckResult::works);
}

TEST(Probe, ASiteThatWantsNoIdentifiersInUrlsGetsNone) {
    PlainServer server;
    ProbeOptions options = with_seed();
    options.form.post_only = true;
    const Findings found = probe(server, options);
    EXPECT_THAT(found.failing(), IsEmpty());
    EXPECT_TRUE(found.habits.of("Encounter").last_updated);
    EXPECT_THAT(server.requests, Each(Not(testing::MatchesRegex("GET .*patient=.*"))));
    EpicServer epic;
    options.seed_codes.clear();
    options.trial_patient = "Patient/1";
    EXPECT_THAT(probe(epic, options).failing(), Contains("search by POST (essential)"));
}

} // namespace
