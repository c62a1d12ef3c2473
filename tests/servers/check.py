#!/usr/bin/env -S python3 -B
"""Compares what a FHIR server held before and after a run with what should have been written.

check.py RECORDS_BEFORE RECORDS_AFTER DUMP_BEFORE DUMP_AFTER [--touched FILE] [--only PATIENT]...
         [--said FILE]

RECORDS_* are what `derive` makes of the two dumps (an empty file: nothing was written before),
DUMP_* folders of pages as dump.sh fetches them. --touched: lines "Type/id version" of resources
that the test itself has changed or made in between. --only: patients of whom something must have
been written, and of nobody else. --said: the program's own summary, which must count the same.
Prints one line of counts, and every difference before it; exit code 1 then. Holds:

- each written record of an included patient is exactly one Observation with the right value, and
  no other Observation of ours is anything but entered-in-error; no identifier value stands twice;
- exactly the Observations whose record changed (outcomes.fingerprint) have a new version, and a new
  Provenance that names every source with its version;
- nothing else was added, changed or deleted.
"""

import argparse
import collections
import json
import pathlib

import outcomes


def read_records(path):
    records = (json.loads(line) for line in path.read_text().splitlines())
    return {outcomes.record_key(record): record for record in records
            if outcomes.is_written(record)}


def read_dump(folder):
    """Type/id -> resource."""
    found = {}
    for page in sorted(folder.glob("*.json")):
        for entry in json.loads(page.read_text()).get("entry", []):
            resource = entry["resource"]
            found[f"{resource['resourceType']}/{resource['id']}"] = resource
    return found


def version(resource):
    return resource.get("meta", {}).get("versionId")


class Comparison:
    def __init__(self, records_before, records_after, before, after, touched):
        self.records_before, self.records_after = records_before, records_after
        self.before, self.after, self.touched = before, after, touched
        self.wrong = []
        self.counts = collections.Counter()
        self.written = {}  # key -> Type/id of the outcomes in `after`
        self.new_provenances = [
            resource for key, resource in after.items()
            if resource["resourceType"] == "Provenance" and key not in before
        ]

    def say(self, what):
        self.wrong.append(what)

    def check(self):
        self.index_outcomes()
        self.check_values()
        self.check_changes()
        self.check_provenances()
        self.check_others()

    def index_outcomes(self):
        seen = {}
        for name, resource in self.after.items():
            if not outcomes.is_outcome(resource):
                continue
            key = outcomes.outcome_key(resource)
            if key in self.written:
                self.say(f"{key}: two Observations, {self.written[key]} and {name}")
            self.written[key] = name
            for value in outcomes.identifiers(resource):
                if value in seen:
                    self.say(f"identifier {value} stands twice: {seen[value]} and {name}")
                seen[value] = name

    def check_values(self):
        for key, record in self.records_after.items():
            if key not in self.written:
                self.say(f"{key}: no Observation")
                continue
            name = self.written[key]
            for difference in outcomes.differences(record, self.after[name]):
                self.say(f"{key}: {name}: {difference}")
            self.counts[record["param"]] += 1
        for key in self.written.keys() - self.records_after.keys():
            status = self.after[self.written[key]].get("status")
            if status != outcomes.RETRACTED:
                self.say(f"{key}: {self.written[key]} is {status}, and there is no such record")

    def check_changes(self):
        """Exactly the outcomes whose record changed have a new version."""
        for key in sorted(self.records_before.keys() | self.records_after.keys()):
            was, now = self.records_before.get(key), self.records_after.get(key)
            due = (was and outcomes.fingerprint(was)) != (now and outcomes.fingerprint(now))
            name = self.written.get(key)
            done = name is not None and self.changed(name)
            if due and not done:
                self.say(f"{key}: should have been written and was not")
            elif done and not due:
                self.say(f"{key}: {name} was written again, and nothing in its record had changed")
            if done:
                kind = "retracted" if not now else "updated" if name in self.before else "created"
                self.counts[kind] += 1
        for key in self.written.keys() - self.records_before.keys() - self.records_after.keys():
            if self.changed(self.written[key]):
                self.say(f"{key}: {self.written[key]} was written, and there never was a record")

    def changed(self, name):
        return name not in self.before or version(self.before[name]) != version(self.after[name])

    def check_provenances(self):
        written = set(self.written.values())
        by_target = collections.defaultdict(list)
        for provenance in self.new_provenances:
            for target in outcomes.targets(provenance):
                by_target[target].append(provenance)
                if target not in written or not self.changed(target):
                    self.say(f"Provenance/{provenance['id']} speaks of {target},"
                             " which is no outcome that was written")
        for key, record in self.records_after.items():
            name = self.written.get(key)
            if name is None or not self.changed(name):
                continue
            unnamed = outcomes.unnamed_sources(record, by_target[name])
            if not by_target[name]:
                self.say(f"{key}: {name} has no new Provenance")
            elif unnamed:
                self.say(f"{key}: no Provenance names {unnamed[:3]} of {len(unnamed)}")
        self.counts["provenances"] = len(self.new_provenances)

    def check_only(self, patients):
        written = {outcomes.outcome_key(self.after[name])[0] for name in self.written.values()
                   if self.changed(name)}
        for patient in sorted(written ^ set(patients)):
            self.say(f"{patient}: " + ("something was written of this patient" if patient in written
                                       else "nothing was written of this patient"))

    def check_said(self, summary):
        for kind in ("created", "updated", "retracted"):
            said = summary["written"].get(kind, 0)
            if said != self.counts[kind]:
                self.say(f"the program says {said} {kind}, the server shows {self.counts[kind]}")

    def check_others(self):
        ours = set(self.written.values())
        ours.update(f"Provenance/{provenance['id']}" for provenance in self.new_provenances)
        for name in self.before.keys() - self.after.keys():
            self.say(f"{name} is gone")
        for name in sorted(self.after.keys() - ours):
            resource = self.after[name]
            expected = self.touched.get(name)
            if expected is None and name in self.before:
                expected = version(self.before[name])
            if expected is None:
                self.say(f"{name} was added")
            elif version(resource) != expected:
                self.say(f"{name} is at version {version(resource)}, should be at {expected}")
            self.counts["others"] += 1

    def summary(self):
        values = " ".join(f"{param} {self.counts[param]}" for param in outcomes.PARAMS
                          if self.counts[param])
        done = ", ".join(f"{self.counts[kind]} {kind}" for kind in
                         ("created", "updated", "retracted", "provenances"))
        return f"{values or 'no records'}; {done}; {self.counts['others']} others unchanged"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("records_before", "records_after", "before", "after"):
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--touched", type=pathlib.Path)
    parser.add_argument("--only", action="append", metavar="PATIENT")
    parser.add_argument("--said", type=pathlib.Path)
    return parser.parse_args()


def main():
    options = arguments()
    touched = {}
    if options.touched:
        touched = dict(line.split() for line in options.touched.read_text().splitlines())
    comparison = Comparison(
        read_records(options.records_before), read_records(options.records_after),
        read_dump(options.before), read_dump(options.after), touched)
    comparison.check()
    if options.only:
        comparison.check_only(options.only)
    if options.said:
        comparison.check_said(json.loads(options.said.read_text()))
    for line in comparison.wrong:
        print(line)
    print(comparison.summary())
    raise SystemExit(1 if comparison.wrong else 0)


if __name__ == "__main__":
    main()
