"""The service with everything at once: passes by the schedule, notifications (repeated, lost, out of
order, in storms), hooks and operations, while the data change. Afterwards the server and the database
hold what one quiet pass over the same data gives, memory did not grow, every handle was closed, and
nothing was answered with 5xx. service_torture.py PROGRAM FOLDER [--minutes N] [--seed N]"""
import argparse
import collections
import http.client
import json
import os
import random
import sys
import threading
import time
import traceback
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "faults"))

from cds_calls import PUBLIC, bring_to_today, marker, orders, searchset, with_cds
from operations import PERIOD, with_callers
from sandbox_loop import OUTCOME, difference, make_hospital
from service_loop import Service, make_loop, status, wait_until, wanted
from subscriptions import event

HOOK = "/fhir/subscription/all"
SECRET = {"X-Embolink-Secret": "pssst", "Content-Type": "application/fhir+json"}
OWNER = {"Authorization": "Bearer secret-of-all"}
GROWTH = 1.05      # of memory, from the second quarter to the last
KEPT = 62          # seconds: kept connections to the source are closed after a minute
STORM = 300        # notifications
# Else a record of which only the censoring date moved on would wait for up to 90 days.
AT_ONCE = {"mode": "apply", "censoring_move_days": 0}


class Caller:
    """Asks the service and counts what it answers; a connection that breaks is a fault."""

    def __init__(self, base):
        self.address = base[len("http://"):]
        self.counts = collections.Counter()
        self.lock = threading.Lock()

    def ask(self, what, allowed, method, path, body=None, headers=None):
        data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
        connection = http.client.HTTPConnection(self.address, timeout=30)
        try:
            connection.request(method, path, data, headers or {})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        with self.lock:
            self.counts[what, answer.status] += 1
        wanted(answer.status in allowed, "%s answered %d: %s" % (what, answer.status, text[:200]))
        return answer, text

    def said(self, what):
        return {status: n for (one, status), n in sorted(self.counts.items()) if one == what}


class Hospital:
    """Changes the data of a sandbox and remembers how."""

    def __init__(self, loop, seed):
        self.loop = loop
        self.random = random.Random(seed)
        self.done = []  # (method, path, text): records name versions, so that each counts
        self.procedures = self.sorted("Procedure")
        self.results = [one for one in self.sorted("Observation") if "valueQuantity" in one]
        self.patients = ["Patient/" + one["id"] for one in self.sorted("Patient")]
        self.added = 0

    def sorted(self, type_name):
        return sorted((one for one in self.loop.resources(type_name)
                       if not any(of.get("system") == OUTCOME for of in one.get("identifier", []))),
                      key=lambda one: one["id"])

    def put(self, resource):
        self.send("PUT", "/%s/%s" % (resource["resourceType"], resource["id"]), resource)
        return resource

    def send(self, method, path, resource=None):
        self.done.append((method, path, json.dumps(resource)))
        self.loop.send(method, path, resource)

    def change(self):
        """One change, and the resource it left, None when it is gone."""
        kind = self.random.choice(("toggle", "value", "value", "new", "delete"))
        if kind == "toggle":  # a treatment that was a mistake, and is none again
            one = self.random.choice(self.procedures)
            wrong = one["status"] == "entered-in-error"
            one["status"] = "completed" if wrong else "entered-in-error"
            return self.put(one)
        if kind == "new":
            self.added += 1
            one = dict(marker(self.random.choice(self.patients), self.random.randrange(400)),
                       id="torture-%d" % self.added,
                       valueQuantity={"value": self.random.randrange(40, 900), "unit": "ug/L",
                                      "system": "http://unitsofmeasure.org", "code": "ug/L"},
                       referenceRange=[{"high": {"value": 100, "unit": "ug/L"}}])
            self.results.append(one)
            return self.put(one)
        one = self.random.choice(self.results)
        if kind == "value":
            value = one["valueQuantity"].get("value", 1)
            one["valueQuantity"]["value"] = round(value * self.random.choice((0.5, 0.9, 1.5, 2)), 3)
            return self.put(one)
        self.results.remove(one)
        self.send("DELETE", "/Observation/" + one["id"])
        return None


