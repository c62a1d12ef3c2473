#!/usr/bin/env -S python3 -B
"""check.py finds each fault that it is there for: every test makes one, in a small hospital in
which all else is right. check_test.py [-v]"""

import copy
import unittest

import check

OURS = "https://embolink.org/fhir/"
DAYS = {"unit": "d", "system": "http://unitsofmeasure.org", "code": "d"}
SOURCE = {"reference": "Observation/scan", "version": "1", "role": "assessment", "rule": "R4.6"}


def record(param, status, **more):
    return {"patient": "Patient/a", "param": param, "arm": "HACE", "start": "2020-01-10",
            "status": status, "flags": [], "sources": [SOURCE], **more}


RECORDS = [
    record("PFS", "event", date="2020-04-19", days=100, reason="progression"),
    record("OS", "censored", date="2020-07-28", days=200, reason="last-known-alive",
           flags=["contact-after-death"]),
    record("BOR", "value", value="SD"),
    record("DC", "value", value=True),
    record("TOX3", "not-evaluable", reason="window-open"),
    record("RESP-5HIAA", "value", value=True, date="2020-04-09", days=90, flags=["at-most"]),
    record("RESP-CGA", "not-evaluable", reason="assay-changed"),
    record("HPFS", "event", date="2020-04-19", days=100, reason="progression"),
    record("COURSE", "value", value=1),
]


def concept(system, code):
    return {"coding": [{"system": f"{OURS}CodeSystem/{system}", "code": code}]}


def component(code, name, value):
    return {"code": concept("outcome-component", code), name: value}


def observation(number, param, components, value):
    return {
        "resourceType": "Observation", "id": f"o{number}", "meta": {"versionId": "1"},
        "status": "preliminary", "code": concept("outcome", param),
        "identifier": [{"system": f"{OURS}NamingSystem/outcome",
                        "value": f"00000000-0000-5000-8000-00000000000{number}"}],
        "subject": {"reference": "Patient/a"},
        "device": {"identifier": {"system": f"{OURS}NamingSystem/device", "value": "embolink"}},
        "component": [component("arm", "valueCodeableConcept", concept("arm", "HACE")),
                      component("start", "valueDateTime", "2020-01-10"), *components],
        **value,
    }


def time_to_event(event, reason, date):
    return [component("event", "valueBoolean", event),
            component("reason", "valueCodeableConcept", concept("outcome-reason", reason)),
            component("date", "valueDateTime", date)]


OBSERVATIONS = [
    observation(1, "PFS", time_to_event(True, "progression", "2020-04-19"),
                {"valueQuantity": {"value": 100, **DAYS}}),
    observation(2, "OS", [*time_to_event(False, "last-known-alive", "2020-07-28"),
                          component("caution", "valueCodeableConcept",
                                    concept("caution-flag", "contact-after-death"))],
                {"valueQuantity": {"value": 200, "comparator": ">=", **DAYS}}),
    observation(3, "BOR", [], {"valueCodeableConcept": concept("best-response", "SD")}),
    observation(4, "DC", [], {"valueBoolean": True}),
    observation(5, "TOX3", [], {"dataAbsentReason": concept("outcome-reason", "window-open")}),
    observation(6, "RESP-5HIAA", [component("date", "valueDateTime", "2020-04-09"),
                                  component("caution", "valueCodeableConcept",
                                            concept("caution-flag", "at-most"))],
                {"valueBoolean": True}),
    observation(7, "RESP-CGA", [],
                {"dataAbsentReason": concept("outcome-reason", "assay-changed")}),
]
PROVENANCE = {
    "resourceType": "Provenance", "id": "p", "meta": {"versionId": "1"},
    "target": [{"reference": f"Observation/o{n}/_history/1"} for n in range(1, 8)],
    "entity": [{"what": {"reference": "Observation/scan/_history/1", "extension": [
        {"url": f"{OURS}StructureDefinition/source-version", "valueString": "1"}]}}],
}
SOURCES = [
    {"resourceType": "Patient", "id": "a", "meta": {"versionId": "1"}},
    {"resourceType": "Observation", "id": "scan", "meta": {"versionId": "1"}},
]


