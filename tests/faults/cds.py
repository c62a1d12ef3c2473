"""CDS Hooks 2.0 as an EHR calls it: discovery, tokens, cards, feedback. cds.py PROGRAM FOLDER"""
import datetime
import json
import os
import re
import shutil
import socket
import sqlite3
import sys
import time
import urllib.parse
import uuid

from cds_calls import (HEPATIC, HOOKS, ORIGIN, PUBLIC, bring_to_today, call, derivations,
                       expected_summaries, marker, orders, searchset, start, summaries, today,
                       with_cds, with_opt_out)
from sandbox_loop import make_hospital
from service_loop import Service, curl, play, status, wait_until, wanted, with_a_pass_of_now
from tokens import Keys

SLOW_RESULTS = {"faults": [{"method": "GET", "path": "Observation", "skip": 0, "times": 100000,
                            "fault": "slow", "delay_ms": 4000}]}

SLOW_BOTH = {"faults": [{"method": "GET", "path": path, "skip": 0, "times": 100000,
                         "fault": "slow", "delay_ms": 1300}
                        for path in ("Patient/new", "Observation")]}


def discovery(loop, services):
    with_cds(loop)
    service = start(loop, services)
    answer = service.get("/cds-services", "-H", "Origin: " + ORIGIN)
    wanted(answer.header("Access-Control-Allow-Origin") == ORIGIN, "no CORS for a listed origin")
    found = {one["hook"]: one for one in answer.json()["services"]}
    wanted(set(found) == set(HOOKS), str(set(found)))
    wanted("not intended to diagnose" in found["patient-view"]["description"], "no intended use")
    wanted("{{context.patientId}}" in found["order-sign"]["prefetch"]["markers"], "no prefetch")
    other = service.get("/cds-services", "-H", "Origin: https://evil.example")
    wanted(other.header("Access-Control-Allow-Origin") is None, "CORS for everybody")
    refused = service.post("/cds-services/embolink-patient-view", {}, "-H", "Origin: " + ORIGIN)
    wanted(refused.status == 401 and refused.header("Access-Control-Allow-Origin") == ORIGIN,
           "a page cannot read why it was refused")
    large = service.post("/cds-services/embolink-patient-view", {"x": "x" * 5_000_000}, "-H",
                         "Origin: " + ORIGIN)
    wanted(large.status == 413 and large.header("Access-Control-Allow-Origin") == ORIGIN,
           "a page cannot read that it sent too much")
    asked = service.get("/cds-services/embolink-patient-view", "-X", "OPTIONS", "-H",
                        "Origin: " + ORIGIN, "-H", "Access-Control-Request-Method: POST")
    wanted(asked.status == 204 and "Authorization" in asked.header("Access-Control-Allow-Headers"),
           "no preflight")
    service.stop()
    return "4 services"


def asked_of_server(base, template, patient):
    """The answers to a prefetch template (CDS Hooks 2.0, Prefetch Template), got and posted."""
    query = template.replace("{{context.patientId}}", patient.split("/")[-1])
    wanted("{{" not in query, "a token that no client of ours can fill: " + query)
    path, _, search = query.partition("?")
    quoted = urllib.parse.quote(search, safe="&=,:")
    if not search:
        return [curl(base + "/" + path)]
    return [curl(base + "/" + path + "?" + quoted),
            curl(base + "/" + path + "/_search", data=quoted.encode())]


def prefetch(loop, services):
    """What discovery asks for is what the demo server can answer, the newest results first."""
    with_cds(loop)
    with_opt_out(loop)
    service = start(loop, services)
    results = {chain: sum(line["kind"] == "marker" for line in timeline)
               for chain, _, timeline, _ in derivations(loop)}
    patient = max(results, key=results.get)
    found = set()
    for one in service.get("/cds-services").json()["services"]:
        for template in one["prefetch"].values():
            for answer in asked_of_server(loop.base, template, patient):
                wanted(answer.status == 200, "%s: %d %s" % (template, answer.status, answer.body))
                resource = answer.json()
                found.add(resource["resourceType"])
                dates = [entry["resource"]["effectiveDateTime"][:10]
                         for entry in resource.get("entry", [])]
                wanted(resource["resourceType"] == "Patient" or len(set(dates)) > 1,
                       "too few results to see their order: %s" % dates)
                wanted(dates == sorted(dates, reverse=True), "not by date: %s" % dates)
    wanted(found == {"Bundle", "Patient"}, "answered: %s" % found)
    service.stop()
    return "every template, by GET and POST"


