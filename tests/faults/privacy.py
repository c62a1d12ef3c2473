"""Nothing identifying in logs, metrics, addresses or errors: every patient of the hospital is marked,
the service is asked everything, rightly and wrongly, and all that it says beside its answers to
whoever may know is scanned. privacy.py PROGRAM FOLDER"""
import json
import os
import sqlite3
import subprocess
import sys

from cds_calls import HEPATIC, PUBLIC, call, marker, orders, searchset, with_cds
from operations import bearer, with_callers
from sandbox_loop import make_hospital
from service_loop import Service, play, wanted

NAME = "Zebramarker"
BORN = "1911-11-11"
NUMBER = "770077007"
VALUE = "1234567.89"
TEXT = "Zebratext in a report"
MARKS = (NAME, BORN, NUMBER, VALUE, "Zebratext")


def mark(hospital):
    """Names, birth dates and numbers in every Patient, text and a value wherever they fit."""
    folder = os.path.join(hospital, "resources")
    count = 0
    for file_name in os.listdir(folder):
        path = os.path.join(folder, file_name)
        out = []
        for line in open(path):
            try:
                resource = json.loads(line)
            except ValueError:
                out.append(line)  # dirt of the export
                continue
            kind = resource.get("resourceType")
            if kind == "Patient":
                count += 1
                resource["name"] = [{"family": NAME, "given": [NAME + "-given"]}]
                resource["birthDate"] = BORN
                resource["telecom"] = [{"system": "phone", "value": NUMBER}]
                resource.setdefault("identifier", []).append(
                    {"system": "https://ids.example", "value": NUMBER + str(count)})
            if kind == "DiagnosticReport":
                resource["conclusion"] = TEXT + ". " + resource.get("conclusion", "")
            if kind == "Observation" and "valueQuantity" in resource and count % 2:
                resource.setdefault("note", []).append({"text": TEXT + " " + VALUE})
            for key in ("subject", "patient"):
                if isinstance(resource.get(key), dict):
                    resource[key]["display"] = NAME
            out.append(json.dumps(resource) + "\n")
        with open(path, "w") as file:
            file.writelines(out)
    wanted(count > 5, "the hospital has no patients to mark")


def everything(loop, services):
    keys = with_cds(loop, suggest_orders=True)
    with_callers(loop)
    service = Service(loop)
    services.append(service)
    service.wait_for_passes(1)
    said = []  # what anybody may see: refusals, with their heads

    def note(answer):
        wanted(answer.status >= 400, "served: %d" % answer.status)
        said.append(answer.head + answer.body)

    note(service.get("/%s?name=%s&birthdate=%s" % (NAME, NAME, BORN)))
    note(service.get("/fhir/Patient/%s?family=%s" % (NUMBER, NAME), *bearer()))
    note(service.get("/cds-services/" + NAME, "-X", "POST", "-d", "{}"))
    note(service.get("/health/live", "-X", NAME.upper()))
    note(service.get("/" + NAME, "-H", "X-Request-Id: " + NAME + " " + BORN))
    note(service.get("/fhir/$run/" + NAME, *bearer()))
    note(service.get("/fhir/Measure/%s/$evaluate-measure?periodStart=%s" % (NAME, NAME), *bearer()))
    note(service.get("/fhir/Measure/maire-2012/$evaluate-measure?periodStart=" + NAME, *bearer()))
    note(service.post("/fhir/$derive?as_of=2022-01-05", ('{"resourceType": "%s' % NAME).encode(),
                      *bearer()))
    note(service.post("/fhir/$derive?as_of=" + NAME, {"name": NAME}, *bearer()))
    note(service.post("/fhir/$derive?as_of=2022-01-05", {}, "-H", "Authorization: Bearer " + NAME))
    name = "/cds-services/embolink-order-sign"
    note(service.post(name, {"hook": NAME}, "-H", "Authorization: Bearer " + NAME))
    note(service.post(name, {"hook": NAME, "context": {"patientId": NAME + " " + BORN}}, "-H",
                      "Authorization: Bearer " + keys.token(PUBLIC + name)))
    note(service.post(name + "/feedback", {"feedback": [{"card": NAME}]}, "-H",
                      "Authorization: Bearer " + keys.token(PUBLIC + name)))
    note(call(service, keys, "order-sign", "Patient/" + NAME, orders({"text": HEPATIC["text"] +
                                                                      " " + NAME})))
    # Rightly asked, with all that a chart holds.
    patient = {"resourceType": "Patient", "name": [{"family": NAME}], "birthDate": BORN}
    result = dict(marker("Patient/new", 3), note=[{"text": TEXT}],
                  valueQuantity={"value": float(VALUE)})
    cards = call(service, keys, "order-sign", "Patient/new", orders(note=[{"text": NAME}]),
                 prefetch={"markers": searchset(result), "patient": patient},
                 fhirAuthorization={"access_token": NAME})
    wanted(cards.status == 200, "%d %s" % (cards.status, cards.body))
    bundle = {"resourceType": "Bundle", "type": "collection",
              "entry": [{"resource": dict(patient, id="p")}, {"resource": {"x": NAME}}]}
    derived = service.post("/fhir/$derive?as_of=2022-01-05", bundle, *bearer())
    wanted(derived.status == 200, "%d %s" % (derived.status, derived.body))
    said.append(derived.body + cards.body)
    metrics = service.get("/metrics").body
    ready = service.get("/health/ready").body
    service.stop()
    log = service.text()
    wanted(len(log.splitlines()) > 20, "the log says nothing")
    for where, text in [("the log", log), ("metrics", metrics), ("health", ready)] + [
            ("answer %d" % number, text) for number, text in enumerate(said)]:
        for one in MARKS:
            wanted(one.lower() not in text.lower(), "%s holds %s: %s" % (where, one, text[:2000]))
    with sqlite3.connect("file:" + loop.store + "?mode=ro", uri=True) as database:
        patients = [row[0] for row in database.execute("SELECT member FROM chain_member")]
    for reference in patients:
        wanted(reference not in log, "the log names a patient")
        wanted(reference not in metrics, "metrics name a patient")
    with open(loop.store, "rb") as file:
        kept = file.read()
    wanted(NAME.encode() not in kept, "the database holds names")
    return "%d lines of log, %d answers, metrics: no mark of %d patients" % (
        len(log.splitlines()), len(said), len(patients))


def a_refused_configuration(loop, services):
    """Messages of a start that fails name places, never secrets."""
    loop.configure(operations={"public_url": PUBLIC, "callers": [
        {"name": "x", "token": "Zebrasecret", "scopes": ["measure"]}]})
    done = subprocess.run([loop.program, "serve", "--config", loop.config], capture_output=True,
                          text=True)
    wanted(done.returncode == 2, "exit code %d" % done.returncode)
    wanted("/operations/callers/0/token" in done.stderr, "the place is not named: " + done.stderr)
    wanted("Zebrasecret" not in done.stdout + done.stderr, "the secret is repeated")
    return "a secret that is written out is refused and not repeated"


def main():
    program, folder = sys.argv[1], os.path.abspath(sys.argv[2])
    hospital = make_hospital(program, folder)
    mark(hospital)
    situations = [("everything that is said", everything, {}),
                  ("a refused configuration", a_refused_configuration, {})]
    failed = play(situations, program, folder, hospital)
    print("%d situations of privacy, %d failed" % (len(situations), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