def by_name(resources):
    return {f"{one['resourceType']}/{one['id']}": one for one in copy.deepcopy(resources)}


def by_key(records):
    return {check.outcomes.record_key(one): one for one in copy.deepcopy(records)
            if check.outcomes.is_written(one)}


class FirstRun(unittest.TestCase):
    """Nothing of ours was there before."""

    def setUp(self):
        self.records = by_key(RECORDS)
        self.before = by_name(SOURCES)
        self.after = by_name([*SOURCES, *OBSERVATIONS, PROVENANCE])
        self.touched = {}

    def compare(self):
        comparison = check.Comparison({}, self.records, self.before, self.after, self.touched)
        comparison.check()
        return comparison

    def assert_found(self, *words):
        wrong = self.compare().wrong
        self.assertTrue(any(all(word in line for word in words) for line in wrong), wrong)

    def test_all_right(self):
        comparison = self.compare()
        self.assertEqual(comparison.wrong, [])
        self.assertEqual(comparison.counts["created"], 7)
        self.assertEqual(comparison.counts["others"], 2)

    def test_response_without_its_date(self):
        self.after["Observation/o6"]["component"].pop(2)
        self.assert_found("RESP-5HIAA", "date", "2020-04-09")

    def test_response_that_was_none(self):
        self.after["Observation/o7"].pop("dataAbsentReason")
        self.after["Observation/o7"]["valueBoolean"] = False
        self.assert_found("RESP-CGA", "absent", "assay-changed")

    def test_wrong_days(self):
        self.after["Observation/o1"]["valueQuantity"]["value"] = 101
        self.assert_found("PFS", "days", "101")

    def test_wrong_unit(self):
        self.after["Observation/o1"]["valueQuantity"]["code"] = "mo"
        self.assert_found("PFS", "days", "mo")

    def test_censored_told_as_exact(self):
        del self.after["Observation/o2"]["valueQuantity"]["comparator"]
        self.assert_found("OS", "days")

    def test_censored_told_as_event(self):
        self.after["Observation/o2"]["component"][2]["valueBoolean"] = True
        self.assert_found("OS", "event")

    def test_missing_caution(self):
        self.after["Observation/o2"]["component"].pop()
        self.assert_found("OS", "caution")

    def test_wrong_response(self):
        self.after["Observation/o3"]["valueCodeableConcept"] = concept("best-response", "PR")
        self.assert_found("BOR", "response", "PR")

    def test_wrong_boolean(self):
        self.after["Observation/o4"]["valueBoolean"] = False
        self.assert_found("DC", "boolean", "False")

    def test_value_where_none_is_known(self):
        self.after["Observation/o5"]["valueBoolean"] = False
        self.assert_found("TOX3", "boolean")

    def test_wrong_arm(self):
        self.after["Observation/o4"]["component"][0] = component(
            "arm", "valueCodeableConcept", concept("arm", "HAE"))
        self.assert_found("DC", "arm")

    def test_wrong_status(self):
        self.after["Observation/o4"]["status"] = "registered"
        self.assert_found("DC", "status is registered")

    def test_missing_outcome(self):
        del self.after["Observation/o3"]
        self.assert_found("BOR", "no Observation")

    def test_two_of_one_outcome(self):
        twin = copy.deepcopy(self.after["Observation/o3"])
        twin["id"], twin["identifier"][0]["value"] = "o9", "00000000-0000-5000-8000-000000000009"
        self.after["Observation/o9"] = twin
        self.assert_found("BOR", "two Observations")

    def test_identifier_twice(self):
        self.after["Observation/o4"]["identifier"] = self.after["Observation/o3"]["identifier"]
        self.assert_found("stands twice")

    def test_outcome_without_record(self):
        del self.records[("Patient/a", "DC")]
        self.assert_found("DC", "no such record")

    def test_foreign_resource_added(self):
        self.after["Device/d"] = {"resourceType": "Device", "id": "d"}
        self.assert_found("Device/d was added")

    def test_foreign_resource_changed(self):
        self.after["Patient/a"]["meta"]["versionId"] = "2"
        self.assert_found("Patient/a is at version 2")

    def test_touched_resource_is_expected(self):
        self.after["Patient/a"]["meta"]["versionId"] = "2"
        self.touched = {"Patient/a": "2"}
        self.assertEqual(self.compare().wrong, [])

    def test_foreign_resource_gone(self):
        del self.after["Patient/a"]
        self.assert_found("Patient/a is gone")

    def test_no_provenance(self):
        del self.after["Provenance/p"]
        self.assert_found("no new Provenance")

    def test_provenance_without_a_source(self):
        self.after["Provenance/p"]["entity"] = []
        self.assert_found("no Provenance names", "Observation/scan")

    def test_provenance_of_another_version(self):
        extension = self.after["Provenance/p"]["entity"][0]["what"]["extension"][0]
        extension["valueString"] = "7"
        self.assert_found("no Provenance names", "Observation/scan")

    def test_provenance_of_something_else(self):
        self.after["Provenance/p"]["target"].append({"reference": "Patient/a"})
        self.assert_found("Provenance/p speaks of Patient/a")