def tokens(loop, services):
    keys = with_cds(loop)
    stranger = Keys(os.path.join(loop.folder, "stranger"))
    service = start(loop, services)
    name = "/cds-services/embolink-patient-view"
    url = PUBLIC + name
    body = {"hook": "patient-view", "hookInstance": "1", "context": {"patientId": "nobody"}}

    def code(token):
        answer = service.post(name, body, *(["-H", "Authorization: Bearer " + token]
                                            if token else []))
        if answer.status == 401:
            wanted(answer.header("WWW-Authenticate") == "Bearer", "no challenge")
            wanted(answer.json()["issue"][0]["diagnostics"] == "not allowed", "a reason is given")
        return answer.status

    wanted(code(keys.token(url)) == 200, "ES384 is refused")
    wanted(code(keys.token(url, "RS384")) == 200, "RS384 is refused")
    wanted(code(keys.token([PUBLIC, url])) == 200, "a list of audiences is refused")
    wanted(code("  " + keys.token(url)) == 200, "spaces before the token are refused")
    trap = socket.create_server(("127.0.0.1", 0))  # nobody may come
    trap.settimeout(0.5)
    elsewhere = "http://127.0.0.1:%d/jwks.json" % trap.getsockname()[1]
    again = keys.token(url)
    wanted([code(again), code(again)] == [200, 401], "a token is good twice")
    refused = {
        "none": keys.token(url, "none"), "HMAC": keys.token(url, "HS384"),
        "a stranger's": stranger.token(url), "another audience": keys.token(PUBLIC),
        "expired": keys.token(url, exp=int(time.time()) - 120),
        "another issuer": keys.token(url, iss="https://other.example"),
        "a list of addresses": keys.token(url, header={"jku": [elsewhere]}),
        "a number for an address": keys.token(url, header={"jku": 7}),
        "null for an address": keys.token(url, header={"jku": None}),
        "what is critical": keys.token(url, header={"crit": 7}),
        "an address for keys": keys.token(url, header={"jku": elsewhere}),
        "a stranger's with his address": stranger.token(url, header={"jku": elsewhere}),
        "an audience with a slash": keys.token(url + "/"),
        "an audience that begins like it": keys.token(url[:-1]),
        "a list without it": keys.token([PUBLIC, PUBLIC + "/cds-services", url + "/feedback"]),
        "an audience in an audience": keys.token([[url]]),
        "without id": keys.token(url, jti=""), "not there": None}
    for what, token in refused.items():
        wanted(code(token) == 401, "taken: " + what)
    wanted(service.metric("embolink_cds_refused_total") == len(refused) + 1, "not counted")
    told = re.findall(r"a token is refused: [^\"]+", service.text())
    wanted(len(told) == len(refused) + 1 and len(set(told)) > 5,
           "whoever sets a client up does not learn why")
    try:
        trap.accept()
        wanted(False, "the address of a token was asked")
    except socket.timeout:
        trap.close()
    service.stop()
    return "4 taken, %d refused" % (len(refused) + 1)


def cards(loop, services):
    keys = with_cds(loop)
    service = start(loop, services)
    told = 0
    for chain, records, _, counts in derivations(loop):
        found = summaries(call(service, keys, "patient-view", chain))
        expected = expected_summaries(records, counts)
        wanted(found == expected, "%s instead of %s" % (found, expected))
        told += len(found)
    wanted(told > 0, "no patient has a card: the test tests nothing")
    wanted(summaries(call(service, keys, "patient-view", "Patient/nobody")) == [], "of nobody")
    service.stop()
    return "%d cards, as the records say" % told


NO_MARKER = "No 5-HIAA/CgA result in the 90 days before this embolization"


