"""The operations, asked by curl: who may, what comes, and that nothing identifying is left behind.
operations.py PROGRAM FOLDER"""
import json
import os
import sqlite3
import sys
import time

from sandbox_loop import make_hospital
from service_loop import Service, play, status, wait_until, wanted

PUBLIC = "https://embolink.example"
# So that a pass can be cut off in its middle.
SLOW = {"faults": [{"method": "GET", "path": "Observation", "skip": 0, "times": 100000,
                    "fault": "slow", "delay_ms": 80}]}
PERIOD = "?periodStart=1990-01-01&periodEnd=2100-01-01"


def with_callers(loop):
    for name in ("all", "reader"):
        with open(os.path.join(loop.folder, name), "w") as file:
            file.write("secret-of-" + name)
    loop.configure(operations={"public_url": PUBLIC, "callers": [
        {"name": "all", "token": {"file": "all"}, "scopes": ["measure", "derive", "run"]},
        {"name": "reader", "token": {"file": "reader"}, "scopes": ["measure"]}]})


def bearer(name="all"):
    return ("-H", "Authorization: Bearer secret-of-" + name)


def start(loop, services, passes=1):
    service = Service(loop, "service-%d" % len(services))
    services.append(service)
    service.wait_for_passes(passes)
    return service


def who_may(loop, services):
    with_callers(loop)
    service = start(loop, services)
    measure = "/fhir/Measure/maire-2012/$evaluate-measure" + PERIOD
    wanted(service.get(measure).status == 401, "without a token")
    wanted(service.get(measure, *bearer("stranger")).status == 401, "with a strange token")
    wanted(service.get(measure, *bearer("reader")).status == 200, "with its token")
    refused = service.post("/fhir/$run", {}, *bearer("reader"))
    wanted(refused.status == 403, "without the scope: %d" % refused.status)
    wanted(refused.json()["resourceType"] == "OperationOutcome", "no OperationOutcome")
    with open(os.path.join(loop.folder, "reader"), "w") as file:
        file.write("another")
    wanted(service.get(measure, *bearer("reader")).status == 401, "a withdrawn token still opens")
    service.stop()
    return "401, 403, and a token that is withdrawn at once"


def measures(loop, services):
    with_callers(loop)
    service = start(loop, services)
    path = "/fhir/Measure/maire-2012/$evaluate-measure"
    expected = {}
    with sqlite3.connect("file:" + loop.store + "?mode=ro", uri=True) as database:
        for (records,) in database.execute("SELECT records FROM derivation"):
            lines = [json.loads(line) for line in records.splitlines()]
            if any(one["param"] == "COHORT" and one.get("value") == "included" and
                   not {"tier-b", "prior-arterial-therapy"} & set(one["flags"]) for one in lines):
                for one in lines:
                    if one["param"] == "OS":
                        expected[one["patient"]] = one["status"] == "event"
    odd = service.post(path + PERIOD, {"resourceType": "Patient"}, *bearer())
    wanted(odd.status == 400, "a body that is none is passed over: %d" % odd.status)
    report = service.get(path + PERIOD, *bearer()).json()
    found = {group["code"]["coding"][0]["code"]: [one["count"] for one in group["population"]]
             for group in report["group"]}
    wanted(found["OS"][0] == len(expected) and found["OS"][2] == sum(expected.values()),
           "%s instead of %s" % (found["OS"], expected))
    wanted(len(expected) > 0, "nobody is in the analysis set: the test tests nothing")
    wanted("Patient/" not in json.dumps(report), "a summary names patients")
    listed = service.post(path + PERIOD + "&reportType=subject-list", b"", *bearer()).json()
    initial = listed["group"][1]["population"][0]["subjectResults"]["reference"]
    entries = [one["entry"] for one in listed["contained"] if "#" + one["id"] == initial][0]
    wanted(set(one["item"]["reference"] for one in entries) == set(expected),
           "the list is another")
    wanted(service.get(path, *bearer()).status == 400, "without a period")
    wanted(service.get("/fhir/Measure/other/$evaluate-measure" + PERIOD, *bearer()).status == 404,
           "another trial")
    service.stop()
    return "%d patients counted" % len(expected)