class LaterRun(unittest.TestCase):
    """All of it was there before."""

    def setUp(self):
        self.was, self.now = by_key(RECORDS), by_key(RECORDS)
        self.before = by_name([*SOURCES, *OBSERVATIONS, PROVENANCE])
        self.after = copy.deepcopy(self.before)

    def compare(self):
        comparison = check.Comparison(self.was, self.now, self.before, self.after, {})
        comparison.check()
        return comparison

    def assert_found(self, *words):
        wrong = self.compare().wrong
        self.assertTrue(any(all(word in line for word in words) for line in wrong), wrong)

    def update(self, number):
        self.after[f"Observation/o{number}"]["meta"]["versionId"] = "2"
        self.after["Provenance/q"] = {**PROVENANCE, "id": "q", "target": [
            {"reference": f"Observation/o{number}"}]}

    def test_nothing_changed(self):
        comparison = self.compare()
        self.assertEqual(comparison.wrong, [])
        self.assertEqual(comparison.counts["created"] + comparison.counts["updated"], 0)

    def test_written_again_for_nothing(self):
        self.update(4)
        self.assert_found("DC", "nothing in its record had changed")

    def test_new_version_of_a_source_is_nothing(self):
        self.now[("Patient/a", "DC")]["sources"] = [{**SOURCE, "version": "2"}]
        self.assertEqual(self.compare().wrong, [])

    def test_change_that_was_not_sent(self):
        self.now[("Patient/a", "DC")]["flags"] = ["trend-only"]
        self.assert_found("DC", "should have been written")

    def test_change_that_was_sent(self):
        self.now[("Patient/a", "DC")]["value"] = False
        self.after["Observation/o4"]["valueBoolean"] = False
        self.update(4)
        comparison = self.compare()
        self.assertEqual(comparison.wrong, [])
        self.assertEqual(comparison.counts["updated"], 1)
        comparison.check_only(["Patient/b"])
        self.assertEqual(len(comparison.wrong), 2)
        comparison.check_said({"written": {"updated": 2}})
        self.assertIn("the program says 2 updated, the server shows 1", comparison.wrong)

    def test_not_retracted(self):
        del self.now[("Patient/a", "DC")]
        self.assert_found("DC", "should have been written")
        self.assert_found("DC", "no such record")

    def test_retracted(self):
        del self.now[("Patient/a", "DC")]
        self.after["Observation/o4"]["status"] = "entered-in-error"
        self.update(4)
        comparison = self.compare()
        self.assertEqual(comparison.wrong, [])
        self.assertEqual(comparison.counts["retracted"], 1)


if __name__ == "__main__":
    unittest.main()
