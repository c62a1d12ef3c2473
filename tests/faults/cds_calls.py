"""Calls of CDS Hooks as an EHR makes them, and what is to come of them, worked out from records."""
import datetime
import json
import os
import re
import sqlite3
import uuid
import zoneinfo

from service_loop import Service, wanted
from tokens import Keys

PUBLIC = "https://embolink.example"
ORIGIN = "https://sandbox.cds-hooks.org"
HOOKS = ("patient-view", "order-select", "order-sign", "appointment-book")
ZONE = zoneinfo.ZoneInfo("Europe/Paris")  # of every hospital that synth makes
GAP = 212  # days between two assessments (R5.3)
HEPATIC = {"text": "Transarterial chemoembolization of the liver"}
DATE = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b")


def today():
    """By the clock of the hospital, as the service has it: midnight there is not midnight here."""
    return datetime.datetime.now(ZONE).date()


def bring_to_today(hospital):
    """Moves every date, so that the newest lies a month back: cards speak of what is ahead."""
    folder = os.path.join(hospital, "resources")
    texts = {name: open(os.path.join(folder, name)).read() for name in os.listdir(folder)}
    day = datetime.date.fromisoformat
    newest = max(one for text in texts.values() for one in DATE.findall(text)
                 if one < "2030-01-01")
    move = today() - datetime.timedelta(days=30) - day(newest)

    def moved(found):
        try:
            return (day(found[0]) + move).isoformat()
        except ValueError:
            return found[0]  # dirt of the export

    for name, text in texts.items():
        with open(os.path.join(folder, name), "w") as file:
            file.write(DATE.sub(moved, text))


def with_cds(loop, **more):
    keys = Keys(os.path.join(loop.folder, "keys"))
    cds = {"public_url": PUBLIC, "clients": [{"issuer": keys.issuer, "jwks": {"file": keys.file}}],
           "origins": [ORIGIN]}
    cds.update(more)
    loop.configure(cds=cds)
    return keys


def with_opt_out(loop):
    """Somebody who is not of the cohort has opted out, by business identifier."""
    with open(os.path.join(loop.folder, loop.settings["site"])) as file:
        site = json.load(file)
    site["opt_out"] = ["https://hospital.example/mrn|4711"]
    path = os.path.join(loop.folder, "site.json")
    with open(path, "w") as file:
        json.dump(site, file)
    loop.configure(site=path)


def start(loop, services, passes=1):
    service = Service(loop, "service-%d" % len(services))
    services.append(service)
    service.wait_for_passes(passes)
    return service


def call(service, keys, hook, patient, context=None, **more):
    body = {"hook": hook, "hookInstance": str(uuid.uuid4()),
            "context": dict(context or {}, patientId=patient.split("/")[-1])}
    body.update(more)
    name = "/cds-services/embolink-" + hook
    return service.post(name, body, "-H", "Authorization: Bearer " + keys.token(PUBLIC + name))


def summaries(answer):
    wanted(answer.status == 200, "%d %s" % (answer.status, answer.body))
    return [card["summary"] for card in answer.json()["cards"]]


def orders(code=None, **more):
    order = dict({"resourceType": "ServiceRequest", "id": "draft", "status": "draft",
                  "intent": "order", "code": code or HEPATIC}, **more)
    return {"draftOrders": {"resourceType": "Bundle", "type": "collection",
                            "entry": [{"resource": order}]},
            "selections": ["ServiceRequest/draft"]}


def searchset(*observations):
    return {"resourceType": "Bundle", "type": "searchset",
            "entry": [{"resource": one} for one in observations]}


def marker(patient, days_ago):
    date = today() - datetime.timedelta(days=days_ago)
    return {"resourceType": "Observation", "status": "final", "subject": {"reference": patient},
            "code": {"coding": [{"system": "http://loinc.org", "code": "9811-1"}]},
            "effectiveDateTime": date.isoformat()}


def derivations(loop):
    with sqlite3.connect("file:" + loop.store + "?mode=ro", uri=True) as database:
        for chain, records, timeline, counts in database.execute(
                "SELECT chain, records, timeline, counts FROM derivation"):
            yield (chain, [json.loads(line) for line in records.splitlines()],
                   [json.loads(line) for line in timeline.splitlines()], json.loads(counts))


def expected_summaries(records, counts):
    """Worked out from the records alone."""
    found = []
    by_param = {record["param"]: record for record in records}
    pfs, cohort = by_param.get("PFS"), by_param.get("COHORT", {})
    if pfs and cohort.get("value") == "included" and pfs.get("reason") in (
            "last-adequate-assessment", "no-assessment"):
        start = datetime.date.fromisoformat(pfs["start"])
        last = start if pfs["reason"] == "no-assessment" else datetime.date.fromisoformat(
            pfs["date"])
        due = last + datetime.timedelta(days=GAP)
        if (last - start).days <= 730 and due >= today():
            found.append("Next liver imaging due by %s so that the 24-month status stays known" %
                         due)
    items = counts["open_items"]
    if items:
        found.append("%d item%s of this patient await%s adjudication" % (
            (items, "", "s") if items == 1 else (items, "s", "")))
    return found


# ------------------------------------------------------------------------------------------------
