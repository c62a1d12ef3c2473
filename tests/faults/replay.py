"""Reports of past runs: made again byte for byte after corrections came in, refused when that cannot
be exact, and compared. replay.py PROGRAM FOLDER"""
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import zlib

import situations
from sandbox_loop import Loop
from situations import outputs, subject, wanted


def files_in(folder):
    found = {}
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            found[name] = file.read()
    return found


class Hospital(Loop):
    """One with a report; keeps what each run wrote."""

    def __init__(self, program, hospital, folder, faults=None, **config):
        self.audit_folder = os.path.join(folder, "audit")
        super().__init__(program, hospital, folder, faults,
                         audit={"directory": self.audit_folder, "language": "fr"}, **config)
        self.reports = {}

    def pass_over(self, code=0):
        answer, out, err = outputs(self.start_run())
        wanted(answer == code, "exit code %d: %s" % (answer, err))
        run = json.loads(out)["run"]
        self.reports[run] = files_in(self.audit_folder)
        return run

    def audit(self, *options):
        process = subprocess.run([self.program, "audit", "--config", self.config, *options],
                                 capture_output=True, text=True)
        return process.returncode, process.stdout, process.stderr

    def replayed(self, run):
        target = os.path.join(self.folder, "replay-%d" % run)
        shutil.rmtree(target, ignore_errors=True)
        code, _, err = self.audit("--replay", str(run), "--output", target)
        return code, files_in(target) if os.path.exists(target) else None, err

    def must_replay(self, run):
        code, files, err = self.replayed(run)
        wanted(code == 0, "replay of run %d: exit code %d: %s" % (run, code, err))
        kept = self.reports[run]
        wanted(files.keys() == kept.keys(), "other files: %s" % (files.keys() ^ kept.keys()))
        for name, content in kept.items():
            wanted(files[name] == content, "run %d: %s has other bytes" % (run, name))

    def compared(self, *runs):
        code, out, err = self.audit("--compare", *map(str, runs), "--format", "json")
        wanted(code == 0, err)
        found = json.loads(out)
        return found, {one["patient"]: one for one in found["patients"]}

    def change(self, type_name, patient, **elements):
        """Of the first resource of a type of a patient; its reference."""
        for one in self.resources(type_name):
            owner = "Patient/" + one["id"] if type_name == "Patient" else subject(one)
            if owner == patient:
                one.update(elements)
                reference = type_name + "/" + one["id"]
                self.send("PUT", "/" + reference, one)
                return reference
        raise AssertionError("no " + type_name)


def alive(loop):
    """Included patients whose death is not known."""
    lines = [json.loads(line) for text in loop.records() for line in text.splitlines()]
    return sorted({one["patient"] for one in lines
                   if one["param"] == "OS" and one["status"] == "censored"})


def corrections(loop):
    """A death and a deletion come in: both reports are made again, and each change is traced."""
    first = loop.pass_over()
    wanted(b'<html lang="fr">' in loop.reports[first]["report.html"], "audit.language is not used")
    dying, losing = alive(loop)[:2]
    died = loop.change("Patient", dying, deceasedDateTime="2021-12-24")
    lost = [one for one in loop.resources("Procedure") if subject(one) == losing]
    for one in lost:
        loop.send("DELETE", "/Procedure/" + one["id"])
    second = loop.pass_over()
    wanted(loop.reports[first]["report.json"] != loop.reports[second]["report.json"],
           "the corrections changed nothing")
    loop.must_replay(first)
    loop.must_replay(second)
    found, patients = loop.compared(second, first)  # in any order
    wanted(set(patients) == {dying, losing}, "other patients changed: %s" % sorted(patients))
    os_record = [one for one in patients[dying]["records"] if one["param"] == "OS"][0]
    wanted("death on 2021-12-24" in os_record["later"], os_record["later"])
    wanted(any(cause.startswith(died + " changed, version 1 -> 2") for cause
               in os_record["because"]), str(os_record["because"]))
    gone = [one for one in patients[losing]["records"] if one["param"] == "COHORT"][0]
    wanted(gone["later"] is None and gone["because"], str(gone))
    deleted = {"Procedure/" + one["id"] + " was deleted (run %d)" % second for one in lost}
    wanted(deleted.issuperset(gone["because"]), str(gone["because"]))
    wanted(deleted == set(patients[losing]["resources"]), str(patients[losing]["resources"]))
    wanted([one["what"] for one in found["run_wide"]] == ["resources that this software wrote"],
           str(found["run_wide"]))
    wanted(any(one["what"] == "included" for one in found["estimates"]), "no estimate moved")
    code, text, _ = loop.audit("--compare", str(first), str(second))
    for words in ("Verdicts", dying, "was      ", died + " changed"):
        wanted(words in text, "the table lacks " + words)
    status = subprocess.run([loop.program, "status", "--config", loop.config], capture_output=True,
                            text=True).stdout
    wanted(len(re.findall("report kept", status)) == 2, status)
    return "runs %d and %d made again; %d estimates and 2 patients moved" % (
        first, second, len(found["estimates"]))