def markers(loop, services):
    keys = with_cds(loop, suggest_orders=True)
    service = start(loop, services)

    def ask(hook="order-sign", patient="Patient/new", context=None, **more):
        return call(service, keys, hook, patient, context or orders(), **more)

    empty = searchset()
    wanted(NO_MARKER in summaries(ask(prefetch={"markers": empty})), "no card")
    card = ask(prefetch={"markers": empty}).json()["cards"][0]
    resource = card["suggestions"][0]["actions"][0]["resource"]
    wanted(resource["subject"]["reference"] == "Patient/new", "a suggestion for another")
    wanted(NO_MARKER in summaries(ask("order-select", prefetch={"markers": empty})), "select")
    booked = {"appointments": searchset({"resourceType": "Appointment",
                                         "serviceType": [HEPATIC]})}
    wanted(NO_MARKER in summaries(ask("appointment-book", context=booked,
                                      prefetch={"markers": empty})), "no card on booking")
    recent = searchset(marker("Patient/new", 90))
    wanted(summaries(ask(prefetch={"markers": recent})) == [], "a card in spite of a result")
    old = searchset(marker("Patient/new", 91))
    wanted(summaries(ask(prefetch={"markers": old})) == [NO_MARKER], "an old result is enough")
    wanted(summaries(ask(context=orders({"text": "Chest X-ray"}))) == [], "any order is one")
    for what, value in (("null", None), ("an OperationOutcome",
                                         {"resourceType": "OperationOutcome"})):
        answer = ask(prefetch={"markers": value})
        wanted(answer.status == 412, "%s: %d" % (what, answer.status))
        wanted(answer.json()["resourceType"] == "OperationOutcome", "no OperationOutcome")
    wanted(ask().status == 412, "without any prefetch")
    wanted(ask(prefetch={}).status == 412, "without the key")
    wanted(ask(prefetch={"patient": {"resourceType": "Patient"}}).status == 412, "another key")
    known = next(chain for chain, _, timeline, _ in derivations(loop)
                 if any(line["kind"] == "marker" for line in timeline))
    for what, more in (("no prefetch", {}), ("null", {"prefetch": {"markers": None}}),
                       ("an OperationOutcome", {"prefetch": {"markers": {
                           "resourceType": "OperationOutcome"}}})):
        answer = ask(patient=known, **more)
        wanted(answer.status == 200, "%s, of a known patient: %d" % (what, answer.status))
    authorization = {"access_token": "t0ken", "token_type": "Bearer", "expires_in": 300,
                     "scope": "patient/*.rs", "subject": "x"}
    mine = ask(fhirServer=loop.base, fhirAuthorization=authorization)
    wanted(summaries(mine) == [NO_MARKER], "the server was not asked: " + mine.body)
    other = ask(fhirServer="http://127.0.0.1:9/fhir", fhirAuthorization=authorization)
    wanted(other.status == 412, "a server was asked that is not ours: %d" % other.status)
    loop.send("PUT", "/Patient/new", {"resourceType": "Patient", "id": "new"})
    loop.send("PUT", "/Observation/new", dict(marker("Patient/new", 3), id="new"))
    fetched = ask(fhirServer=loop.base.replace("http:", "HTTP:") + "/",
                  fhirAuthorization=authorization)
    wanted(summaries(fetched) == [], "the server's result does not count: " + fetched.body)
    wanted("t0ken" not in service.text(), "the token is in the log")
    service.stop()
    return "prefetch, null, OperationOutcome, the call's own token"


