"""Notifications as servers send them, played by curl: the outcome on the server follows an amended
resource within seconds, and a flood harms nobody. subscriptions.py PROGRAM FOLDER"""
import hmac
import json
import os
import sys
import time

from sandbox_loop import OUTCOME, make_hospital
from service_loop import Service, curl, play, status, wait_until, wanted

HOOK = "/fhir/subscription/all"
SECRET = ("-H", "X-Embolink-Secret: pssst")


def start(loop, services):
    with open(os.path.join(loop.folder, "secret"), "w") as file:
        file.write("pssst\n")
    loop.configure(subscriptions={"secret": {"file": "secret"}, "debounce": "1s"})
    service = Service(loop)
    services.append(service)
    service.wait_for_passes(1)
    return service


def outcomes(loop):
    """subject and what -> value, of all outcomes that count"""
    found = {}
    for one in loop.resources("Observation"):
        if any(of.get("system") == OUTCOME for of in one.get("identifier", [])):
            if one["status"] != "entered-in-error":
                found[one["identifier"][0]["value"]] = one
    return found


def notify(service, body=b"", method="POST", path=HOOK, secret=SECRET):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return curl(service.base + path, "-X", method, "-H", "Content-Type: application/fhir+json",
                *secret, data=data).status


def embolizations(loop):
    """The Procedures of one patient who has outcomes."""
    patient = sorted(one["subject"]["reference"] for one in outcomes(loop).values())[0]
    return patient, [one for one in loop.resources("Procedure")
                     if one["subject"]["reference"] == patient]


def event(number, focus=None, resource=None, kind="event-notification"):
    part = [{"name": "event-number", "valueString": str(number)}]
    if focus:
        part.append({"name": "focus", "valueReference": {"reference": focus}})
    parameters = [{"name": "type", "valueCode": kind}]
    if kind == "event-notification":
        parameters.append({"name": "notification-event", "part": part})
    entries = [{"resource": {"resourceType": "Parameters", "parameter": parameters}}]
    if resource:
        entries.append({"resource": resource})
    return {"resourceType": "Bundle", "type": "history", "entry": entries}


def follows(loop, services):
    """A patient's procedures become mistakes on the server: his outcomes are taken back."""
    service = start(loop, services)
    before = outcomes(loop)
    patient, procedures = embolizations(loop)
    for one in procedures:
        one["status"] = "entered-in-error"
        loop.send("PUT", "/Procedure/" + one["id"], one)
    changed = loop.get("/Procedure/" + procedures[0]["id"])
    begun = time.time()
    wanted(notify(service, changed, "PUT", HOOK + "/Procedure/" + changed["id"]) == 200, "refused")

    def gone():
        return not any(one["subject"]["reference"] == patient for one in outcomes(loop).values())

    wait_until(gone, 60, "his outcomes are taken back")
    took = time.time() - begun
    wanted(len(outcomes(loop)) < len(before), "nothing changed")
    service.wait_for_passes(2)  # they are taken back before it ends
    wanted(service.passes() == 2, "%d passes" % service.passes())
    run = status(loop)["runs"][0]
    wanted(run["partial"] and run["summary"]["patients"] == 1, "others were asked for, too: " +
           str(run))
    wanted(service.metric("embolink_last_run_patients") > 1, "it counts as one of everybody")
    wanted(loop.records(), "nothing is left")
    service.stop()
    return "followed within %.1f s" % took


def put_right(loop, services, to):
    """Procedures that were filed under the wrong patient: the right one's name is all that is told."""
    service = start(loop, services)
    patient, procedures = embolizations(loop)
    for one in procedures:
        one["subject"] = {"reference": to(loop, patient)}
        loop.send("PUT", "/Procedure/" + one["id"], one)
        wanted(notify(service, loop.get("/Procedure/" + one["id"])) == 200, "refused")

    def gone():
        return not any(one["subject"]["reference"] == patient for one in outcomes(loop).values())

    wait_until(gone, 60, "the outcomes of the wrong one are taken back")
    service.wait_for_passes(2)  # its end comes after what it takes back
    time.sleep(4)
    # One pass, or one each: the last notification may be of one of them alone, whose time is later.
    runs = status(loop)["runs"][:service.passes() - 1]
    wanted(len(runs) <= 2, "passes go on")
    wanted(all(run["partial"] for run in runs), "a pass of everybody")
    asked = sum(run["summary"]["patients"] for run in runs)
    wanted(asked == 2, "%d patients asked for" % asked)
    service.stop()
    return "both asked for"


