"""Pairs of successive exports of several cohorts, and for each suppressed cell the counts that
remain possible: as many as the threshold, or this fails. exports_check.py PROGRAM FOLDER"""
import copy
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys

from attack import Knowledge, narrow_cells

THRESHOLD = 11
ARMS = ("HAE", "HACE")


def wanted(condition, what):
    if not condition:
        raise SystemExit("exports_check: " + what)


def run(*command):
    subprocess.run(command, check=True)


class Cohort:
    def __init__(self, program, folder, scenario, patients, seed):
        self.program = program
        self.folder = os.path.join(folder, "%s-%d" % (scenario, patients))
        run(program, "--quiet", "synth", "--scenario", scenario, "--patients", str(patients),
            "--seed", str(seed), "--output", self.path("hospital"))
        self.site = self.path("hospital", "site.json")
        with open(self.site) as file:
            self.day = json.load(file)["analysis_dates"][0]
        self.lines = self.derived(self.day)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def key(self):
        """A secret of this hospital alone, the same in every run of this test."""
        path = self.path("key")
        with open(path, "w") as file:
            file.write(hashlib.sha256(self.folder.rsplit("/", 1)[-1].encode()).hexdigest())
        return path

    def derived(self, day):
        to = self.path("endpoints-%s.ndjson" % day)
        run(self.program, "--quiet", "derive", "--input", self.path("hospital", "resources"),
            "--site", self.site, "--as-of", day, "--output", to)
        with open(to) as file:
            return [(json.loads(line)["patient"], line) for line in file]

    def follow_all_to_the_event(self):
        self.lines = [(patient, line.replace('"status":"censored"', '"status":"event"'))
                      for patient, line in self.lines]

    def a_month_earlier(self):
        day = datetime.date.fromisoformat(self.day) - datetime.timedelta(days=30)
        return self.export("month", self.derived(day.isoformat()))

    def newest(self):
        """The analysed patients, the one treated last first."""
        cohort = [json.loads(line) for _, line in self.lines if '"param":"COHORT"' in line]
        return sorted(filter(analysed, cohort), reverse=True,
                      key=lambda line: (line["start"], line["patient"]))

    def export(self, name, lines):
        records = self.path(name + ".ndjson")
        with open(records, "w") as file:
            file.writelines(line for _, line in lines)
        to = self.path(name)
        run(self.program, "--quiet", "audit", "--endpoints", records, "--site", self.site,
            "--export", "--export-key", self.key(), "--output", to)
        with open(os.path.join(to, "export.json")) as file:
            export = json.load(file)
        says_the_same(export, to)
        return export


def analysed(line):
    flags = line["flags"]
    return line.get("value") == "included" and "prior-arterial-therapy" not in flags and \
        ("tier-a" in flags or "tier-unknown" in flags)


def says_the_same(export, folder):
    """The page and the MeasureReport tell no count that export.json does not."""
    bands = [tuple(band) for table in export["tables"] for band in table["cells"].values()]
    bands += [tuple(curve["patients"]) for curve in export["curves"] if curve["points"]]
    with open(os.path.join(folder, "export.html")) as file:
        page = file.read()
    shown = [(int(a), int(b)) for a, b in re.findall(r">(?:Of )?(\d+)\u2013(\d+)[ <]", page)]
    wanted(sorted(shown) == sorted(bands), "the page has other bands than export.json")
    rates = sorted("%d" % round(100 * point["survival"])
                   for curve in export["curves"] for point in curve["points"])
    wanted(sorted(re.findall(r">(\d+)\u00a0%<", page)) == rates, "the page has other rates")
    with open(os.path.join(folder, "export.measure.json")) as file:
        measure = file.read()
    masked = re.findall(r'"high":\s*{\s*"value":\s*(\d+)\s*},\s*"low":\s*{\s*"value":\s*(\d+)',
                        measure)
    wanted({(int(low), int(high)) for high, low in masked} <= set(bands) and '"count"' not in
           measure, "export.measure.json tells a count of its own")


def attack(label, knowledge):
    asked, narrow = narrow_cells(knowledge, THRESHOLD)
    wanted(narrow is not None, label + ": what is published contradicts itself")
    wanted(not narrow, "%s: too few values remain of %s" % (label, narrow))
    return asked


def one_patient_more(cohort, most_pairs, uncensored=False):
    """Of the newest patients one after the other is added again; those pairs are asked in which
    most of what is published moves, since they tell most."""
    newest = cohort.newest()[:6]
    exports = [cohort.export("full", cohort.lines)]
    lines = cohort.lines
    moved = []
    for i, added in enumerate(newest):
        lines = [line for line in lines if line[0] != added["patient"]]
        exports.append(cohort.export("without-%d" % (i + 1), lines))
        moved += [(moves(exports[i + 1], exports[i], arm), i, arm) for arm in ARMS]
    asked = 0
    for cells, i, arm in sorted(moved, reverse=True)[:most_pairs]:
        wanted(cells > 0, "too few exports moved")
        asked += attack("one patient more, %s, %d cells move" % (arm, cells),
                        Knowledge((exports[i + 1], exports[i]), arm, int(newest[i]["arm"] == arm),
                                  uncensored))
    return exports[0], asked


def moves(earlier, later, arm):
    told = lambda export: {str(part) for table in export["tables"]
                           if table["group"] in ("all", arm) for part in
                           ((table["title"], cell) for cell in table["cells"].items())} | \
        {str(curve) for curve in export["curves"] if curve["group"] == arm}
    return len(told(later) - told(earlier))


def finds_what_known_borders_give_away(export):
    """The attack itself: were the borders known, one patient more would tell a count."""
    before, after = copy.deepcopy(export), copy.deepcopy(export)
    for one, band in ((before, [0, 17]), (after, [18, 35])):
        one["tables"] = [{"title": "Candidates", "group": "all", "cells": {
            "excluded": [0, 17], "analysed, HAE": band, "analysed, HACE": [0, 17]}}]
        one["curves"] = []
    _, narrow = narrow_cells(Knowledge((before, after), "HAE", 1, shifts=1), THRESHOLD)
    wanted([name for name, found in narrow if found[0] == found[1]],
           "a count that known borders give away was not found")
    wide = copy.deepcopy(export)
    for curve in wide["curves"]:
        for point in curve["points"]:
            point["survival"] = 0.953
    _, narrow = narrow_cells(Knowledge((wide, wide), "HAE", 0), THRESHOLD)
    wanted(any(name[1][1] == "events" for name, _ in narrow),
           "the events behind a rate of three digits were not found")


def main():
    program, folder = sys.argv[1:]
    asked = 0
    for scenario, patients, seed in (("audit_60", 60, 1), ("audit_200", 200, 2),
                                     ("audit_200", 520, 3)):
        cohort = Cohort(program, folder, scenario, patients, seed)
        full, cells = one_patient_more(cohort, 2)
        month = cohort.a_month_earlier()
        cells += sum(attack("a month later, " + arm, Knowledge((month, full), arm, None))
                     for arm in ARMS)
        print("%s with %d patients: of %d cells at least %d values remain" %
              (scenario, patients, cells, THRESHOLD))
        asked += cells
    cohort.follow_all_to_the_event()
    _, cells = one_patient_more(cohort, 2, uncensored=True)
    print("the same, all followed to the event: of %d cells" % cells)
    finds_what_known_borders_give_away(full)
    wanted(asked > 800, "only %d cells were asked" % asked)


if __name__ == "__main__":
    main()