def more_results(loop, services):
    """Forms of a result that are met, and answers that are not all."""
    keys = with_cds(loop)
    service = start(loop, services)

    def ask(bundle, context=None):
        return call(service, keys, "order-sign", "Patient/new", context or orders(),
                    prefetch={"markers": bundle})

    day = marker("Patient/new", 10).pop("effectiveDateTime")
    for form in ({"effectivePeriod": {"start": day + "T07:00:00Z", "end": day + "T07:00:00Z"}},
                 {"effectiveInstant": day + "T07:00:00Z"}):
        result = marker("Patient/new", 10)
        del result["effectiveDateTime"]
        result.update(form)
        wanted(summaries(ask(searchset(result))) == [], "%s is passed over" % form)
    for form in ({"subject": {"reference": "Patient/new/_history/3"}},
                 {"subject": {"identifier": {"system": "https://h.example", "value": "1"}}},
                 {"effectiveDateTime": None, "effectiveTiming": {"event": [day]}},
                 {"effectiveDateTime": today().isoformat()[:7]}):
        result = dict(marker("Patient/new", 10), **form)
        wanted(summaries(ask(searchset(result))) == [], "%s is passed over" % form)
    told = {"resourceType": "OperationOutcome",
            "issue": [{"severity": "information", "code": "informational"}]}
    wanted(ask(dict(searchset(told), total=1)).status == 412, "an OperationOutcome is a match")
    wanted(summaries(ask(searchset(told))) == [NO_MARKER], "an information is a fault")
    page = searchset()
    page["link"] = [{"relation": "next", "url": "https://ehr.example/fhir?page=2"}]
    wanted(ask(page).status == 412, "the first page is taken as all")
    both = orders(occurrenceDateTime=(today() + datetime.timedelta(days=10)).isoformat())
    later = orders(occurrenceDateTime=(today() + datetime.timedelta(days=200)).isoformat())
    both["draftOrders"]["entry"] += later["draftOrders"]["entry"]
    wanted(summaries(ask(searchset(marker("Patient/new", 20)), both)) == [NO_MARKER],
           "only the first order is looked at")
    service.stop()
    return "periods, instants, timings, months, versions, pages, several orders"


def opted_out(loop, services):
    """By business identifier, and not of the cohort yet."""
    keys = with_cds(loop)
    with_opt_out(loop)
    service = start(loop, services)
    found = service.get("/cds-services").json()["services"]
    wanted(all("patient" in one["prefetch"] for one in found), "the Patient is not asked for")

    def ask(number, **more):
        patient = {"resourceType": "Patient", "id": "new", "identifier": [
            {"system": "https://hospital.example/mrn", "value": number}]}
        prefetch = dict({"markers": searchset(), "patient": patient}, **more)
        return summaries(call(service, keys, "order-sign", "Patient/new", orders(),
                              prefetch=prefetch))

    wanted(ask("4712") == [NO_MARKER], "nobody gets a card")
    wanted(ask("4711") == [], "who opted out gets a card")
    wanted(ask("4712", patient=None) == [], "a card of who may have opted out")
    loop.send("PUT", "/Patient/new", {"resourceType": "Patient", "id": "new", "identifier": [
        {"system": "https://hospital.example/mrn", "value": "4711"}]})
    answer = call(service, keys, "order-sign", "Patient/new", orders(), fhirServer=loop.base,
                  fhirAuthorization={"access_token": "t", "token_type": "Bearer"},
                  prefetch={"markers": searchset()})
    wanted(summaries(answer) == [], "the server's Patient is not looked at")
    service.stop()
    return "in the prefetch, on the server, and where nobody says"


def over_a_restart(loop, services):
    """A token is good once; a pass of another process is followed."""
    keys = with_cds(loop)
    status(loop, "--pause")
    service = start(loop, services, passes=0)
    name = "/cds-services/embolink-patient-view"
    bearer = ("-H", "Authorization: Bearer " + keys.token(PUBLIC + name))

    def view(patient="nobody", header=bearer):
        body = {"hook": "patient-view", "hookInstance": "1", "context": {"patientId": patient}}
        return service.post(name, body, *header)

    wanted(view().status == 200, "refused")
    service.kill()  # at once
    service = start(loop, services, passes=0)
    beside = start(loop, services, passes=0)
    wanted(view().status == 401, "a used token is good again")
    bearer = ("-H", "Authorization: Bearer " + keys.token(PUBLIC + name))
    codes = [one.post(name, {"hook": "patient-view", "hookInstance": "1",
                             "context": {"patientId": "nobody"}}, *bearer).status
             for one in (beside, service)]
    wanted(codes == [200, 401], "another service takes a token that is used")
    beside.stop()
    wanted(loop.start("run").wait() == 0, "the pass of another process failed")
    telling = [chain for chain, records, _, counts in derivations(loop)
               if expected_summaries(records, counts)][0]
    wait_until(lambda: summaries(call(service, keys, "patient-view", telling)), 10,
               "cards of the other process's pass")
    service.stop()
    return "used tokens and foreign passes"


