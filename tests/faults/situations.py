"""What happens in a hospital between two passes, each played against the sandbox and judged by what
the server and the database then hold. situations.py PROGRAM FOLDER"""
import collections
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

from sandbox_loop import OUTCOME, Loop, make_hospital

WRITTEN = ("PFS", "OS", "BOR", "DC", "TOX3", "RESP-5HIAA", "RESP-CGA")
NUMBER = "https://synthetic.example/mrn"
CATEGORY = "https://embolink.org/fhir/CodeSystem/outcome-category%7Cderived-audit"
RESTRICTED = {"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}


def wanted(condition, words):
    if not condition:
        raise AssertionError(words)


def run(loop, outcomes=None):
    """The summary of a pass that must end well; with `outcomes`, what stands then must be these."""
    code, summary, err = loop.run()
    wanted(code == 0, "exit code %d: %s" % (code, err))
    if outcomes is not None:
        wanted(standing(loop) == outcomes, "other outcomes stand than should")
    return summary


def outcomes_of(loop):
    # By category where the sandbox wants one (a_category_is_required).
    for observation in loop.resources("Observation", getattr(loop, "category", "")):
        if any(one.get("system") == OUTCOME for one in observation.get("identifier", [])):
            yield observation


def subject(observation):
    return observation["subject"]["reference"]


def standing(loop):
    """patient -> number of outcomes that count."""
    return collections.Counter(subject(one) for one in outcomes_of(loop)
                               if one["status"] != "entered-in-error")


def kept_of(loop, patient):
    """How many copies, old ones too, the database has that name the patient."""
    with sqlite3.connect("file:" + loop.store + "?mode=ro", uri=True) as database:
        return database.execute(
            "SELECT count(*) FROM resource WHERE reference = ? OR body LIKE ?",
            (patient, '%"' + patient + '"%')).fetchone()[0]


def report_of(loop):
    with open(os.path.join(loop.folder, "audit", "report.json")) as file:
        return json.load(file)


def without(counter, *patients):
    return collections.Counter({key: n for key, n in counter.items() if key not in patients})


def patients_of(loop):
    return {"Patient/" + one["id"]: one for one in loop.resources("Patient")}


def number_of(patient):
    return [one["value"] for one in patient["identifier"] if one["system"] == NUMBER][0]


# ------------------------------------------------------------------------------------------------


def own_output_triggers_nothing(loop):
    first = run(loop)
    second = run(loop)
    wanted(second["derived"] == 0, "%d patients were derived again" % second["derived"])
    wanted(second["pulled"]["added"] == 0 and second["pulled"]["changed"] == 0, "evidence is new")
    wanted(second["pulled"]["own_output"] == first["written"]["created"], "own output not counted")
    return "%d own outcomes counted, nothing derived" % second["pulled"]["own_output"]


def opting_out(loop):
    loop.configure(audit={"directory": os.path.join(loop.folder, "audit")})
    run(loop)
    before = standing(loop)
    first, second = sorted(before)[:2]
    by_number = NUMBER + "|" + number_of(patients_of(loop)[second])
    site = dict(loop.site, opt_out=[first, by_number])
    loop.configure(site=site)
    summary = run(loop, without(before, first, second))
    wanted(summary["written"]["retracted"] == before[first] + before[second], "not all taken back")
    wanted(summary["opted_out"] == 2, "two opted out, counted %d" % summary["opted_out"])
    wanted(kept_of(loop, first) == 0 and kept_of(loop, second) == 0, "copies are left")
    wanted({"what": "patients who opted out", "count": 2} in report_of(loop)["settings"]["intake"],
           "the report does not count them")
    again = run(loop, without(before, first, second))
    wanted(not any(again["written"][kind] for kind in ("created", "updated", "retracted")),
           "the next pass writes")
    wanted(again["derived"] == 0, "the next pass derives")
    loop.configure(site=loop.site)
    run(loop, before)
    return "2 patients forgotten, %d outcomes taken back, and back again" % (
        before[first] + before[second])


def a_restricted_label(loop):
    run(loop)
    before = standing(loop)
    patient = sorted(before)[0]
    procedures = [one for one in loop.resources("Procedure") if subject(one) == patient]
    for procedure in procedures:
        procedure["meta"] = {"security": [RESTRICTED]}
        loop.send("PUT", "/Procedure/" + procedure["id"], procedure)
    run(loop, without(before, patient))
    with sqlite3.connect("file:" + loop.store + "?mode=ro", uri=True) as database:
        kept = database.execute("SELECT count(*) FROM resource WHERE reference LIKE 'Procedure/%'"
                                " AND gone_run IS NULL AND body LIKE ?",
                                ('%"' + patient + '"%',)).fetchone()[0]
    wanted(kept == 0, "%d restricted procedures are kept" % kept)
    return "%d procedures restricted, their patient's outcomes taken back" % len(procedures)


def a_deletion(loop):
    run(loop)
    before = standing(loop)
    patient = sorted(before)[0]
    procedures = [one for one in loop.resources("Procedure") if subject(one) == patient]
    for procedure in procedures:
        loop.send("DELETE", "/Procedure/" + procedure["id"])
    summary = run(loop, without(before, patient))
    wanted(summary["pulled"]["retracted"] >= len(procedures), "deletions were not seen")
    return "%d procedures deleted, their patient's outcomes taken back" % len(procedures)


def a_server_that_hides(loop):
    """What its client may not see any more looks like deleted, and somebody has to be told."""
    run(loop)
    calm = run(loop)
    wanted(calm["kept_ratio"] == 1, "an ordinary pass raises an alarm")
    labs = [one for one in loop.resources("Observation")
            if not any(of.get("system") == OUTCOME for of in one.get("identifier", []))]
    for one in labs:
        loop.send("DELETE", "/Observation/" + one["id"])
    code, out, err = outputs(subprocess.Popen(
        [loop.program, "--quiet", "run", "--config", loop.config, "--as-of", loop.as_of, "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))  # as under cron
    wanted(code == 0, "exit code %d: %s" % (code, err))
    summary = json.loads(out)
    gone = summary["pulled"]["retracted"]
    wanted(gone >= len(labs) and summary["gone"]["Observation"] == len(labs) and
           0 < summary["kept_ratio"] < 0.9, str(summary))
    wanted("%d of " % len(labs) in err and " Observation: on the server no more" in err,
           "nobody is told: " + err)
    wanted("Procedure" not in err, "a type that lost nothing is named")
    return "%d results, and a warning" % gone


def a_cohort_file(loop):
    everybody = run(loop)
    loop.store = os.path.join(loop.folder, "fresh.sqlite")
    patients = patients_of(loop)
    chosen = sorted(standing(loop))[:3]
    path = os.path.join(loop.folder, "cohort.txt")
    with open(path, "w") as file:
        file.write("# of the tumour board\n\n%s\n%s|%s\n%s|nobody\n%s\n" % (
            chosen[0], NUMBER, number_of(patients[chosen[1]]), NUMBER, chosen[2]))
    loop.configure(cohort={"seed": "file", "file": path}, store={"sqlite": loop.store})
    before = standing(loop)
    summary = run(loop, before)
    wanted(summary["patients"] == 3 and everybody["patients"] > 3,
           "%d patients were pulled" % summary["patients"])
    wanted(summary["written"]["created"] == 0, "a fresh database writes what stands there already")
    return "3 of %d patients pulled; one line names nobody" % everybody["patients"]


def another_target(loop):
    """The target's Patients have other ids; one is missing, one stands there twice."""
    source = patients_of(loop)
    included = sorted(patient for patient, count in included_of(loop).items() if count)
    missing, twice = included[:2]
    folder = os.path.join(loop.folder, "target")
    os.makedirs(os.path.join(folder, "resources"))
    with open(os.path.join(folder, "resources", "Patient.ndjson"), "w") as file:
        for number, (reference, patient) in enumerate(sorted(source.items())):
            for copy in range(0 if reference == missing else 2 if reference == twice else 1):
                file.write(json.dumps({
                    "resourceType": "Patient", "id": "research-%d-%d" % (number, copy),
                    "identifier": [{"system": NUMBER, "value": number_of(patient)}]}) + "\n")
        # An id of the source is somebody else here.
        file.write(json.dumps({"resourceType": "Patient", "id": included[2].split("/")[1]}) + "\n")
    with open(os.path.join(folder, "site.json"), "w") as file:
        json.dump(loop.site, file)
    target = Loop(loop.program, folder, os.path.join(loop.folder, "other"))
    try:
        loop.configure(target={"base_url": target.base, "patient_identifier": NUMBER})
        summary = run(loop)
        by_number = {number_of(one): reference for reference, one in patients_of(target).items()
                     if "identifier" in one}
        expected = collections.Counter({by_number[number_of(source[one])]: len(WRITTEN)
                                        for one in included[2:]})
        wanted(not list(outcomes_of(loop)), "something was written to the source")
        wanted(standing(target) == expected,
               "other outcomes stand on the target than should: %s, %s"
               % (expected - standing(target), standing(target) - expected))
        wanted(summary["held"] == {"no-target-patient": 2 * len(WRITTEN)}, str(summary["held"]))
        for observation in outcomes_of(target):
            for part in ("derivedFrom", "focus", "partOf"):
                for one in observation.get(part, []):
                    named = one.get("reference", loop.base + "/")
                    wanted(named.startswith(loop.base + "/"), "a reference means the target")
        again = run(loop)
        wanted(not any(again["written"][kind] for kind in ("created", "updated", "retracted")),
               "the next pass writes")
        target.send("PUT", "/Patient/late", {
            "resourceType": "Patient", "id": "late",
            "identifier": [{"system": NUMBER, "value": number_of(source[missing])}]})
        run(loop)
        expected["Patient/late"] = len(WRITTEN)
        wanted(standing(target) == expected, "the late patient's outcomes do not stand")
        return "%d outcomes on the target, those of a patient who is there twice wait" % sum(
            expected.values())
    finally:
        target.stop()


def included_of(loop):
    """patient -> included, as a dry run derives it."""
    loop.configure(write_back={"mode": "dry-run"})
    run(loop)
    loop.configure(write_back={"mode": "apply"})
    wanted(not list(outcomes_of(loop)), "a dry run wrote")
    found = collections.Counter()
    for text in loop.records():
        for line in text.splitlines():
            record = json.loads(line)
            found[record["patient"]] += record["param"] == "PFS"
    return found


def two_sources(loop):
    """Another hospital whose ids are other people, in the same database."""
    folder = os.path.join(loop.folder, "second")
    renamed_hospital(loop, folder)
    second = Loop(loop.program, folder, os.path.join(loop.folder, "other"))
    try:
        run(loop)
        first_state = loop.state()[0]
        second.configure(source={"name": "second", "base_url": second.base},
                         store={"sqlite": loop.store})
        run(second)
        shared = set(patients_of(loop)) & set(patients_of(second))
        wanted(len(shared) > 5, "only %d ids are shared" % len(shared))
        names = [{one["identifier"][0]["value"] for one in outcomes_of(each)}
                 for each in (loop, second)]
        wanted(names[1] and not names[0] & names[1], "identifiers of outcomes are shared")
        third = run(loop)
        wanted(third["derived"] == 0 and loop.state()[0] == first_state,
               "the first hospital's outcomes moved")
        loop.configure(source=dict(loop.settings["source"], base_url=second.base))
        code, _, err = loop.run()
        wanted(code == 2, "one name for two servers: exit code %d" % code)
        return "%d ids of different people; one name for two servers is refused" % len(shared)
    finally:
        second.stop()


def renamed_hospital(loop, folder):
    made = os.path.join(loop.folder, "made")
    subprocess.run([loop.program, "--quiet", "synth", "--scenario", "audit_12", "--seed", "77",
                    "--output", made], check=True)
    os.makedirs(os.path.join(folder, "resources"))
    for name in [os.path.join("resources", one)
                 for one in os.listdir(os.path.join(made, "resources"))] + ["site.json"]:
        with open(os.path.join(made, name)) as file:
            text = file.read()
        with open(os.path.join(folder, name), "w") as file:
            file.write(text.replace("SYN-77-", "SYN-12-"))


def signing_off(loop):
    """A release makes outcomes final; a change of the derivation waits and is amended by one."""
    run(loop)
    before = standing(loop)
    patient = sorted(before)[0]
    release = ["--patient", patient, "--verifier", "reader 2"]
    wanted("becomes final" in loop.release("--patient", patient), "it does not say what it would do")
    wanted(statuses(loop, patient) == {"preliminary": before[patient]}, "showing has signed off")
    loop.release(*release, "--apply")
    wanted(statuses(loop, patient) == {"final": before[patient]}, "not all are final")
    for procedure in loop.resources("Procedure"):
        if subject(procedure) == patient:
            loop.send("DELETE", "/Procedure/" + procedure["id"])
    summary = run(loop, before)
    wanted(summary["held"] == {"awaiting-release": before[patient]}, str(summary["held"]))
    wanted(not any(summary["written"][kind] for kind in ("created", "updated", "retracted")),
           "what was signed off was changed")
    wanted("becomes entered-in-error" in loop.release(*release, "--apply"), "not taken back")
    summary = run(loop, without(before, patient))
    wanted(summary["held"] == {}, "something still waits: " + str(summary["held"]))
    return "%d outcomes final, held when no longer derived, taken back by a release" % (
        before[patient])


def statuses(loop, patient):
    return collections.Counter(one["status"] for one in outcomes_of(loop)
                               if subject(one) == patient)


def wrote_nothing(summary):
    return not any(summary["written"][kind] for kind in ("created", "updated", "retracted"))


def at_rest(loop, what):
    """The next pass does nothing, and a fresh database derives the same and has nothing to write."""
    again = run(loop)
    wanted(again["derived"] == 0 and again["pulled"]["added"] == 0 and
           again["pulled"]["changed"] == 0 and again["pulled"]["retracted"] == 0 and
           wrote_nothing(again), "%s: the next pass is not idle: %s" % (what, again))
    records = sorted(line for text in loop.records() for line in text.splitlines())
    known = loop.store
    loop.store = os.path.join(loop.folder, "fresh-%s.sqlite" % what.replace(" ", "-"))
    loop.configure(store={"sqlite": loop.store}, write_back={"mode": "dry-run"})
    fresh = run(loop)
    wanted(wrote_nothing(fresh), "%s: a fresh database would write %s" % (what, fresh["written"]))
    wanted(records == sorted(line for text in loop.records() for line in text.splitlines()),
           "%s: a fresh database derives other records" % what)
    loop.store = known
    loop.configure(store={"sqlite": known}, write_back={"mode": "apply"})


def link(loop, patients, old, survivor, direction):
    """R9.5: one of the two records tells of the merge."""
    teller, other = (old, survivor) if direction == "replaced-by" else (survivor, old)
    resource = json.loads(json.dumps(patients[teller]))
    resource["link"] = [{"other": {"reference": other}, "type": direction}]
    loop.send("PUT", "/" + teller, resource)
    return teller


def unmerging(loop):
    """Merged, merged with another, apart again, and a fact of each afterwards."""
    run(loop)
    before = standing(loop)
    patients = patients_of(loop)
    low, middle, high = sorted(before)[:3]
    for old, survivor, third in ((low, middle, high), (high, low, middle), (middle, high, low)):
        for direction in ("replaced-by", "replaces"):
            what = "%s %s %s" % (old[-2:], direction, survivor[-2:])
            teller = link(loop, patients, old, survivor, direction)
            run(loop)
            wanted(standing(loop)[old] == 0, what + ": outcomes of the merged patient stand")
            if direction == "replaces":
                loop.send("PUT", "/" + teller, patients[teller])
                teller = link(loop, patients, old, third, direction)
                run(loop)
            loop.send("PUT", "/" + teller, patients[teller])
            run(loop, before)
        at_rest(loop, what)
    dead = json.loads(json.dumps(patients[low]))
    dead["deceasedDateTime"] = "2021-12-24"
    loop.send("PUT", "/" + low, dead)
    run(loop, before)
    at_rest(loop, "a death")
    return "3 orders of ids, told by either record, as if nothing had been"


def one_patient_fails(loop):
    loop.configure(audit={"directory": os.path.join(loop.folder, "audit")})
    code, out, err = outputs(loop.start_run())
    wanted(code == 4, "exit code %d: %s" % (code, err))
    summary = json.loads(out)
    wanted(summary["failed"] == 1, "%d patients failed" % summary["failed"])
    wanted("1 patients could not be pulled" in err and FAILING not in err, err)
    without_him = standing(loop)
    wanted(without_him and FAILING not in without_him, "outcomes of the others only must stand")
    line = {"what": "patients whose newest data the source did not give", "count": 1}
    wanted(line in report_of(loop)["settings"]["intake"], "the report does not count him")
    summary = run(loop)
    wanted(without(standing(loop), FAILING) == without_him, "the others' outcomes moved")
    wanted(summary["failed"] == 0 and summary["derived"] == 1, "not he alone was derived")
    wanted(line not in report_of(loop)["settings"]["intake"], "the report still counts him")
    at_rest(loop, "all pulled")
    return "the others' %d outcomes written all the same, exit code 4" % sum(without_him.values())


def everybody_fails(loop):
    code, out, err = outputs(loop.start_run())
    wanted(code == 4 and not out, "exit code %d" % code)
    wanted(not standing(loop) and not loop.records(), "something was derived")
    return "three refusals and nobody pulled: the pass stops"


def outputs(process):
    out, err = process.communicate(timeout=300)
    return process.returncode, out, err


def an_interrupt_while_waiting(loop):
    """A Retry-After of a minute, then a first byte that does not come."""
    loop.configure(source=dict(loop.settings["source"], parallel=1))
    for fired, command in enumerate(("check", "run", "run"), 1):
        process = loop.start_run() if command == "run" else loop.start(command)
        while loop.fired()["fired"] < fired:
            wanted(process.poll() is None, "%s ended by itself" % command)
            time.sleep(0.1)
        time.sleep(0.5)
        begin = time.time()
        process.send_signal(signal.SIGINT)
        code, _, err = outputs(process)
        wanted(code == 130, "%s: exit code %d: %s" % (command, code, err))
        wanted(time.time() - begin < 5, "it took %.1f s to end" % (time.time() - begin))
    run(loop)
    at_rest(loop, "interrupted")
    return "three waits ended at once with exit code 130"


def a_time_in_the_future(loop):
    """A resource that claims to be of the year 2099 hides no later change of its search."""
    patient = sorted(standing_after_a_run(loop))[0]
    found = [one for one in loop.resources("Observation")
             if subject(one) == patient and "identifier" not in one]
    folder = os.path.join(loop.folder, "future")
    shutil.copytree(os.path.dirname(loop.settings["site"]), folder)
    path = os.path.join(folder, "resources", "Observation.ndjson")
    with open(path) as file:
        resources = [json.loads(line) for line in file]
    with open(path, "w") as file:
        for one in resources:
            if one["id"] == found[0]["id"]:
                one.setdefault("meta", {})["lastUpdated"] = "2099-01-01T00:00:00Z"
            file.write(json.dumps(one) + "\n")
    future = Loop(loop.program, folder, os.path.join(loop.folder, "other"))
    try:
        run(future)
        changed = future.get("/Observation/" + found[1]["id"])
        changed["status"] = "entered-in-error"
        future.send("PUT", "/Observation/" + changed["id"], changed)
        wanted(run(future)["pulled"]["changed"] == 1, "the change was not seen")
        at_rest(future, "the future")
        return "a change beside it is seen"
    finally:
        future.stop()


def standing_after_a_run(loop):
    run(loop)
    return standing(loop)


def refused_writes(loop):
    """A server that takes no transaction: exit code 4 when all else is done, and it is said."""
    audit = os.path.join(loop.folder, "audit")
    faults = [{"method": "POST", "path": "/", "times": 1000, "fault": "401"}]
    refusing = Loop(loop.program, os.path.dirname(loop.settings["site"]),
                    os.path.join(loop.folder, "refusing"), {"faults": faults},
                    audit={"directory": audit})
    try:
        code, _, err = refusing.run()
        wanted(code == 4, "exit code %d: %s" % (code, err))
        wanted("HTTP 401" in err and refusing.base in err, "it does not say what, and where")
        wanted(os.path.exists(os.path.join(audit, "report.json")), "no report was written")
        waiting = outbox_states(refusing)
        wanted(set(waiting) == {"pending"} and not list(outcomes_of(refusing)), str(waiting))
        return "exit code 4, %d outcomes pending, report written" % waiting["pending"]
    finally:
        refusing.stop()


def a_category_is_required(loop):
    """Observation is only searched with a category."""
    strict = Loop(loop.program, os.path.dirname(loop.settings["site"]),
                  os.path.join(loop.folder, "strict"),
                  {"faults": [], "habits": {"require_category": True}})
    strict.category = "&category=" + CATEGORY
    try:
        run(loop)
        run(strict, standing(loop))
        check = subprocess.run([strict.program, "check", "--config", strict.config],
                               capture_output=True, text=True)
        wanted(check.returncode == 0 and "identifier and category" in check.stdout, check.stdout)
        return "%d outcomes stand" % sum(standing(strict).values())
    finally:
        strict.stop()


def a_lost_update_of_sources(loop):
    """An update whose only change is a source is lost on the way: the next pass sends it again."""
    run(loop)
    before = {one["id"]: one for one in outcomes_of(loop)}
    with sqlite3.connect(loop.store) as database:
        # As the store stands after a crash between the mark and the answer.
        name = next(one for one in before.values() if one.get("derivedFrom"))
        identifier = [one["value"] for one in name["identifier"] if one["system"] == OUTCOME][0]
        name["derivedFrom"] = name["derivedFrom"][:-1]
        loop.send("PUT", "/Observation/" + name["id"], name)
        version = loop.get("/Observation/" + name["id"])["meta"]["versionId"]
        database.execute("UPDATE outbox SET state = 'sending', sent_fingerprint = 'older',"
                         " server_version = ? WHERE identifier = ?", (version, identifier))
    summary = run(loop)
    wanted(summary["written"]["updated"] == 1, str(summary["written"]))
    return "1 outcome sent again"


def another_target_later(loop):
    """The target is changed after the first pass: the new one gets everything, and the first, when
    it is the target again, nothing twice."""
    run(loop)
    before = standing(loop)
    folder = os.path.join(loop.folder, "target")
    os.makedirs(os.path.join(folder, "resources"))
    with open(os.path.join(folder, "resources", "Patient.ndjson"), "w") as file:
        for reference, patient in sorted(patients_of(loop).items()):
            file.write(json.dumps({
                "resourceType": "Patient", "id": "research-" + patient["id"],
                "identifier": [{"system": NUMBER, "value": number_of(patient)}]}) + "\n")
    with open(os.path.join(folder, "site.json"), "w") as file:
        json.dump(loop.site, file)
    target = Loop(loop.program, folder, os.path.join(loop.folder, "other"))
    try:
        loop.configure(target={"base_url": target.base, "patient_identifier": NUMBER})
        run(loop)
        wanted(sum(standing(target).values()) == sum(before.values()), "the new target lacks some")
        del loop.settings["target"]
        loop.configure()
        summary = run(loop, before)
        wanted(summary["written"]["created"] == 0, str(summary["written"]))
        return "%d outcomes on the new target" % sum(before.values())
    finally:
        target.stop()


def outbox_states(loop):
    with sqlite3.connect("file:" + loop.store + "?mode=ro", uri=True) as database:
        return dict(database.execute("SELECT state, count(*) FROM outbox GROUP BY state"))


FAILING = "Patient/SYN-12-00005"
FAULTS = {
    one_patient_fails: [{"method": "GET", "path": FAILING, "times": 2, "fault": "401"}],
    everybody_fails: [{"method": "GET", "path": "Encounter", "skip": 3, "times": 1000,
                       "fault": "401"}],
    an_interrupt_while_waiting: [
        {"method": "GET", "path": "metadata", "times": 1, "fault": "slow", "delay_ms": 60000},
        {"method": "GET", "path": "Condition", "skip": 5, "times": 1, "fault": "429",
         "retry_after": "seconds", "seconds": 60},
        {"method": "GET", "path": "Encounter", "skip": 5, "times": 1, "fault": "slow",
         "delay_ms": 60000}],
}
SITUATIONS = (own_output_triggers_nothing, opting_out, a_restricted_label, a_deletion,
              a_server_that_hides, a_cohort_file, another_target, two_sources, signing_off, unmerging,
              one_patient_fails, everybody_fails, an_interrupt_while_waiting,
              a_time_in_the_future, refused_writes, a_category_is_required,
              a_lost_update_of_sources, another_target_later)


def main(program, folder, situations=SITUATIONS, faults=FAULTS, make=Loop):
    """Plays them one after another, each with a loop of its own from `make`."""
    hospital = make_hospital(program, folder)
    failures = 0
    for situation in situations:
        begin = time.time()
        rules = faults.get(situation)
        loop = make(program, hospital, os.path.join(folder, situation.__name__),
                    rules and {"faults": rules})
        try:
            answer, result = "ok", situation(loop)
        except AssertionError as wrong:
            answer, result = "FAILED", str(wrong)
            failures += 1
        finally:
            loop.stop()
        print("%-7s %-28s %s (%.1f s)" % (answer, situation.__name__.replace("_", " "), result,
                                          time.time() - begin), flush=True)
    print("%d situations, %d failed" % (len(situations), failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])))