def another_of_ours(loop, patient):
    return sorted({one["subject"]["reference"] for one in outcomes(loop).values()} - {patient})[0]


def somebody_new(loop, patient):
    loop.send("PUT", "/Patient/right", {"resourceType": "Patient", "id": "right"})
    return "Patient/right"


def to_another(loop, services):
    return put_right(loop, services, another_of_ours)


def to_somebody_new(loop, services):
    return put_right(loop, services, somebody_new)


def over_a_restart(loop, services):
    """Told and answered, and the service ended before its time had come."""
    service = start(loop, services)
    patient, procedures = embolizations(loop)
    for one in procedures:
        one["status"] = "entered-in-error"
        loop.send("PUT", "/Procedure/" + one["id"], one)
    wanted(notify(service, loop.get("/Procedure/" + procedures[0]["id"])) == 200, "refused")
    service.kill()
    service = Service(loop, "again")
    services.append(service)
    wait_until(lambda: not any(one["subject"]["reference"] == patient
                               for one in outcomes(loop).values()), 60, "his outcomes go")
    service.stop()
    return "followed after the restart"


def shared_address(loop, services):
    """Each Subscription numbers its events for itself."""
    service = start(loop, services)

    def told(subscription, number, observation):
        bundle = event(number, resource=observation)
        bundle["entry"][0]["resource"]["parameter"].insert(0, {
            "name": "subscription", "valueReference": {"reference": "Subscription/" + subscription}})
        return notify(service, bundle)

    patient, procedures = embolizations(loop)
    one = dict(procedures[0], status="entered-in-error")
    loop.send("PUT", "/Procedure/" + one["id"], one)
    wanted(told("a", 1, loop.resources("Patient")[0]) == 200, "refused")
    repeated = service.metric("embolink_notifications_left_out{reason=\"repeated\"}")
    wanted(told("b", 1, loop.get("/Procedure/" + one["id"])) == 200, "refused")
    wanted(service.metric("embolink_notifications_left_out{reason=\"repeated\"}") ==
           repeated, "the other's first event is a repetition")
    service.stop()
    return "two Subscriptions, one address"


def nothing_told(loop, services):
    """An empty notification, then the same pass again for a reference alone."""
    service = start(loop, services)
    wanted(notify(service) == 200, "refused")
    service.wait_for_passes(2)
    wanted(notify(service, event(1, loop.base + "/Observation/unknown")) == 200, "refused")
    service.wait_for_passes(3)
    last = status(loop)["runs"][0]["summary"]
    wanted(last["derived"] == 0 and last["written"]["created"] == 0, "a pass without change writes")
    service.stop()
    return "2 passes, nothing written"


def no_reason(loop, services):
    service = start(loop, services)
    _, procedures = embolizations(loop)
    seen = loop.get("/Procedure/" + procedures[0]["id"])
    seen["meta"] = {"versionId": "seen"}
    own = next(iter(outcomes(loop).values()))
    stranger = {"resourceType": "Observation", "id": "x", "meta": {"versionId": "1"},
                "subject": {"reference": "Patient/stranger"}}
    for body in (event(0, kind="handshake"), event(0, kind="heartbeat"), own, stranger):
        wanted(notify(service, body) == 200, "refused: " + json.dumps(body)[:80])
    time.sleep(4)
    wanted(service.passes() == 1, "a pass for nothing")
    for _ in range(3):
        notify(service, seen)
    service.wait_for_passes(2)
    time.sleep(8)
    wanted(service.passes() == 2, "a pass for what was told before")
    wanted(service.metric('embolink_notifications_left_out{reason="repeated"}') == 2, "repeated")
    wanted(service.metric('embolink_notifications_left_out{reason="own"}') == 1, "own")
    wanted(service.metric('embolink_notifications_left_out{reason="foreign"}') == 1, "foreign")
    service.stop()
    return "handshake, heartbeat, own output, a stranger, repetitions"