def a_slow_server(loop, services):
    """The pass was made before; the server answers too late for a hook."""
    keys = with_cds(loop, deadline="1s")
    status(loop, "--pause")
    with_a_pass_of_now(loop)
    service = start(loop, services, passes=0)
    begun = time.time()
    answer = call(service, keys, "order-sign", "Patient/new", orders(), fhirServer=loop.base,
                  fhirAuthorization={"access_token": "t", "token_type": "Bearer"})
    took = time.time() - begun
    wanted(summaries(answer) == [], "a card without knowing")
    wanted(1 <= took < 3, "took %.1f s" % took)
    wanted(service.metric('embolink_cds_unsaid_total{reason="unanswered"}') == 1, "not counted")
    wait_until(lambda: "not answered" in service.text(), 5, "the log tells why no card came")
    told = [json.loads(line) for line in service.text().splitlines() if "not answered" in line]
    wanted(len(told) == 1 and told[0]["request"], "the log does not tell why no card came")
    service.stop()
    return "empty after %.1f s" % took


def one_deadline(loop, services):
    """What a hook has to ask for one after the other has one deadline together."""
    keys = with_cds(loop, deadline="2s")
    with_opt_out(loop)
    status(loop, "--pause")
    with_a_pass_of_now(loop)
    loop.send("PUT", "/Patient/new", {"resourceType": "Patient", "id": "new", "identifier": [
        {"system": "https://hospital.example/mrn", "value": "4712"}]})
    service = start(loop, services, passes=0)
    answer = call(service, keys, "order-sign", "Patient/new", orders(), fhirServer=loop.base,
                  fhirAuthorization={"access_token": "t", "token_type": "Bearer"})
    wanted(summaries(answer) == [], "each answer had a deadline of its own")
    wanted(service.metric('embolink_cds_unsaid_total{reason="unanswered"}') == 1,
           "the first one was not in time, or the second one was")
    service.stop()
    return "two answers after 1.3 s are too late for 2 s"


def used_tokens_that_cannot_be_kept(loop, services):
    keys = with_cds(loop)
    service = start(loop, services)
    wait_until(lambda: service.get("/health/ready").status == 200, 10, "ready")
    tokens = loop.store + ".tokens"
    view = lambda: call(service, keys, "patient-view", "Patient/nobody").status
    checks = lambda: service.get("/health/ready").json()["checks"]["tokens"]["status"]
    with sqlite3.connect(tokens, isolation_level=None) as database:
        database.execute("BEGIN IMMEDIATE")
        wanted(view() == 503, "a token is taken that may be used again")
        wait_until(lambda: checks() == "fail", 10, "not ready")
        database.execute("ROLLBACK")
    wait_until(lambda: checks() == "pass", 10, "ready again")
    wanted(view() == 200, "still refused")
    os.rename(tokens, tokens + ".moved")
    wait_until(lambda: checks() == "fail", 10, "not ready without the file")
    service.stop()
    return "503 and not ready, locked or moved"


def old_data(loop, services):
    keys = with_cds(loop)
    service = start(loop, services)
    telling = [chain for chain, records, _, counts in derivations(loop)
               if expected_summaries(records, counts)][0]
    wanted(summaries(call(service, keys, "patient-view", telling)), "no card to begin with")
    service.stop()
    status(loop, "--pause")
    with sqlite3.connect(loop.store) as database:
        database.execute("UPDATE run SET started = strftime('%Y-%m-%dT%H:%M:%fZ', "
                         "'now', '-2 hours', '-1 minutes')")
    service = start(loop, services, passes=0)
    wanted(summaries(call(service, keys, "patient-view", telling)) == [], "cards of old data")
    wanted(service.metric("embolink_cds_stale_total") == 1, "not counted")
    wanted(service.get("/health/ready").status == 503, "ready with old data")
    service.stop()
    return "no cards after twice the schedule"


