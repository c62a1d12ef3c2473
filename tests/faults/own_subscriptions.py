"""The service's own Subscriptions: made, renewed, brought back, removed; and what was lost on the way
is found. subscription_server.py is the FHIR server. own_subscriptions.py PROGRAM FOLDER"""
import json
import os
import socket
import subprocess
import sys
import time

from sandbox_loop import make_hospital
from service_loop import Service, play, wait_until, wanted
from subscription_server import TOPIC, SubscriptionServer
from subscriptions import embolizations, notify, outcomes

TYPES = ("Procedure", "Observation", "Condition", "Patient")
GAP = 'embolink_notifications_left_out{reason="gap"}'


def free_port():
    with socket.socket() as any_port:
        any_port.bind(("127.0.0.1", 0))
        return any_port.getsockname()[1]


def with_server(loop, topics=False, **register):
    """The server before the sandbox; the service will have its port."""
    server = SubscriptionServer(loop.base, topics)
    with open(os.path.join(loop.folder, "secret"), "w") as file:
        file.write("pssst\n")
    port = free_port()
    own = {"mode": "apply", "public_url": "http://127.0.0.1:%d" % port, "check": "1s"}
    own.update(register)
    loop.configure(source={"base_url": server.base, "page_size": 25},
                   service={"listen": "127.0.0.1:%d" % port},
                   subscriptions={"secret": {"file": "secret"}, "debounce": "1s",
                                  "register": own})
    return server


def start(loop, services, passes=2):
    """The pass that is due, and the one for what happened before anybody listened."""
    service = Service(loop, "service-%d" % len(services))
    services.append(service)
    service.wait_for_passes(passes)
    return service


def command(loop, *options):
    done = subprocess.run([loop.program, "--json", "subscriptions", "--config", loop.config,
                           *options], capture_output=True, text=True)
    wanted(done.returncode == 0, "exit code %d: %s" % (done.returncode, done.stderr))
    return json.loads(done.stdout)


def by_criteria(server):
    return {one["criteria"]: one for one in server.subscriptions.values()}


def made_and_removed(loop, services):
    server = with_server(loop, lifetime="1h")
    foreign = {"resourceType": "Subscription", "status": "active", "criteria": "Encounter?",
               "channel": {"type": "rest-hook", "endpoint": "https://other.example/fhir/hook"}}
    server.create(foreign, None)
    by_hand = dict(foreign, channel={"type": "rest-hook", "endpoint":
                                     loop.settings["subscriptions"]["register"]["public_url"] +
                                     "/fhir/subscription/by-hand"})
    server.create(by_hand, None)
    service = start(loop, services)
    made = by_criteria(server)
    for kind in TYPES:
        wanted(kind + "?" in made, "none for " + kind)
        one = made[kind + "?"]
        wanted(one["channel"]["header"] == ["X-Embolink-Secret: pssst"], "no secret header")
        wanted(one["channel"]["payload"] == "application/fhir+json" and "end" in one, str(one))
    count = len(server.subscriptions)
    wait_until(lambda: service.metric('embolink_subscriptions{state="well"}') == count - 2, 10,
               "they are counted")
    time.sleep(2.5)
    changes = [one for one in server.asked if one[0] != "GET"]
    wanted(len(changes) == count - 2, "changed again and again: " + str(changes[-3:]))
    shown = command(loop)
    wanted(len(shown) == count - 2 and all(one["status"] == "active" for one in shown), str(shown))
    service.stop()
    command(loop, "--remove")
    left = sorted(server.subscriptions.values(), key=lambda one: one["id"])
    wanted(len(left) == 2, "removed what is not ours, or left ours: %d" % len(left))
    wanted(command(loop) == [], "some are left")
    server.stop()
    return "%d made once, removed; two of others stay" % (count - 2)


def endless(loop, services):
    """A server that does not keep the end is told once; a service that was restarted tells it again,
    once."""
    server = with_server(loop, lifetime="1h")
    server.endless = True
    service = start(loop, services)
    time.sleep(3)
    wanted(not [one for one in server.asked if one[0] == "PUT"], "renewed at once")
    service.stop()
    service = start(loop, services, passes=1)
    count = len(server.subscriptions)

    def renewed():
        return sum(one[0] == "PUT" for one in server.asked)

    wait_until(lambda: renewed() == count, 20, "they are renewed after the restart")
    time.sleep(3)
    wanted(renewed() == count, "renewed again and again")
    service.stop()
    server.stop()
    return "renewed once after a restart"


