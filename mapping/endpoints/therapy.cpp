// R5.2: when the first new anticancer therapy began.
//   1. drugs: each ingredient starts at its earliest administration outside the sessions, statement
//   or
//      dispense; at a request only when nothing else is known of it;
//   2. procedures at their date;
//   3. the first session of a second course.
// Only a start after T0 is new.
#include "mapping/endpoints/therapy.hpp"

#include "mapping/endpoints/session_context.hpp"
#include "mapping/facts/concepts.hpp"
#include "mapping/timeline/row_purpose.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

namespace embolink {
namespace {

struct TherapyClass {
    std::string_view concept_name;
    std::string_view name;
};

constexpr std::array drug_classes = {
    TherapyClass{concepts::anticancer_radionuclide, "prrt"},
    TherapyClass{concepts::anticancer_targeted, "targeted"},
    TherapyClass{concepts::anticancer_immunotherapy, "immunotherapy"},
    TherapyClass{concepts::anticancer_interferon, "interferon"},
    TherapyClass{concepts::anticancer_chemotherapy, "chemotherapy"},
    TherapyClass{concepts::anticancer_other, "anticancer"},
};

constexpr std::array procedure_classes = {
    TherapyClass{concepts::prrt, "prrt"},
    TherapyClass{concepts::radioembolization, "radioembolization"},
    TherapyClass{concepts::isolated_liver_perfusion, "arterial"},
    TherapyClass{concepts::arterial_chemo_instillation, "arterial"},
    TherapyClass{concepts::systemic_chemotherapy, "chemotherapy"},
    TherapyClass{concepts::liver_resection, "liver-surgery"},
    TherapyClass{concepts::liver_transplant, "liver-surgery"},
    TherapyClass{concepts::liver_ablation, "liver-ablation"},
};

bool holds(const std::vector<std::string>& list, const std::string& item) {
    return !item.empty() && std::find(list.begin(), list.end(), item) != list.end();
}

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

// The statuses of R5.2 under which a drug event tells of a start.
bool tells_start(const DrugEvent& drug) {
    switch (drug.source) {
    case DrugSource::administration:
        return one_of(drug.status, {"completed", "in-progress", "stopped"});
    case DrugSource::statement:
        return one_of(drug.status, {"active", "completed", "stopped", "on-hold"});
    case DrugSource::dispense:
        return one_of(drug.status, {"completed", "in-progress"});
    case DrugSource::request:
        return one_of(drug.status, {"active", "completed", "stopped"});
    }
    return false;
}

bool on_days_of(const Session& session, Date date) {
    if (date == session.date) {
        return true;
    }
    return std::any_of(session.rows.begin(), session.rows.end(), [&](const ProcedureRow* row) {
        const auto& begin = row->performed.start;
        const auto& end = row->performed.end;
        return begin && begin->to_the_day() && date >= begin->first &&
               date <= (end && end->to_the_day() ? end->last : begin->last);
    });
}

// R3.2: partOf names a row of the session, or the same encounter and date in the angiography suite.
bool in_context(const PatientCase& patient, const DrugEvent& drug, const Session& session) {
    return is_part_of(drug, session) ||
           (drug.start && on_days_of(session, drug.start->first) &&
            find_suite(drug, session, patient.timeline, patient.site.interventional).in_suite);
}

bool part_of_session(const PatientCase& patient, const DrugEvent& drug) {
    if (drug.source != DrugSource::administration) {
        return false;
    }
    const auto sessions = patient.course.sessions();
    return std::any_of(sessions.begin(), sessions.end(), [&](const Session* session) {
        const bool intra_arterial = drug.route == Route::intra_arterial && drug.start &&
                                    on_days_of(*session, drug.start->first);
        return intra_arterial || in_context(patient, drug, *session);
    });
}

// One way in which a drug began.
struct Start {
    Date date;
    bool from_text = false;
    bool from_request = false;
    Origin origin;
    std::optional<Origin> medication; // the Medication that named the drug
    std::string name;
};

// Earliest first; on one day what needs no flag, then by origin, so that no order of input matters.
bool earlier(const Start& a, const Start& b) {
    return std::tie(a.date, a.from_request, a.from_text, a.origin) <
           std::tie(b.date, b.from_request, b.from_text, b.origin);
}

struct DrugClass {
    std::string name;
    bool from_text = false;
};

template <std::size_t count>
std::optional<DrugClass> classify(const ConceptSet& concept_set,
                                  const std::array<TherapyClass, count>& classes) {
    for (const auto& one : classes) {
        if (concept_set.coded(one.concept_name)) {
            return DrugClass{std::string(one.name), false};
        }
    }
    for (const auto& one : classes) {
        if (concept_set.in_text(one.concept_name)) {
            return DrugClass{std::string(one.name), true};
        }
    }
    return std::nullopt;
}

constexpr std::array analogue_class = {
    TherapyClass{concepts::somatostatin_analogue, "somatostatin-analogue"}};

// What is known of one ingredient.
struct DrugHistory {
    std::optional<Start> given; // administrations outside sessions, statements, dispenses
    std::optional<Start> requested;
    bool given_in_session = false; // then a request speaks of the session