def bundle_of_one(loop):
    """All of one patient that records rest on."""
    patient = sorted(loop.resources("Patient"), key=lambda one: one["id"])[0]["id"]
    entries = [{"resource": loop.get("/Patient/" + patient)}]
    for type_name in ("Procedure", "Observation", "Condition", "DiagnosticReport"):
        for one in loop.resources(type_name, "&patient=" + patient):
            entries.append({"resource": one})
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def deriving(loop, services):
    """The same records as `embolink derive` makes of the same resources."""
    with_callers(loop)
    service = start(loop, services)
    bundle = bundle_of_one(loop)
    path = os.path.join(loop.folder, "bundle.json")
    with open(path, "w") as file:
        json.dump(bundle, file)
    out = os.path.join(loop.folder, "records.ndjson")
    command = "'%s' --quiet derive --input '%s' --site '%s' --as-of 2022-01-05 --output '%s'" % (
        loop.program, path, loop.settings["site"], out)
    wanted(os.system(command) == 0, "derive failed")
    answer = service.post("/fhir/$derive?as_of=2022-01-05", bundle, *bearer(),
                          type="application/fhir+json")
    wanted(answer.status == 200, "%d %s" % (answer.status, answer.body))
    def plain(text):
        lines = [json.loads(line) for line in text.splitlines()]
        for line in lines:
            line.pop("rules_version")
        return lines
    with open(out) as file:
        wanted(plain(answer.body) == plain(file.read()), "other records")
    for what, body in (("no JSON", b"{"), ("no Bundle", b'{"resourceType":"Patient"}')):
        wanted(service.post("/fhir/$derive?as_of=2022-01-05", body, *bearer()).status == 400, what)
    wanted(service.post("/fhir/$derive", bundle, *bearer()).status == 400, "without a cut")
    service.stop()
    return "%d records" % len(answer.body.splitlines())


def later(loop, services):
    """Prefer: respond-async: the same answer, made later, for the caller alone."""
    with_callers(loop)
    service = start(loop, services)
    measure = "/fhir/Measure/maire-2012/$evaluate-measure" + PERIOD
    bundle = bundle_of_one(loop)
    prefer = ("-H", "Prefer: respond-async")

    def answer_at(begun):
        wanted(begun.status == 202, "%d %s" % (begun.status, begun.body))
        path = begun.header("Content-Location")[len(PUBLIC):]
        wait_until(lambda: service.get(path, *bearer()).status != 202, 30, "the answer")
        return path, service.get(path, *bearer())

    def counts(answer):
        return [group["population"] for group in answer.json()["group"]]

    path, made = answer_at(service.get(measure, *bearer(), *prefer))
    wanted(counts(made) == counts(service.get(measure, *bearer())), "other counts")
    wanted(service.get(path, *bearer("reader")).status == 404, "somebody else's answer")
    wanted(service.get(path).status == 401, "an answer for everybody")
    wanted(service.get(path, *bearer(), "-X", "DELETE").status == 202, "not forgotten")
    wanted(service.get(path, *bearer()).status == 404, "still there")
    cut = "/fhir/$derive?as_of=2022-01-05"
    now = service.post(cut, bundle, *bearer(), type="application/fhir+json")
    path, made = answer_at(service.post(cut, bundle, *bearer(), *prefer,
                                        type="application/fhir+json"))
    wanted(made.status == 200 and made.body == now.body and len(now.body) > 0, "other records")
    path, made = answer_at(service.post(cut, b"{", *bearer(), *prefer))
    wanted(made.status == 400, "a fault that is answered with %d" % made.status)
    for _ in range(17):  # nobody has to DELETE what he fetched
        answer_at(service.get(measure, *bearer(), *prefer))
    service.stop()
    return "counts and records as those made at once"