def other_rules(loop):
    """Site file, definitions, decisions and cut change: old reports stay, the comparison names them."""
    first = loop.pass_over()
    loop.configure(site=dict(loop.site, name="Another name"))
    loop.as_of = "2030-01-01"
    second = loop.pass_over()
    loop.must_replay(first)
    loop.must_replay(second)
    found, _ = loop.compared(first, second)
    causes = {one["what"]: one for one in found["run_wide"]}
    wanted(causes["site file"]["later"].startswith("changed: name"), str(causes))
    wanted(causes["clinical cut (as of)"]["later"] == "2030-01-01", str(causes))
    wanted("definitions" not in causes and "decisions of readers" not in causes, str(causes))
    for patient in found["patients"]:
        for record in patient["records"]:
            wanted(any("site file" in cause for cause in record["because"]), str(record))
    return "named: " + ", ".join(sorted(causes))


def one_stays_behind(loop):
    """A patient who could not be pulled keeps his cut, in the replay, too."""
    first = loop.pass_over()
    loop.as_of = "2030-01-01"
    second = loop.pass_over(4)
    with sqlite3.connect("file:" + loop.store + "?mode=ro", uri=True) as database:
        kept = database.execute("SELECT run, chain FROM report_left_alone").fetchall()
    wanted(kept == [(second, FAILING)], "left alone: %s" % kept)
    third = loop.pass_over()
    for run in (first, second, third):
        loop.must_replay(run)
    return "three cuts, one patient with his own"


def an_opt_out(loop):
    """What was erased is not in the replay, which says so and writes nothing."""
    first = loop.pass_over()
    patient = alive(loop)[0]
    loop.configure(site=dict(loop.site, opt_out=[patient]))
    second = loop.pass_over()
    code, files, err = loop.replayed(first)
    wanted(code == 1 and files is None, "exit code %d" % code)
    wanted("1 of" in err and "opted out" in err and patient not in err, err)
    loop.must_replay(second)
    _, text, _ = loop.audit("--compare", str(first), str(second))
    wanted("cannot be made again exactly" in text and patient not in text, text)
    with sqlite3.connect("file:" + loop.store + "?mode=ro", uri=True) as database:
        for body, in database.execute("SELECT body FROM past_derivation"):
            wanted(patient + '"' not in zlib.decompress(body).decode().replace("\\", ""),
                   "something is kept of him")
    return "refused: " + err.splitlines()[1].strip()


def another_program(loop):
    """Another build gives other bytes: refused, with the reason. A run without report: named."""
    run = loop.pass_over()
    with sqlite3.connect(loop.store) as database:
        body, = database.execute("SELECT body FROM report_account").fetchone()
        account = json.loads(zlib.decompress(body))
        account["settings"]["software_version"] = "0.0.1"
        database.execute("UPDATE report_account SET body = ?",
                         (zlib.compress(json.dumps(account).encode()),))
    code, files, err = loop.replayed(run)
    wanted(code == 1 and files is None and "embolink 0.0.1 made it" in err, err)
    code, files, err = loop.replayed(run + 7)
    wanted(code == 2 and files is None and "there is no such run" in err, err)
    code, _, err = loop.audit("--compare", str(run), str(run + 7))
    wanted(code == 2, err)
    return "exit code 1 with the version; 2 for a run that is none"


def of_the_service(loop):
    """A pass of `serve` is replayed as one of `run` is."""
    loop.configure(service={"listen": "127.0.0.1:0"}, schedule={"every": "1d"})
    service = loop.start("serve")
    try:
        service.stdout.readline()
        ended = time.time() + 120
        while not complete_runs(loop):
            wanted(time.time() < ended, "the service made no pass")
            time.sleep(0.2)
    finally:
        service.terminate()
        service.communicate(timeout=20)
    run = complete_runs(loop)[0]
    loop.reports[run] = files_in(loop.audit_folder)
    loop.must_replay(run)
    loop.change("Patient", alive(loop)[0], deceasedDateTime="2021-12-24")
    loop.pass_over()
    loop.must_replay(run)
    return "run %d" % run


def complete_runs(loop):
    if not os.path.exists(loop.store):
        return []
    with sqlite3.connect("file:" + loop.store + "?mode=ro", uri=True) as database:
        try:
            return [row[0] for row in database.execute(
                "SELECT id FROM run WHERE outcome = 'complete'")]
        except sqlite3.OperationalError:
            return []  # being made


def the_same_as_from_files(loop):
    """The figures of a pass are those of the audit of the same resources, delayed sessions included."""
    loop.pass_over()
    target = os.path.join(loop.folder, "from-files")
    hospital = os.path.dirname(loop.settings["site"])
    subprocess.run([loop.program, "--quiet", "audit", "--input",
                    os.path.join(hospital, "resources"), "--site", loop.settings["site"],
                    "--as-of", loop.as_of, "--output", target], check=True)
    here = json.loads(files_in(loop.audit_folder)["report.json"])
    there = json.loads(files_in(target)["report.json"])
    labels = [one["label"] for one in here["sensitivity"]]
    for days in (180, 210):
        wanted("rounds up to %d days apart belong to one course" % days in labels, str(labels))
    for key in there:
        if key != "settings":
            wanted(here[key] == there[key], key + " differs")
    return "%d sensitivity lines, all figures the same" % len(labels)


FAILING = "Patient/SYN-12-00005"
FAULTS = {one_stays_behind: [{"method": "GET", "path": FAILING, "skip": 2, "times": 2,
                              "fault": "401"}]}
SITUATIONS = (corrections, other_rules, one_stays_behind, an_opt_out, another_program,
              of_the_service, the_same_as_from_files)


if __name__ == "__main__":
    sys.exit(situations.main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), SITUATIONS,
                             FAULTS, Hospital))