    std::optional<Start> start() const {
        if (given) {
            return given;
        }
        return given_in_session ? std::nullopt : requested;
    }
};

void keep_earlier(std::optional<Start>& kept, const Start& start) {
    if (!kept || earlier(start, *kept)) {
        kept = start;
    }
}

template <std::size_t count>
std::map<std::string, DrugHistory> drug_histories(const PatientCase& patient,
                                                  const std::array<TherapyClass, count>& classes) {
    std::map<std::string, DrugHistory> histories;
    for (const auto& drug : patient.timeline.drugs) {
        const auto therapy = classify(drug.drug.concepts, classes);
        if (!therapy || !drug.start || !tells_start(drug)) {
            continue;
        }
        // A drug that nothing names is at least of its class.
        auto& history = histories[drug.drug.key.empty() ? therapy->name : drug.drug.key];
        const bool request = drug.source == DrugSource::request;
        const Start start{drug.start->first,
                          therapy->from_text,
                          request,
                          drug.origin,
                          drug.medication_origin,
                          therapy->name};
        if (part_of_session(patient, drug)) {
            history.given_in_session = true;
        } else {
            keep_earlier(request ? history.requested : history.given, start);
        }
    }
    return histories;
}

bool in_session(const PatientCase& patient, const ProcedureRow& row) {
    const auto sessions = patient.course.sessions();
    return std::any_of(sessions.begin(), sessions.end(), [&](const Session* session) {
        return std::any_of(session->rows.begin(),
                           session->rows.end(),
                           [&](const ProcedureRow* own) {
                               return own->origin == row.origin ||
                                      holds(row.part_of, own->origin.reference);
                           }) ||
               (row.concepts.has(concepts::arterial_chemo_instillation) && row.performed.start &&
                on_days_of(*session, row.performed.start->first));
    });
}

// Words count only where the row's own code says nothing: a note on another procedure may well name
// an earlier therapy. A code that leaves the kind of embolization open says nothing of it, and
// there the words tell what R1.3 takes the row for.
std::optional<DrugClass> classify_procedure(const ProcedureRow& row) {
    const auto therapy = classify(row.concepts, procedure_classes);
    const bool open =
        row.concepts.by_code.empty() || purpose_of(row) == RowPurpose::not_an_embolization;
    if (therapy && therapy->from_text && !open) {
        return std::nullopt;
    }
    return therapy;
}

std::vector<Start> procedure_starts(const PatientCase& patient) {
    std::vector<Start> starts;
    for (const auto& row : patient.timeline.procedures) {
        const auto therapy = one_of(row.status, {"completed", "in-progress"})
                                 ? classify_procedure(row)
                                 : std::nullopt;
        const auto& begin = row.performed.start;
        if (!therapy || !begin || in_session(patient, row)) {
            continue;
        }
        starts.push_back(
            {begin->first, therapy->from_text, false, row.origin, std::nullopt, therapy->name});
    }
    return starts;
}

std::vector<Origin> origins_of(const Start& start) {
    std::vector<Origin> origins{start.origin};
    if (start.medication) {
        origins.push_back(*start.medication);
    }
    return origins;
}

std::vector<std::string> flags_of(const Start& start) {
    std::vector<std::string> flags;
    if (start.from_request) {
        flags.emplace_back("therapy-from-request");
    }
    if (start.from_text) {
        flags.emplace_back("therapy-from-text");
    }
    return flags;
}

// The same drug, dose unit and source in order of date: the first that rises above the one before.
std::optional<AnalogueChange> first_increase(const PatientCase& patient) {
    std::map<std::tuple<std::string, std::string, DrugSource>, std::vector<const DrugEvent*>> doses;
    for (const auto& drug : patient.timeline.drugs) {
        if (drug.start && drug.dose && tells_start(drug) && drug.source != DrugSource::request &&
            drug.drug.concepts.has(concepts::somatostatin_analogue)) {
            doses[{drug.drug.key, drug.dose_unit, drug.source}].push_back(&drug);
        }
    }
    std::optional<AnalogueChange> first;
    for (auto& [key, events] : doses) {
        std::ranges::sort(events, {}, [](const DrugEvent* event) {
            return std::tie(*event->start, event->origin);
        });
        for (std::size_t i = 1; i < events.size(); ++i) {
            const auto date = events[i]->start->first;
            if (date > patient.t0() && compare(*events[i]->dose, *events[i - 1]->dose) > 0 &&
                (!first || date < first->date)) {
                first = AnalogueChange{date, {events[i - 1]->origin, events[i]->origin}, true, {}};
            }
        }
    }
    return first;
}

} // namespace

std::optional<AnalogueChange> first_analogue_change(const PatientCase& patient) {
    // The class as a whole: a switch from one analogue to another is continued treatment.
    std::optional<Start> begun;
    for (const auto& [key, history] : drug_histories(patient, analogue_class)) {
        if (const auto start = history.start()) {
            keep_earlier(begun, *start);
        }
    }
    if (begun && begun->date > patient.t0()) {
        return AnalogueChange{begun->date, origins_of(*begun), false, flags_of(*begun)};
    }
    return begun ? first_increase(patient) : std::nullopt;
}

std::optional<NewTherapy> first_new_therapy(const PatientCase& patient) {
    auto starts = procedure_starts(patient);
    for (const auto& [key, history] : drug_histories(patient, drug_classes)) {
        if (const auto start = history.start()) {
            starts.push_back(*start);
        }
    }
    std::optional<Start> first;
    for (const auto& start : starts) {
        if (start.date > patient.t0()) {
            keep_earlier(first, start);
        }
    }
    std::optional<NewTherapy> therapy;
    if (first) {
        therapy = NewTherapy{first->date, first->name, origins_of(*first), flags_of(*first)};
    }
    const auto& retreatment = patient.course.retreatment;
    if (retreatment && (!therapy || *retreatment <= therapy->date)) {
        therapy = NewTherapy{*retreatment, "retreatment", patient.course.retreatment_origins, {}};
    }
    if (patient.trial.analogue_change_is_therapy) {
        const auto change = first_analogue_change(patient);
        if (change && (!therapy || change->date < therapy->date)) {
            therapy =
                NewTherapy{change->date, "somatostatin-analogue", change->origins, change->flags};
        }
    }
    return therapy;
}

} // namespace embolink