def stays_alive(loop, services):
    """Ends are put off, what stopped is brought back, twins go, and a pass makes up for the time."""
    server = with_server(loop, lifetime="6s")
    service = start(loop, services)
    first = by_criteria(server)["Procedure?"]

    def renewed():
        return by_criteria(server)["Procedure?"]["end"] != first["end"]

    wait_until(renewed, 20, "it is renewed before its end")
    wanted(by_criteria(server)["Procedure?"]["id"] == first["id"], "another one was made")
    passes = service.passes()
    server.subscriptions[first["id"]]["status"] = "error"
    gone = by_criteria(server)["Observation?"]["id"]
    del server.subscriptions[gone]
    server.create(dict(by_criteria(server)["Condition?"]), None)
    wait_until(lambda: server.subscriptions[first["id"]]["status"] == "active" and
               server.of("Observation?") is not None, 20, "they are back")
    wait_until(lambda: len([one for one in server.subscriptions.values()
                            if one["criteria"] == "Condition?"]) == 1, 20, "the twin goes")
    service.wait_for_passes(passes + 1)
    vanishing = server.of("Patient?")
    server.vanishing.add(vanishing)
    wait_until(lambda: server.of("Patient?") not in (None, vanishing), 20,
               "what vanished while it was renewed is made again")
    service.stop()
    server.stop()
    return "renewed, brought back, made again, one of each"


def what_a_server_refuses(loop, services):
    """For a moment, for its content, or for ever: nothing that stands is given up for it."""
    server = with_server(loop, lifetime="6s")
    server.refusals = [["POST", 404, 1000000], ["PUT", 400, 12], ["DELETE", 403, 1000]]
    service = start(loop, services, passes=1)
    missing, well = ('embolink_subscriptions{state="%s"}' % one for one in ("missing", "well"))
    wait_until(lambda: service.metric(missing) > 0, 20, "what is missing is told")
    server.refusals[0][2] = 0
    wait_until(lambda: service.metric(missing) == 0, 20, "they are made when the server is well")
    count = len(server.subscriptions)
    wanted(count > 0 and service.metric(well) == count, "not all are well")
    unwanted = dict(server.subscriptions[server.of("Patient?")], criteria="Encounter?x=y")
    unwanted["channel"] = dict(unwanted["channel"], endpoint=unwanted["channel"]["endpoint"] + "0")
    server.create(unwanted, None)
    wait_until(lambda: server.refusals[1][2] == 0, 20, "renewals are refused")
    time.sleep(2.5)
    wanted(len(server.subscriptions) == count + 1, "what stands was removed")
    wanted(service.metric(well) == count, "what stands counts as missing")
    wanted(server.refusals[2][2] < 999, "the unwanted one was not asked to go, or once only")
    wanted("our Subscriptions cannot be looked after" not in service.text(), "the round ended")
    service.stop()
    server.stop()
    return "made when it was well again, kept though a renewal was refused"


def never_switched_on(loop, services):
    """A server that makes them and tells nothing: somebody hears of it, and nobody is asked again
    and again."""
    server = with_server(loop, lifetime="1h")
    server.dull = True
    service = start(loop, services, passes=1)
    wait_until(lambda: "does not keep active: " in service.text(), 20, "a warning")
    wanted(service.metric('embolink_subscriptions{state="well"}') == 0, "counted as well")
    wanted(service.metric('embolink_subscriptions{state="missing"}') == 12, "not counted as missing")
    for one in server.subscriptions.values():
        one["status"] = "error"
    time.sleep(6)
    wait_until(lambda: service.metric("embolink_run_active") == 0, 20, "the end of the pass")
    passes = service.passes()
    for _ in range(4):
        for one in server.subscriptions.values():
            one["status"] = "error"
        time.sleep(2)
    wanted(service.passes() <= passes + 1, "a pass with each look")
    wanted(service.text().count("does not keep active: ") == 1, "told again and again")
    service.stop()
    server.stop()
    return "told once, and the schedule goes on"


def only_when_told(loop, services):
    server = with_server(loop, mode="dry-run")
    service = start(loop, services, passes=1)
    wait_until(lambda: "no Subscription is changed" in service.text(), 20, "the dry run is told")
    time.sleep(2)
    wanted(not server.subscriptions, "a dry run changed the server")
    wanted(service.text().count("no Subscription is changed") == 1, "told again and again")
    service.stop()
    server.stop()
    return "a dry run says what it would do, once"


def topics(loop, services):
    """Of the backport: handshake, an event by reference, own output, what was lost, a lost tail."""
    server = with_server(loop, topics=True, payload="id-only")
    service = start(loop, services)
    channel = server.of(TOPIC)
    wanted(channel is not None and server.of("Observation?") is None, "the topic is not used")
    wanted(server.of("Procedure?") is not None, "nothing for what the topic does not tell")
    wait_until(lambda: service.metric('embolink_notifications_total{kind="handshake"}') == 1, 10,
               "the handshake")
    patient, _ = embolizations(loop)
    of_his = [one for one in loop.resources("Observation")
              if one.get("subject", {}).get("reference") == patient]
    written = list(outcomes(loop).values())
    own = written[0]
    evidence, more = [one for one in of_his if one["id"] not in [of["id"] for of in written]][:2]
    server.watched = {own["id"], evidence["id"]}
    passes = service.passes()
    # The host of a reference is not asked: a server that is not there would be waited for.
    wanted(server.event(channel, "http://127.0.0.1:1/fhir/Observation/" + own["id"]) == 200, "refused")
    wait_until(lambda: service.metric('embolink_notifications_left_out{reason="own"}') == 1, 20,
               "what we wrote is looked up at the configured server")
    server.event(channel, "Observation/" + evidence["id"])
    service.wait_for_passes(passes + 1)
    asked = [path for _, path in server.asked if path.startswith("/Observation/")]
    wanted(len(asked) == 2, str(asked))
    passes = service.passes()
    server.event(channel, "Observation/" + own["id"], lost=True)
    server.event(channel, "Observation/" + own["id"])
    by_events = 'embolink_notifications_recovered_total{by="events"}'
    wait_until(lambda: service.metric(by_events) == 1, 20, "the gap is asked for by $events")
    wanted(service.metric(GAP) == 1, "the gap is not counted")
    server.event(channel, "Observation/" + more["id"], lost=True)
    wait_until(lambda: service.metric(by_events) == 2, 20, "a lost tail is seen by $status")
    service.wait_for_passes(passes + 1)
    service.stop()
    server.stop()
    return "handshake, events, own output, a gap and a lost tail"


