// What must hold of every patient, tried on random ones:
//   - a record can be derived from the resources it cites and the first session alone (R9.6);
//   - the order of the facts changes nothing (R9.4);
//   - later follow-up never moves an event that had happened by the earlier cut.
#include "mapping/facts/concepts.hpp"
#include "tests/support/timeline_builder.hpp"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <random>

namespace embolink::testing {
namespace {

const std::array categories = {CR, PR, SD, PD, NE, improved};
const std::array kinds = {
    AssessmentKind::structured_recist, AssessmentKind::coded_conclusion, AssessmentKind::trend};

const std::array sites = {
    SiteFinding::unstated, SiteFinding::hepatic_stated, SiteFinding::other_stated};

int any_day(int from, int to) {
    return *rc::gen::inRange(from, to + 1);
}

bool one_in(int n) {
    return *rc::gen::inRange(0, n) == 0;
}

template <typename Items>
auto any_of_list(const Items& items) {
    return items[*rc::gen::inRange<std::size_t>(0, items.size())];
}

void add_assessments(TinyPatient& patient) {
    for (int n = any_day(0, 6); n > 0; --n) {
        const auto kind = any_of_list(kinds);
        auto category = any_of_list(categories);
        if (category == improved && kind != AssessmentKind::trend) {
            category = PR;
        }
        const int on_day = one_in(3) ? any_day(1, 60) : any_day(-40, 500);
        auto& assessment = patient.assess(on_day, kind, category);
        assessment.new_lesion = one_in(6);
        assessment.imaging_evidence = !one_in(5);
        assessment.laboratory_only = one_in(8);
        assessment.site = any_of_list(sites);
        assessment.standing = one_in(8) ? Standing::candidate : Standing::accepted;
        if (one_in(6)) {
            assessment.effective = in_month(2020, static_cast<unsigned>(any_day(3, 12)));
        }
    }
}

void add_drugs(TinyPatient& patient) {
    const std::array drugs = {concepts::anticancer_targeted,
                              concepts::anticancer_chemotherapy,
                              concepts::somatostatin_analogue};
    const std::array sources = {DrugSource::administration,
                                DrugSource::statement,
                                DrugSource::dispense,
                                DrugSource::request};
    for (int n = any_day(0, 3); n > 0; --n) {
        const auto drug = std::string(any_of_list(drugs));
        auto& given = patient.drug(
            {any_day(-100, 400), any_of_list(sources), "completed", drug, one_in(3), drug});
        given.route = one_in(3) ? Route::intra_arterial : Route::unstated;
        given.dose = parse_decimal(one_in(2) ? "90" : "120");
    }
    if (one_in(4)) {
        patient.procedure(any_day(-50, 400), concepts::prrt);
    }
}

void add_safety(TinyPatient& patient) {
    const std::array terms = {"fever", "sepsis", "post-embolization-syndrome", "other"};
    const std::array values = {"39", "60", "200", "201", "900"};
    const std::array comparators = {
        Comparator::none, Comparator::none, Comparator::less, Comparator::greater};
    const std::array analytes = {"ALT", "creatinine", "INR"};
    for (int n = any_day(0, 5); n > 0; --n) {
        auto& lab = patient.lab(any_day(-35, 130), any_of_list(analytes), any_of_list(values));
        lab.unit = ctcae().lab_for(lab.analyte)->unit;
        lab.comparator = any_of_list(comparators);
        if (!one_in(4)) {
            lab.upper_limit = parse_decimal("40");
        }
    }
    for (int n = any_day(0, 2); n > 0; --n) {
        auto& event = patient.event(any_day(-5, 130), any_of_list(terms), any_day(1, 5));
        event.grade_from_severity = one_in(3);
        event.not_related = one_in(5);
        event.biliary_or_abscess = one_in(3);
    }
    if (one_in(3)) {
        patient.condition(any_day(-5, 130), any_of_list(terms));
    }
}

void add_stays(TinyPatient& patient) {
    const std::array priorities = {Priority::unstated, Priority::elective, Priority::urgent};
    for (int n = any_day(0, 4); n > 0; --n) {
        const int from = one_in(3) ? 0 : any_day(-5, 120);
        auto& stay = patient.stay(from, from + any_day(0, 12));
        stay.priority = any_of_list(priorities);
        stay.inpatient = !one_in(5);
        stay.current = one_in(8);
    }
    if (one_in(3)) {
        patient.condition(any_day(0, 20), "post-embolization-syndrome");
    }
}

void add_characteristics(TinyPatient& patient) {
    const std::array kinds_of_finding = {
        concepts::ki_67, concepts::histologic_grade, concepts::liver_involvement};
    for (int n = any_day(0, 3); n > 0; --n) {
        auto& one = patient.characteristic(any_day(-100, 20), any_of_list(kinds_of_finding));
        if (one.kind == concepts::histologic_grade) {
            one.category = one_in(2) ? "G1" : "G2";
        } else {
            one.percent = parse_decimal(std::to_string(any_day(0, 40)));
            one.comparator = one_in(4) ? Comparator::less : Comparator::none;
        }
    }
    if (one_in(3)) {
        patient.procedure(any_day(-50, 20), concepts::primary_resection);
    }
}

void add_markers(TinyPatient& patient) {
    const std::array properties = {"mass", "molar", "unit"};
    const std::array laboratories = {"", "a", "b"};
    const std::array comparators = {
        Comparator::none, Comparator::none, Comparator::less, Comparator::greater};
    for (int n = any_day(0, 6); n > 0; --n) {
        const int on_day = one_in(2) ? any_day(-100, 0) : any_day(-150, 200);
        auto& lab = patient.lab(on_day, "CgA", std::to_string(any_day(1, 600)));
        lab.property = one_in(2) ? "mass" : any_of_list(properties);
        lab.laboratory = one_in(2) ? "" : any_of_list(laboratories);
        lab.comparator = any_of_list(comparators);
        if (!one_in(5)) {
            lab.upper_limit = parse_decimal(one_in(6) ? "200" : "100");
        }
    }
}

void add_vital_status(TinyPatient& patient) {
    for (int n = any_day(0, 4); n > 0; --n) {
        const int from = any_day(-50, 500);
        patient.contact("encounter", from, from + any_day(0, 10));
    }
    switch (any_day(0, 5)) {
    case 0:
        patient.died(on(any_day(1, 500)));
        break;
    case 1:
        patient.died(in_month(2020, static_cast<unsigned>(any_day(3, 12))));
        break;
    case 2:
        patient.died_some_day();
        break;
    default:
        break;
    }
}

TinyPatient any_patient() {
    TinyPatient patient;
    if (one_in(4)) {
        patient.no_imaging();
    }
    for (int n = any_day(0, 2); n > 0; --n) {
        auto& imaging =
            one_in(2) ? patient.study(any_day(-200, 400)) : patient.report(any_day(-200, 400));
        imaging.region = one_in(3) ? ImagingRegion::elsewhere : ImagingRegion::liver_or_abdomen;
    }
    for (int n = any_day(0, 3); n > 0; --n) {
        patient.session(any_day(15, 350));
    }
    add_assessments(patient);
    add_drugs(patient);
    add_safety(patient);
    add_stays(patient);
    add_characteristics(patient);
    add_markers(patient);
    add_vital_status(patient);
    patient.as_of = day(any_day(0, 600));
    return patient;
}

const std::vector<EndpointDefinition>& all_definitions() {
    static const auto definitions = [] {
        std::vector<EndpointDefinition> all = endpoints();
        std::erase_if(all, [](const EndpointDefinition& one) {
            return one.kind == "cohort" || one.kind == "course";
        });
        return all;
    }();
    return definitions;
}

std::string all_records(const TinyPatient& patient) {
    std::string text;
    for (const auto& definition : all_definitions()) {
        const auto record = patient.derive(definition).record;
        text += record.param + ": " + summary(record);
        for (const auto& source : record.sources) {
            text += "\n  " + source.reference + " " + source.role + " " + source.rule;
        }
        text += "\n";
    }
    return text;
}

// For failures: what the patient is made of.
std::string describe(const TinyPatient& patient) {
    std::string text = "as_of " + std::to_string(days_between(day(0), patient.as_of)) + "\n";
    const auto line = [&](const Origin& origin, const std::optional<PartialDate>& date) {
        text +=
            origin.reference + (date ? " day " + std::to_string(days_between(day(0), date->first))
                                     : std::string(" no date"));
    };
    const auto& facts = patient.timeline;
    for (const auto& fact : facts.procedures) {
        line(fact.origin, fact.performed.start);
        text += " " + fact.concepts.by_code.front() + "\n";
    }
    for (const auto& fact : facts.assessments) {
        line(fact.origin, fact.effective);
        text += " kind " + std::to_string(static_cast<int>(fact.kind)) + " category " +
                std::to_string(static_cast<int>(fact.category)) + " standing " +
                std::to_string(static_cast<int>(fact.standing)) + "\n";
    }
    for (const auto& fact : facts.drugs) {
        line(fact.origin, fact.start);
        text += " " + fact.drug.key + "\n";
    }
    for (const auto& fact : facts.imaging) {
        line(fact.origin, fact.date);
        text += "\n";
    }
    for (const auto& fact : facts.labs) {
        line(fact.origin, fact.effective);
        text += " " + fact.analyte + " " + fact.value.text + "\n";
    }
    for (const auto& fact : facts.events) {
        line(fact.origin, fact.date);
        text += " " + fact.term + "\n";
    }
    for (const auto& fact : facts.contacts) {
        line(fact.origin, fact.when.start);
        text += "\n";
    }
    for (const auto& fact : facts.stays) {
        line(fact.origin, fact.when.start);
        text += " to " + std::to_string(days_between(day(0), fact.when.end->first)) +
                (fact.inpatient ? " inpatient" : "") + (fact.current ? " current" : "") +
                (fact.priority == Priority::elective ? " elective\n" : "\n");
    }
    for (const auto& fact : facts.diagnoses) {
        line(fact.origin, fact.onset);
        text += " " + fact.adverse_term + "\n";
    }
    if (facts.person->deceased) {
        line(facts.person->origin, facts.person->death);
        text += " dead\n";
    }
    return text;
}

template <typename Facts>
void shuffle(Facts& facts, std::mt19937& random) {
    std::shuffle(facts.begin(), facts.end(), random);
}

// The timeline leaves out what is later than the cut (R0.3).
TinyPatient seen_at(TinyPatient patient, Date as_of) {
    patient.as_of = as_of;
    const auto later = [&](const std::optional<PartialDate>& date) {
        return date && date->first > as_of;
    };
    auto& line = patient.timeline;
    std::erase_if(line.assessments, [&](const auto& fact) { return later(fact.effective); });
    std::erase_if(line.procedures, [&](const auto& fact) { return later(fact.performed.start); });
    std::erase_if(line.imaging, [&](const auto& fact) { return later(fact.date); });
    std::erase_if(line.drugs, [&](const auto& fact) { return later(fact.start); });
    std::erase_if(line.labs, [&](const auto& fact) { return later(fact.effective); });
    std::erase_if(line.contacts, [&](const auto& fact) { return later(fact.when.start); });
    std::erase_if(line.events, [&](const auto& fact) { return later(fact.date); });
    std::erase_if(line.stays, [&](const auto& fact) { return later(fact.when.start); });
    std::erase_if(line.diagnoses, [&](const auto& fact) { return later(fact.onset); });
    if (later(line.person->death)) {
        line.person->death.reset();
        line.person->deceased = false;
    }
    return patient;
}

TEST(EndpointProperties, R9_6_EveryRecordFollowsFromWhatItCites) {
    EXPECT_TRUE(rc::check("derivable from its sources", [] {
        const auto any = any_patient();
        const auto patient = seen_at(any, any.as_of);
        RC_LOG() << describe(patient);
        for (const auto& definition : all_definitions()) {
            const auto record = patient.derive(definition).record;
            const auto again = patient.only(record.sources).derive(definition).record;
            RC_ASSERT(record.param + summary(again) == record.param + summary(record));
        }
    }));
}

TEST(EndpointProperties, R9_4_OrderOfFactsChangesNothing) {
    EXPECT_TRUE(rc::check("order", [] {
        const auto patient = any_patient();
        auto shuffled = patient;
        std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
        auto& line = shuffled.timeline;
        shuffle(line.procedures, random);
        shuffle(line.assessments, random);
        shuffle(line.drugs, random);
        shuffle(line.labs, random);
        shuffle(line.imaging, random);
        shuffle(line.contacts, random);
        shuffle(line.events, random);
        shuffle(line.stays, random);
        shuffle(line.characteristics, random);
        shuffle(line.diagnoses, random);
        RC_ASSERT(all_records(shuffled) == all_records(patient));
    }));
}

TEST(EndpointProperties, LaterFollowUpNeverMovesAnEarlierEvent) {
    EXPECT_TRUE(rc::check("monotone in the cut", [] {
        auto patient = any_patient();
        // Facts without a day may be placed anew when more is known, a stay without an end may yet
        // hold a round (then R6.4 has it planned), and R5.6 asks whether the feed has imaging at
        // any other time, later ones included: all are out of this.
        patient.study(-14);
        std::erase_if(patient.timeline.stays, [](const auto& fact) { return fact.current; });
        std::erase_if(patient.timeline.assessments,
                      [](const auto& fact) { return !fact.effective->to_the_day(); });
        const bool month =
            patient.timeline.person->death && !patient.timeline.person->death->to_the_day();
        RC_PRE(!month);
        RC_PRE(!patient.timeline.person->deceased || patient.timeline.person->death);
        const auto earlier = seen_at(patient, patient.as_of);
        const auto later = seen_at(patient, day(900));
        RC_LOG() << describe(patient);
        for (const auto& definition : {endpoint("PFS"), endpoint("OS")}) {
            const auto before = earlier.derive(definition).record;
            const auto after = later.derive(definition).record;
            if (std::holds_alternative<Event>(before.status)) {
                RC_ASSERT(before.date == after.date);
                RC_ASSERT(std::holds_alternative<Event>(after.status));
            }
        }
        const auto toxic = earlier.derive(endpoint("TOX3")).record;
        if (summary(toxic).starts_with("value true")) {
            RC_ASSERT(summary(later.derive(endpoint("TOX3")).record).starts_with("value true"));
        }
    }));
}

} // namespace
} // namespace embolink::testing