class Load:
    """What is done to the service at the same time, each on a thread of its own, until `end`."""

    def __init__(self, loop, keys, service, hospital, seed):
        self.loop, self.keys, self.service, self.hospital = loop, keys, service, hospital
        self.caller = Caller(service.base)
        self.seed, self.end = seed, 0
        self.faults = []
        self.event_number = self.cards = 0

    def run(self, minutes):
        self.end = time.time() + 60 * minutes
        threads = [threading.Thread(target=self.guard, args=(work, number)) for number, work in
                   enumerate((self.changes, self.hooks, self.hooks, self.operate, self.watch))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wanted(not self.faults, "\n".join(self.faults[:3]))

    def guard(self, work, number):
        try:
            work(random.Random(self.seed + number))
        except Exception:
            self.faults.append(traceback.format_exc())
            self.end = 0

    def going(self):
        return time.time() < self.end

    def notify(self, body=b"", method="POST", path=HOOK):
        self.caller.ask("notification", (200, 429), method, path, body, SECRET)

    def tell(self, resource, chance):
        """What a server may make of one change."""
        self.event_number += 1
        way = chance.random()
        if resource is None or way < 0.1:
            return self.notify()
        name = "%s/%s" % (resource["resourceType"], resource["id"])
        if way < 0.25:
            return None  # lost: the next number shows a gap
        if way < 0.5:
            return self.notify(resource, "PUT", HOOK + "/" + name)
        told = event(self.event_number, self.loop.base + "/" + name,
                     resource if way < 0.7 else None)
        for _ in range(chance.choice((1, 1, 2, 3))):
            self.notify(told)
        if way > 0.95:
            self.notify(event(max(1, self.event_number - 5), self.loop.base + "/" + name))
        return None

    def changes(self, chance):
        storm = time.time() + 20
        while self.going():
            self.tell(self.hospital.change(), chance)
            if time.time() > storm:
                storm = time.time() + 45
                self.storm()
            time.sleep(chance.random())

    def storm(self):
        def some():
            for _ in range(STORM // 6):
                self.notify()

        threads = [threading.Thread(target=some) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def hooks(self, chance):
        while self.going():
            self.hook(chance)
            time.sleep(chance.random() / 4)

    def hook(self, chance):
        hook = chance.choice(("patient-view", "order-sign", "order-select", "appointment-book"))
        patient = chance.choice(self.hospital.patients + ["Patient/nobody"])
        name = "/cds-services/embolink-" + hook
        body = {"hook": hook, "hookInstance": str(uuid.uuid4()),
                "context": dict(orders(), patientId=patient.split("/")[1])}
        way = chance.random()
        allowed = (200, 429)
        if way < 0.3:
            body["prefetch"] = {"markers": searchset(marker(patient, chance.randrange(200)))}
        elif way < 0.6:
            body["fhirServer"] = self.loop.base
            body["fhirAuthorization"] = {"access_token": "t", "token_type": "Bearer"}
        elif way < 0.7:
            body["prefetch"] = {"markers": None}
        if patient == "Patient/nobody" and way >= 0.6:
            allowed += (412,)
        token = self.keys.token(PUBLIC + name, chance.choice(("ES384", "RS384")),
                                exp=int(time.time()) + 60)
        headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
        _, text = self.caller.ask("hook", allowed, "POST", name, body, headers)
        given = json.loads(text).get("cards", [])
        self.cards += len(given)
        if chance.random() < 0.2:  # the same token again
            self.caller.ask("hook with a used token", (401, 429), "POST", name, body, headers)
        if given and chance.random() < 0.5:
            token = self.keys.token(PUBLIC + name, exp=int(time.time()) + 60)
            entry = {"card": given[0]["uuid"], "outcome": "overridden",
                     "outcomeTimestamp": "2026-01-01T00:00:00Z"}
            self.caller.ask("feedback", (200, 429), "POST", name + "/feedback",
                            {"feedback": [entry]}, {"Authorization": "Bearer " + token})

    def operate(self, chance):
        measure = "/fhir/Measure/maire-2012/$evaluate-measure" + PERIOD
        patient = self.loop.get("/Patient/" + self.hospital.patients[0].split("/")[1])
        bundle = {"resourceType": "Bundle", "type": "collection",
                  "entry": [{"resource": dict(patient)}] +
                  [{"resource": dict(one)} for one in self.hospital.procedures[:3]]}
        while self.going():
            kind = chance.choice(("&reportType=subject-list", ""))
            self.caller.ask("measure", (200, 429), "GET", measure + kind, None, OWNER)
            self.caller.ask("derive", (200, 429), "POST", "/fhir/$derive?as_of=2026-01-01", bundle,
                            OWNER)
            self.caller.ask("no address", (404, 429), "GET", "/nothing")
            self.caller.ask("no token", (401, 429), "GET", measure)
            if chance.random() < 0.1:
                self.run_now()
            time.sleep(chance.random())

    def run_now(self):
        """$run, until the pass it asked for has ended."""
        answer, _ = self.caller.ask("run", (202,), "POST", "/fhir/$run", b"", OWNER)
        path = answer.getheader("Content-Location")[len(PUBLIC):]

        def ended():
            return self.caller.ask("job", (200, 202, 429), "GET", path, None,
                                   OWNER)[0].status == 200

        wait_until(ended, 120, "a pass that was asked for")

    def watch(self, chance):
        while self.going():
            self.caller.ask("health", (200, 429), "GET", "/health/ready")
            self.caller.ask("metrics", (200, 429), "GET", "/metrics")
            time.sleep(0.5 + chance.random())


class Memory:
    """Samples of the resident set, in KiB."""

    def __init__(self, pid):
        self.pid, self.samples, self.over = pid, [], False
        self.thread = threading.Thread(target=self.sample, daemon=True)
        self.thread.start()

    def sample(self):
        while not self.over:
            with open("/proc/%d/status" % self.pid) as file:
                self.samples.append(int(next(line for line in file
                                             if line.startswith("VmRSS")).split()[1]))
            time.sleep(0.5)

    def stop(self):
        """Means of the four quarters."""
        self.over = True
        self.thread.join()
        size = len(self.samples) // 4
        return [sum(self.samples[i * size:(i + 1) * size]) / size for i in range(4)]


def handles(service):
    folder = "/proc/%d/fd" % service.process.pid
    return sorted(os.readlink(os.path.join(folder, one)).split(":")[0]
                  for one in os.listdir(folder))


def standing(loop):
    """What counts on the server, and all records: how they came to be differs."""
    on_server, records = loop.state()
    outcomes = [one for one in map(json.loads, on_server) if one["resourceType"] == "Observation"
                and one["status"] != "entered-in-error"]
    return sorted(json.dumps(one, sort_keys=True) for one in outcomes), records


def quiet(program, hospital, folder, changes):
    """What one pass gives that finds the hospital as it is in the end."""
    loop = make_loop(program, hospital, folder, write_back=AT_ONCE)
    for method, path, text in changes:
        loop.send(method, path, json.loads(text))
    process = loop.start("run")
    _, err = process.communicate(timeout=300)
    wanted(process.returncode == 0, "the quiet pass failed: " + err)
    state = standing(loop)
    loop.stop()
    return state


def start(loop):
    with open(os.path.join(loop.folder, "secret"), "w") as file:
        file.write("pssst\n")
    loop.configure(schedule={"every": "1m"},
                   subscriptions={"secret": {"file": "secret"}, "debounce": "1s"})
    return Service(loop)


def torture(program, folder, minutes, seed):
    hospital = make_hospital(program, folder)
    bring_to_today(hospital)
    loop = make_loop(program, hospital, os.path.join(folder, "loud"), write_back=AT_ONCE)
    keys = with_cds(loop, suggest_orders=True)
    with_callers(loop)
    service = start(loop)
    try:
        service.wait_for_passes(1)
        changing = Hospital(loop, seed)
        load = Load(loop, keys, service, changing, seed)
        load.run(0.1)  # every path once, before handles are counted
        settle(load, service)
        time.sleep(KEPT)
        before = handles(service)
        status(loop, "--resume")
        memory = Memory(service.process.pid)
        load.run(minutes)
        quarters = memory.stop()
        settle(load, service)
        report(load, service, quarters)
        judge(load, service, quarters, before)
        state = standing(loop)
        took = service.stop()
        wanted(took < 10, "stopping took %.1f s" % took)
        loop.check_store()
    finally:
        service.kill()
        loop.stop()
    expected = quiet(program, hospital, os.path.join(folder, "quiet"), changing.done)
    wanted(expected[0], "nothing stands after the quiet pass: the test tests nothing")
    wrong = difference(expected, state)
    wanted(not wrong, "not the state of a quiet pass: " + wrong)
    print("the same state as after one quiet pass: %d outcomes, records of %d patients" %
          (len(state[0]), len(state[1])))


def settle(load, service):
    """One more pass, after which nothing is under way."""
    status(load.loop, "--pause")
    wait_until(lambda: service.metric("embolink_run_active") == 0, 60, "the end of passes")
    load.run_now()
    wait_until(lambda: service.metric("embolink_run_active") == 0, 60, "the end of passes")


def report(load, service, quarters):
    print("%d changes, %d passes, %d cards" % (load.event_number, service.passes(), load.cards))
    for what in sorted({one for one, _ in load.caller.counts}):
        print("  %-24s %s" % (what, load.caller.said(what)))
    print("memory of the four quarters: %s MiB, the last %.1f %% above the second" %
          (" ".join("%.1f" % (one / 1024) for one in quarters),
           100 * (quarters[3] / quarters[1] - 1)), flush=True)


def judge(load, service, quarters, before):
    for what in ("hook", "notification", "feedback", "measure", "derive"):
        wanted(load.caller.counts[what, 200] > 0, "%s was never answered well" % what)
    wanted(load.cards > 0, "no card was given")
    wanted(service.metric("embolink_last_run_failed") == 0, "the last pass failed")
    wanted('"level":"error"' not in service.text(), "the log has errors")
    wanted(quarters[3] <= GROWTH * quarters[1], "memory grew")
    wait_until(lambda: handles(service) == before, KEPT + 30,
               "handles as before: %s instead of %s" % (handles(service), before))
    print("handles: %d before and after" % len(before))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    try:
        torture(os.path.abspath(options.program), os.path.abspath(options.folder),
                options.minutes, options.seed)
    except AssertionError as error:
        print("FAILED: %s" % error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