def out_of_order(loop, services):
    service = start(loop, services)
    notify(service, event(0, kind="handshake"))
    notify(service, event(1, "Procedure/1"))
    notify(service, event(4, "Procedure/1"))
    notify(service, event(3, "Procedure/1"))
    service.wait_for_passes(2)
    wanted(service.metric('embolink_notifications_left_out{reason="gap"}') == 1, "no gap seen")
    service.stop()
    return "a gap is seen, a late event is none"


def who_may(loop, services):
    service = start(loop, services)
    wanted(notify(service, secret=()) == 401, "without the secret")
    wanted(notify(service, secret=("-H", "X-Embolink-Secret: psss")) == 401, "with another")
    wanted(notify(service, b"{") == 400, "no JSON")
    wanted(notify(service, b'{"x": 1}') == 400, "no resource")
    time.sleep(3)
    wanted(service.passes() == 1, "a pass for what was refused")
    service.stop()
    return "401 and 400"


def who_signs(loop, services):
    """HMAC of the body in the place of the secret header."""
    with open(os.path.join(loop.folder, "key"), "w") as file:
        file.write("key\n")
    loop.configure(subscriptions={"hmac": {"secret": {"file": "key"}}, "debounce": "1s"})
    service = Service(loop)
    services.append(service)
    service.wait_for_passes(1)
    body = json.dumps(event(1, "Procedure/1")).encode()

    def signature(key=b"key", of=body):
        return ("-H", "X-Signature: " + hmac.new(key, of, "sha256").hexdigest())

    wanted(notify(service, body, secret=()) == 401, "without a signature")
    wanted(notify(service, body, secret=signature(b"other")) == 401, "with another key")
    wanted(notify(service, body + b" ", secret=signature()) == 401, "of another body")
    wanted(notify(service, body) == 401, "a header that nobody configured opens")
    wanted(notify(service, body, secret=signature()) == 200, "signed rightly")
    wanted(notify(service, b"", secret=signature(of=b"")) == 200, "nothing, signed rightly")
    service.wait_for_passes(2)
    service.stop()
    return "401, and 200 for the body's own signature"


def a_flood(loop, services):
    service = start(loop, services)
    begun = time.time()
    count = 0
    while time.time() - begun < 8:
        wanted(notify(service) in (200, 429), "refused")
        count += 1
    passes = service.passes()
    wanted(passes <= 4, "%d passes" % passes)
    service.stop()
    return "%d notifications, %d passes" % (count, passes - 1)


def paused(loop, services):
    service = start(loop, services)
    status(loop, "--pause")
    notify(service)
    time.sleep(5)
    wanted(service.passes() == 1, "a pass in spite of the pause")
    status(loop, "--resume")
    service.wait_for_passes(2)
    service.stop()
    return "no pass while paused, one afterwards"


def main():
    program, folder = sys.argv[1], os.path.abspath(sys.argv[2])
    hospital = make_hospital(program, folder)
    situations = [("an amended resource is followed", follows, {}),
                  ("nothing told, and a reference alone", nothing_told, {}),
                  ("what is no reason", no_reason, {}), ("gaps and late events", out_of_order, {}),
                  ("who may", who_may, {}), ("who signs", who_signs, {}),
                  ("a flood", a_flood, {}), ("paused", paused, {}),
                  ("over a restart", over_a_restart, {}),
                  ("a shared address", shared_address, {}),
                  ("filed under the wrong patient", to_another, {}),
                  ("of somebody new", to_somebody_new, {})]
    failed = play(situations, program, folder, hospital, side_by_side=4)
    print("%d situations of notifications, %d failed" % (len(situations), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