def running(loop, services):
    with_callers(loop)
    status(loop, "--pause")
    service = start(loop, services, passes=0)
    begun = service.post("/fhir/$run", b"", *bearer())
    wanted(begun.status == 202, "%d %s" % (begun.status, begun.body))
    address = begun.header("Content-Location")
    wanted(address.startswith(PUBLIC + "/fhir/$run/"), "another address: " + str(address))
    path = address[len(PUBLIC):]
    seen = []

    def ended():
        answer = service.get(path, *bearer())
        seen.append(answer.status)
        return answer.status == 200

    wait_until(ended, 60, "the pass")
    wanted(seen[0] == 202, "done before it began")
    parameters = {one["name"]: one for one in service.get(path, *bearer()).json()["parameter"]}
    wanted(parameters["outcome"]["valueString"] == "complete", str(parameters))
    wanted(service.get("/fhir/$run/x", *bearer()).status == 404, "a job that is none")
    wanted(service.get("/fhir/$run/9999", *bearer()).status == 404, "a job that nobody asked for")
    leave = ("-X", "DELETE", *bearer())
    wanted(service.get(path, *leave).status == 202, "nobody may stop waiting")
    wanted(service.get("/fhir/$run/9999", *leave).status == 404, "left what never was")
    wanted(service.get(path).status == 401, "the state for everybody")
    time.sleep(1.5)
    wanted(service.passes() == 1, "asked for once, run more often")
    service.stop()
    return "202, %d times waiting, 200" % (len(seen) - 1)


def cut_off(loop, services):
    """What was asked for and cut off is made after the restart, paused or not."""
    with_callers(loop)
    status(loop, "--pause")
    service = start(loop, services, passes=0)
    path = service.post("/fhir/$run", b"", *bearer()).header("Content-Location")[len(PUBLIC):]
    wait_until(lambda: service.metric("embolink_run_active") == 1, 20, "the pass begins")
    wait_until(lambda: status(loop)["runs"], 20, "the pass is on record")
    service.kill()
    service = start(loop, services, passes=0)
    wait_until(lambda: service.get(path, *bearer()).status == 200, 90, "the pass ends")
    parameters = {one["name"]: one for one in service.get(path, *bearer()).json()["parameter"]}
    wanted(parameters["outcome"]["valueString"] == "complete", str(parameters))
    runs = status(loop)["runs"]
    wanted(len(runs) == 2, "%d passes" % len(runs))
    service.stop()
    return "cut off, and made"


def as_parameters(loop, services):
    """POST takes a Parameters resource; what an operation does not have is no answer for all."""
    with_callers(loop)
    service = start(loop, services)
    measure = "/fhir/Measure/maire-2012/$evaluate-measure"

    def posted(*pairs):
        body = {"resourceType": "Parameters", "parameter": [
            dict({"name": name}, **value) for name, value in pairs]}
        return service.post(measure, body, *bearer(), type="application/fhir+json")

    period = (("periodStart", {"valueDate": "1990-01-01"}),
              ("periodEnd", {"valueDate": "2100-01-01"}))
    made = posted(*period)
    wanted(made.status == 200, "%d %s" % (made.status, made.body))
    wanted([one["population"] for one in made.json()["group"]] ==
           [one["population"] for one in service.get(measure + PERIOD, *bearer()).json()["group"]],
           "another answer than by the address")
    wanted(posted(*period, ("reportType", {"valueCode": "subject-list"})).status == 200, "a list")
    wanted(posted(*period, ("subject", {"valueString": "Patient/1"})).status == 400, "a subject")
    wanted(service.get(measure + PERIOD + "&subject=Patient/1", *bearer()).status == 400,
           "a subject in the address")
    for form, code in (("json", 200), ("application/fhir%2Bjson", 200), ("xml", 406)):
        wanted(service.get(measure + PERIOD + "&_format=" + form, *bearer()).status == code, form)
    years = service.get(measure + "?periodStart=1990&periodEnd=2099", *bearer())
    wanted(years.json()["period"] == {"start": "1990-01-01", "end": "2099-12-31"}, "whole years")
    wanted(service.get(measure.replace("$", "%24") + PERIOD, *bearer()).status == 200, "%24")
    wanted(posted(("periodStart", {"valueDate": "2021-01-01"}),
                  ("periodEnd", {"valueDate": "2020-01-01"})).status == 400, "a period backwards")
    bundle = bundle_of_one(loop)
    plain = service.post("/fhir/$derive?as_of=2022-01-05", bundle, *bearer())
    whole = service.post("/fhir/$derive", {"resourceType": "Parameters", "parameter": [
        {"name": "as_of", "valueDate": "2022-01-05"}, {"name": "bundle", "resource": bundle}]},
        *bearer())
    wanted(whole.status == 200 and whole.body == plain.body and whole.body, "other records")
    service.stop()
    return "as in the address; others are refused"