def definitions_follow(loop, services):
    """Changed files of definitions are those of the next pass and of the cards after it."""
    keys = with_cds(loop)
    definitions = os.path.join(loop.folder, "definitions")
    shutil.copytree(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "mapping",
                                 "definitions"), definitions,
                    ignore=shutil.ignore_patterns("*.cmake", "*.hpp", "*.txt"))
    trial = os.path.join(definitions, "trials", "maire-2012.json")
    service = Service(loop, "service", "--definitions", definitions)
    services.append(service)
    service.wait_for_passes(1)
    old = {"markers": searchset(marker("Patient/new", 70))}

    def ask():
        return summaries(call(service, keys, "order-sign", "Patient/new", orders(), prefetch=old))

    wanted(ask() == [], "a card in spite of a result 70 days ago")
    with open(trial) as file:
        text = file.read()
    with open(trial, "w") as file:
        file.write(text.replace('"marker_baseline": { "days": 90', '"marker_baseline": { "days": 60'))
    status(loop, "--run-now")
    service.wait_for_passes(2)
    wanted(ask() == [NO_MARKER.replace("90", "60")], "the old window: %s" % ask())
    wanted(status(loop)["runs"][0]["summary"]["derived"] > 0, "nothing was derived again")
    with open(trial, "w") as file:
        file.write("{")
    status(loop, "--run-now")
    service.wait_for_passes(3)
    wanted(service.metric("embolink_last_run_failed") == 1, "no alarm")
    wanted(ask() == [NO_MARKER.replace("90", "60")], "not the last definitions that were right")
    service.stop()
    return "90 days became 60 without a restart; broken files fail the pass alone"


def feedback(loop, services):
    keys = with_cds(loop)
    service = start(loop, services)
    name = "/cds-services/embolink-patient-view"
    card = str(uuid.uuid4())

    def give(outcome, audience=PUBLIC + name, **more):
        entry = dict({"card": card, "outcome": outcome,
                      "outcomeTimestamp": "2026-01-01T00:00:00Z"}, **more)
        return service.post(name + "/feedback", {"feedback": [entry]}, "-H",
                            "Authorization: Bearer " + keys.token(audience)).status

    reason = {"overrideReason": {"reason": {"code": "known"}, "userComment": "Zebra-Marker"}}
    wanted(give("overridden", **reason) == 200, "refused")
    wanted(give("overridden", PUBLIC + name + "/feedback", **reason) == 200, "refused again")
    wanted(give("accepted") == 400, "accepted without suggestions")
    wanted(service.post(name + "/feedback", {"feedback": []}).status == 401, "without a token")
    found = status(loop)["feedback"]
    wanted(found == [{"service": "embolink-patient-view", "outcome": "overridden",
                      "reason": "known", "cards": 1}], str(found))
    wanted(give("accepted", acceptedSuggestions=[{"id": str(uuid.uuid4())}]) == 200, "refused")
    found = status(loop)["feedback"]
    wanted([one["outcome"] for one in found] == ["accepted"], "the newest does not stand")
    wanted([give("overridden", outcomeTimestamp="2026-01-01T00:00:%sZ" % second)
            for second in ("00.9", "00.1")] == [200, 200], "refused")
    wanted(give("accepted", acceptedSuggestions=[{"id": "1"}],
                outcomeTimestamp="2026-01-01T00:00:00.8Z") == 200, "refused")
    found = status(loop)["feedback"]
    wanted([one["outcome"] for one in found] == ["overridden"], "an older word of one second")
    with open(loop.store, "rb") as file:
        wanted(b"Zebra-Marker" not in file.read(), "a comment is kept")
    service.stop()
    return "given twice, kept once, shown by status"


def main():
    program, folder = sys.argv[1], os.path.abspath(sys.argv[2])
    hospital = make_hospital(program, folder)
    bring_to_today(hospital)
    situations = [("discovery", discovery, {}), ("prefetch", prefetch, {}),
                  ("tokens", tokens, {}), ("cards", cards, {}),
                  ("results before an embolization", markers, {}),
                  ("a server that is slow", a_slow_server, {"faults": SLOW_RESULTS}),
                  ("one deadline", one_deadline, {"faults": SLOW_BOTH}),
                  ("used tokens that cannot be kept", used_tokens_that_cannot_be_kept, {}),
                  ("old data", old_data, {}), ("definitions follow", definitions_follow, {}),
                  ("feedback", feedback, {}), ("more results", more_results, {}),
                  ("who opted out", opted_out, {}), ("over a restart", over_a_restart, {})]
    failed = play(situations, program, folder, hospital)
    print("%d situations of CDS Hooks, %d failed" % (len(situations), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