def recovered(service, by):
    return service.metric('embolink_notifications_recovered_total{by="%s"}' % by)


def heard(loop, services):
    """A server with the topic, whose $status is not asked; what it tells is our own output, which is
    no reason for a pass."""
    server = with_server(loop, topics=True, payload="empty", check="1h")
    service = start(loop, services)
    channel = server.of(TOPIC)
    wait_until(lambda: service.metric('embolink_notifications_total{kind="handshake"}') == 1, 10,
               "the handshake")
    return server, service, channel, "Observation/" + next(iter(outcomes(loop).values()))["id"]


def half_told(loop, services):
    """$events that says not of what, and one that leaves an event out: a pass searches."""
    server, service, channel, own = heard(loop, services)
    passes = service.passes()
    server.nameless = True
    server.event(channel, own, lost=True)
    server.event(channel, own)
    service.wait_for_passes(passes + 1)
    wanted(recovered(service, "search") == 1, "nobody searches for what has no name")
    wait_until(lambda: service.metric("embolink_run_active") == 0, 20, "the end of the pass")
    server.nameless = False
    lost = server.total(channel) + 2
    for number in range(3):
        server.event(channel, own, lost=True)
    server.untold = {lost}
    server.event(channel, own)
    service.wait_for_passes(passes + 2)
    wanted(recovered(service, "status") == 1 and not recovered(service, "events"),
           "one of three was never told")
    service.stop()
    server.stop()
    return "without references, without one in the middle"


def counted_on_and_anew(loop, services):
    """A handshake after a pause counts what nobody was told; numbers that begin anew without one."""
    server, service, channel, own = heard(loop, services)
    server.event(channel, own)
    server.event(channel, own, lost=True)
    server.deliver(channel, "handshake", [])
    wait_until(lambda: recovered(service, "events") == 1, 20, "what was lost before the handshake")
    wait_until(lambda: service.metric("embolink_run_active") == 0, 20, "the end of a pass")
    time.sleep(6)
    passes = service.passes()
    server.events[channel] = {}
    server.event(channel, own)
    service.wait_for_passes(passes + 1)
    service.stop()
    server.stop()
    return "lost before a handshake, and a restart of the server"


def without_events(loop, services):
    """A gap where the server does not tell again: a pass searches."""
    server = with_server(loop)
    service = start(loop, services)
    time.sleep(6)
    passes = service.passes()

    def told(number):
        return {"resourceType": "Bundle", "type": "history", "entry": [{"resource": {
            "resourceType": "Parameters", "parameter": [
                {"name": "subscription", "valueReference": {"reference": "Subscription/9"}},
                {"name": "type", "valueCode": "event-notification"},
                {"name": "notification-event", "part": [
                    {"name": "event-number", "valueString": str(number)}]}]}},
            {"resource": {"resourceType": "Observation", "id": "x%d" % number,
                          "meta": {"versionId": "1"},
                          "subject": {"reference": "Patient/stranger"}}}]}

    notify(service, told(5))
    notify(service, told(7))
    notify(service, told(6))
    time.sleep(3)
    wanted(service.passes() == passes, "a pass for what came late")
    notify(service, told(9))
    service.wait_for_passes(passes + 1)
    wanted(service.metric('embolink_notifications_recovered_total{by="search"}') == 1, "no search")
    service.stop()
    server.stop()
    return "late is not lost; lost is searched for"


def main():
    program, folder = sys.argv[1], os.path.abspath(sys.argv[2])
    hospital = make_hospital(program, folder)
    situations = [("made once and removed", made_and_removed, {}),
                  ("stays alive", stays_alive, {}), ("without end", endless, {}),
                  ("never switched on", never_switched_on, {}),
                  ("what a server refuses", what_a_server_refuses, {}), ("only when told", only_when_told, {}),
                  ("topics of the backport", topics, {}),
                  ("half told", half_told, {}),
                  ("counted on and anew", counted_on_and_anew, {}),
                  ("without $events", without_events, {})]
    failed = play(situations, program, folder, hospital, side_by_side=7)
    print("%d situations of own Subscriptions, %d failed" % (len(situations), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