def nothing_passed_over(loop, services):
    """What an operation does not have is refused wherever it stands, and so are forms of content
    that are not read or not made."""
    with_callers(loop)
    service = start(loop, services)
    bundle = bundle_of_one(loop)

    def parameters(*list_):
        return {"resourceType": "Parameters", "parameter": list(list_)}

    def status_of(path, body, *options, type="application/fhir+json"):
        return service.post(path, body, *bearer(), *options, type=type).status

    cut = {"name": "as_of", "valueDate": "2022-01-05"}
    held = {"name": "bundle", "resource": bundle}
    foreign = {"name": "foo", "valueString": "x"}
    derive, by_address = "/fhir/$derive", "/fhir/$derive?as_of=2022-01-05"
    for path, body, expected in (
            (derive + "?_format=json", parameters(cut, held), 200),
            (derive + "?_pretty=true&_format=application/fhir%2Bjson", parameters(cut, held), 200),
            (by_address, parameters(held), 200),
            (by_address, parameters(held, foreign), 400),
            (by_address, parameters(held, cut), 400),
            (by_address, parameters(held, held), 400),
            (by_address + "&bundle=x", bundle, 400),
            (derive, parameters(held), 400),
            ("/fhir/$run?foo=bar", b"", 400),
            ("/fhir/$run", parameters({"name": "patient", "valueString": "Patient/1"}), 400),
            ("/fhir/$run", b"garbage", 400)):
        found = status_of(path, body)
        wanted(found == expected, "%s %.90s: %d" % (path, json.dumps(str(body)), found))
    runs = len(status(loop)["runs"])
    asked = service.post("/fhir/$run?_format=json", parameters(), *bearer())
    wanted(asked.status == 202, "a pass of everybody: %d" % asked.status)
    escaped = asked.header("Content-Location")[len(PUBLIC):]
    last = "%%%02x" % ord(escaped[-1])
    wait_until(lambda: service.get(escaped[:-1] + last, *bearer()).status == 200, 60, "the pass")
    wanted(len(status(loop)["runs"]) == runs + 1, "what was refused began a pass")
    measure = "/fhir/Measure/maire-2012/$evaluate-measure" + PERIOD
    for accept, form, code in (("application/fhir+xml", "", 406), ("*/*", "", 200),
                               ("application/fhir+xml, application/json;q=0.1", "", 200),
                               ("application/fhir+xml", "&_format=json", 200)):
        found = service.get(measure + form + "&_pretty=true", *bearer(), "-H", "Accept: " + accept)
        wanted(found.status == code, "%s %s: %d" % (accept, form, found.status))
    wanted(status_of(by_address, bundle, "-H", "Accept: application/x-ndjson") == 200, "ndjson")
    packed = service.post(by_address, bundle, *bearer(), "-H", "Content-Encoding: gzip")
    wanted(packed.status == 415 and packed.header("Accept-Encoding") == "identity",
           "a coding: %d" % packed.status)
    wanted(status_of(by_address, b"<Bundle/>", type="application/fhir+xml") == 415, "XML")
    service.stop()
    return "400, 406, 415"


def main():
    program, folder = sys.argv[1], os.path.abspath(sys.argv[2])
    hospital = make_hospital(program, folder)
    situations = [("who may", who_may, {}), ("measures", measures, {}), ("deriving", deriving, {}),
                  ("later", later, {}),
                  ("running", running, {}), ("as Parameters", as_parameters, {}),
                  ("nothing passed over", nothing_passed_over, {}),
                  ("cut off", cut_off, {"faults": SLOW})]
    failed = play(situations, program, folder, hospital)
    print("%d situations of the operations, %d failed" % (len(situations), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
