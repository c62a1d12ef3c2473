// The evidence of one session is collected once (rows, drugs charted, instillation codes); each
// rung of the ladder then only asks it a question.
#include "mapping/endpoints/arm.hpp"

#include "mapping/endpoints/session_context.hpp"
#include "mapping/facts/concepts.hpp"
#include "mapping/timeline/row_purpose.hpp"

#include <algorithm>
#include <set>
#include <string_view>

namespace embolink {

namespace {

struct ChartedDrug {
    const DrugEvent* drug = nullptr;
    bool in_context = false;            // R3.2, "context of the procedure"
    bool by_artery_on_the_date = false; // R3.2b
    std::optional<Origin> encounter;    // whose places told that it is in context
};

struct SessionEvidence {
    std::vector<const ProcedureRow*> rows;          // of the session, protective coils left out
    std::vector<const ProcedureRow*> instillations; // completed rows of the date (R3.2d)
    std::vector<ChartedDrug> charted;
    bool hepatic = false; // some row says liver: duplicates of one session speak for each other
};

// The days of the session: each row's first day, and the second of a row that runs over midnight.
std::set<Date> days_of(const Session& session) {
    std::set<Date> days;
    for (const ProcedureRow* row : session.rows) {
        const Date start = *day_of(*row);
        days.insert(start);
        const auto& end = row->performed.end;
        if (end && end->to_the_day() && days_between(start, end->first) == 1) {
            days.insert(end->first);
        }
    }
    return days;
}

// R3.3c: particles, sponge and coils are no drugs, even where they are charted among them.
bool is_no_drug(const DrugEvent& drug) {
    const ConceptSet& said = drug.drug.concepts;
    return said.has(concepts::embolic_material) && !said.has(concepts::antineoplastic) &&
           !said.has(concepts::not_antineoplastic);
}

// R3.2: completed or in-progress administrations only.
std::vector<ChartedDrug>
charted_drugs(const Session& session, const PatientTimeline& timeline, const SiteConfig& site) {
    const std::set<Date> days = days_of(session);
    std::vector<ChartedDrug> charted;
    for (const DrugEvent& drug : timeline.drugs) {
        if (drug.source != DrugSource::administration ||
            (drug.status != "completed" && drug.status != "in-progress") || is_no_drug(drug)) {
            continue;
        }
        const bool on_the_date =
            drug.start && drug.start->to_the_day() && days.count(drug.start->first) > 0;
        ChartedDrug found;
        found.drug = &drug;
        found.in_context = is_part_of(drug, session);
        if (on_the_date && !found.in_context) {
            const auto suite = find_suite(drug, session, timeline, site.interventional);
            found.in_context = suite.in_suite;
            found.encounter = suite.encounter;
        }
        found.by_artery_on_the_date = on_the_date && drug.route == Route::intra_arterial;
        if (found.in_context || found.by_artery_on_the_date) {
            charted.push_back(found);
        }
    }
    return charted;
}

SessionEvidence
collect(const Session& session, const PatientTimeline& timeline, const SiteConfig& site) {
    SessionEvidence evidence;
    for (const ProcedureRow* row : session.rows) {
        if (purpose_of(*row) == RowPurpose::hepatic) {
            evidence.rows.push_back(row);
            evidence.hepatic = evidence.hepatic || states_hepatic(*row);
        }
    }
    const std::set<Date> days = days_of(session);
    for (const ProcedureRow& row : timeline.procedures) {
        const auto day = day_of(row);
        if (row.status == "completed" && day && days.count(*day) > 0 &&
            row.concepts.has(concepts::arterial_chemo_instillation)) {
            evidence.instillations.push_back(&row);
        }
    }
    evidence.charted = charted_drugs(session, timeline, site);
    return evidence;
}

bool carries_any(const ConceptSet& set, const std::vector<std::string>& names) {
    return std::any_of(
        names.begin(), names.end(), [&](const std::string& name) { return set.has(name); });
}

bool row_carries(const SessionEvidence& evidence, const ArmEvidence& rung, bool by_code) {
    const auto carries = [&](const ProcedureRow* row) {
        return std::any_of(
            rung.concepts.begin(), rung.concepts.end(), [&](const std::string& name) {
                return by_code ? row->concepts.coded(name) : row->concepts.in_text(name);
            });
    };
    return std::any_of(evidence.rows.begin(), evidence.rows.end(), carries) &&
           (!rung.hepatic_site_needed || evidence.hepatic);
}

// R3.3c: recognised as something else, and not as an antineoplastic.
bool recognised(const DrugEvent& drug, const std::vector<std::string>& harmless) {
    return !drug.drug.concepts.has(concepts::antineoplastic) &&
           carries_any(drug.drug.concepts, harmless);
}

bool is_unknown(const DrugEvent& drug, const std::vector<std::string>& harmless) {
    return !drug.drug.concepts.has(concepts::antineoplastic) && !recognised(drug, harmless);
}

bool all_recognised(const SessionEvidence& evidence, const ArmEvidence& rung) {
    return !evidence.charted.empty() &&
           std::all_of(
               evidence.charted.begin(), evidence.charted.end(), [&](const ChartedDrug& charted) {
                   return recognised(*charted.drug, rung.concepts);
               });
}

// R3.3: an unknown drug leaves the arm open even where the feed is declared complete.
bool nothing_unknown(const SessionEvidence& evidence, const TrialDefinition& trial) {
    for (const ArmDefinition& arm : trial.arms) {
        for (const ArmEvidence& rung : arm.evidence) {
            if (rung.kind != "charted-drugs") {
                continue;
            }
            const bool unknown = std::any_of(
                evidence.charted.begin(), evidence.charted.end(), [&](const ChartedDrug& charted) {
                    return is_unknown(*charted.drug, rung.concepts);
                });
            if (unknown) {
                return false;
            }
        }
    }
    return true;
}

bool drug_decides(const SessionEvidence& evidence, const ArmEvidence& rung) {
    const bool by_artery = rung.kind == "intra-arterial-drug";
    return std::any_of(
        evidence.charted.begin(), evidence.charted.end(), [&](const ChartedDrug& charted) {
            const bool placed = by_artery
                                    ? charted.by_artery_on_the_date
                                    : charted.in_context && charted.drug->route == Route::unstated;
            return placed && carries_any(charted.drug->drug.concepts, rung.concepts);
        });
}

bool holds(const ArmEvidence& rung,
           const SessionEvidence& evidence,
           const TrialDefinition& trial,
           const SiteConfig& site) {
    if (rung.kind == "procedure-code" || rung.kind == "procedure-text") {
        return row_carries(evidence, rung, rung.kind == "procedure-code");
    }
    if (rung.kind == "intra-arterial-drug" || rung.kind == "drug-in-context") {
        return drug_decides(evidence, rung);
    }
    if (rung.kind == "instillation-code") {
        return std::any_of(
            evidence.instillations.begin(),
            evidence.instillations.end(),
            [&](const ProcedureRow* row) { return carries_any(row->concepts, rung.concepts); });
    }
    if (rung.kind == "charted-drugs") {
        return all_recognised(evidence, rung);
    }
    // complete-feed
    return nothing_unknown(evidence, trial) &&
           std::all_of(rung.concepts.begin(), rung.concepts.end(), [&](const std::string& feed) {
               return site.complete_feeds.count(feed) > 0;
           });
}

// R3.3c: iodized oil is all that is charted.
bool only_iodized_oil(const SessionEvidence& evidence) {
    return std::all_of(
        evidence.charted.begin(), evidence.charted.end(), [](const ChartedDrug& charted) {
            return charted.drug->drug.concepts.has(concepts::iodized_oil);
        });
}

void add_flags(ArmFinding& finding, const ArmEvidence& rung, const SessionEvidence& evidence) {
    if (!rung.flag.empty()) {
        finding.flags.push_back(rung.flag);
    }
    if (rung.kind == "charted-drugs" && only_iodized_oil(evidence)) {
        finding.flags.push_back("lipiodol-only");
    }
}

std::vector<RecordSource> sources_of(const SessionEvidence& evidence, const std::string& rule) {
    std::vector<RecordSource> sources;
    const auto cite = [&](const Origin& origin) {
        sources.push_back({origin.reference, origin.version, "arm", rule});
    };
    for (const ProcedureRow* row : evidence.rows) {
        cite(row->origin);
    }
    for (const ProcedureRow* row : evidence.instillations) {
        cite(row->origin);
    }
    for (const ChartedDrug& charted : evidence.charted) {
        cite(charted.drug->origin);
        if (charted.encounter) {
            cite(*charted.encounter);
        }
    }
    return sources;
}

std::vector<Origin> unknown_drugs(const SessionEvidence& evidence, const TrialDefinition& trial) {
    std::set<Origin> unknown;
    for (const ArmDefinition& arm : trial.arms) {
        for (const ArmEvidence& rung : arm.evidence) {
            if (rung.kind != "charted-drugs") {
                continue;
            }
            for (const ChartedDrug& charted : evidence.charted) {
                if (is_unknown(*charted.drug, rung.concepts)) {
                    unknown.insert(charted.drug->origin);
                }
            }
        }
    }
    return {unknown.begin(), unknown.end()};
}

} // namespace

std::vector<SessionDrug>
session_drugs(const Session& session, const PatientTimeline& timeline, const SiteConfig& site) {
    std::vector<SessionDrug> drugs;
    for (const ChartedDrug& charted : charted_drugs(session, timeline, site)) {
        if (charted.by_artery_on_the_date ||
            (charted.in_context && charted.drug->route == Route::unstated)) {
            drugs.push_back({charted.drug, charted.encounter});
        }
    }
    return drugs;
}

ArmFinding judge_arm(const Session& session,
                     const PatientTimeline& timeline,
                     const TrialDefinition& trial,
                     const SiteConfig& site) {
    const SessionEvidence evidence = collect(session, timeline, site);
    ArmFinding finding;
    finding.unknown_drugs = unknown_drugs(evidence, trial);
    for (const ArmDefinition& arm : trial.arms) {
        for (const ArmEvidence& rung : arm.evidence) {
            if (!holds(rung, evidence, trial, site)) {
                continue;
            }
            finding.arm = arm.code;
            add_flags(finding, rung, evidence);
            finding.sources = sources_of(evidence, rung.rule);
            return finding;
        }
    }
    finding.arm = trial.undetermined_arm;
    finding.sources = sources_of(evidence, "R3.4");
    return finding;
}

} // namespace embolink
