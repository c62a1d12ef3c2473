"""The service at work: schedule, health, metrics, limits, stop. service.py PROGRAM FOLDER"""
import collections
import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time

from sandbox_loop import OUTCOME, make_hospital
from service_loop import Service, play, status, wait_until, wanted, with_a_pass_of_now

SLOW = {"faults": [{"method": "GET", "path": "*", "times": 100000, "fault": "slow",
                    "delay_ms": 150}]}
DEAD = {"faults": [{"method": "*", "path": "*", "times": 100000, "fault": "500"}]}


def start(loop, services, name="service"):
    services.append(Service(loop, name))
    return services[-1]


def outcomes(loop):
    return [one for one in loop.resources("Observation")
            if any(of.get("system") == OUTCOME for of in one.get("identifier", []))]


def the_first_pass(loop, services):
    service = start(loop, services)
    wanted(service.get("/health/live").status == 200, "not alive")
    first = service.get("/health/ready")
    wanted(first.status in (200, 503), "ready says %d" % first.status)
    service.wait_for_passes(1)
    ready = service.get("/health/ready")
    wanted(ready.status == 200, "not ready after a pass: " + ready.body)
    wanted(ready.header("Content-Type") == "application/health+json", "another type")
    wanted(outcomes(loop), "the pass wrote nothing")
    wanted(service.metric("embolink_completeness_ratio") == 1, "patients are missing")
    found = status(loop)
    wanted(len(found["runs"]) == 1 and found["runs"][0]["outcome"] == "complete", str(found))
    wanted(found["runs"][0]["summary"]["written"]["created"] == len(outcomes(loop)),
           "the history does not tell what was written")
    took = service.stop()
    wanted(took < 10, "stopping took %.1f s" % took)
    return "%d outcomes written, stopped in %.1f s" % (len(outcomes(loop)), took)


def answers_while_a_pass_is_at_work(loop, services):
    service = start(loop, services)
    wait_until(lambda: service.metric("embolink_run_active") == 1, 10, "a pass")
    slowest = 0
    for _ in range(20):
        begun = time.time()
        wanted(service.get("/health/live").status == 200, "no answer during a pass")
        slowest = max(slowest, time.time() - begun)
    wanted(service.metric("embolink_run_active") == 1, "the pass was too short for the test")
    wanted(slowest < 1, "an answer took %.2f s" % slowest)
    took = service.stop()
    wanted(took < 10, "stopping in a pass took %.1f s" % took)
    wanted(status(loop)["runs"][0]["outcome"] == "interrupted", "the history says otherwise")
    again = start(loop, services, "again")
    wait_until(lambda: again.metric("embolink_run_active") == 1, 10, "the pass again, at once")
    again.stop()
    return "slowest answer %.0f ms, stopped in %.1f s" % (slowest * 1000, took)


def pause_and_run_now(loop, services):
    status(loop, "--pause")
    service = start(loop, services)
    time.sleep(2.5)
    wanted(service.passes() == 0, "a pass in spite of the pause")
    wanted(service.metric("embolink_schedule_paused") == 1, "the pause is not told")
    wanted(service.get("/health/ready").status == 503, "ready without data")
    status(loop, "--run-now")
    service.wait_for_passes(1)
    time.sleep(2.5)
    wanted(service.passes() == 1, "asked for once, run more often")
    ready = service.get("/health/ready")
    wanted(ready.status == 200, "not ready: " + ready.body)
    status(loop, "--run-now", "--resume")
    service.wait_for_passes(2)
    second = status(loop)["runs"][0]["summary"]
    wanted(second["written"]["created"] == 0 and second["derived"] == 0, "not the same again")
    database = loop.store
    os.rename(database, database + ".away")
    away = service.get("/health/ready")
    wanted(away.status == 503 and json.loads(away.body)["checks"]["store"]["status"] == "fail",
           "ready without its database: " + away.body)
    os.rename(database + ".away", database)
    wanted(service.get("/health/ready").status == 200, "not ready again")
    service.stop()
    return "paused, run by hand, resumed"


def a_server_that_is_away(loop, services):
    loop.configure(schedule={"every": "1h", "retry": "2s"})
    service = start(loop, services)
    wait_until(lambda: service.metric('embolink_runs_total{outcome="failed"}') >= 2, 60, "failures")
    wanted(service.metric("embolink_last_run_failed") == 1, "no alarm")
    wanted(service.get("/health/live").status == 200, "not alive")
    wanted(service.get("/health/ready").status == 503, "ready without data")
    service.stop()
    wanted('"level":"error"' in service.text(), "the log does not say so")
    return "failed, repeated, and the service lives"


def two_services_of_one_store(loop, services):
    first, second = start(loop, services), start(loop, services, "second")
    wait_until(lambda: first.passes() + second.passes() >= 1, 60, "a pass")
    count = collections.Counter(one["identifier"][0]["value"] for one in outcomes(loop))
    wanted(set(count.values()) == {1}, "outcomes stand twice")
    wanted(len(status(loop)["runs"]) == 1, "both ran")
    first.stop()
    second.stop()
    return "one pass of two services, %d outcomes" % len(count)


def raw(service, text, wait=0):
    """What the service says to these bytes until it closes, or for a second."""
    host, port = service.base[len("http://"):].split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(text)
        time.sleep(wait)
        said = b""
        while b"\r\n\r\n" not in said:
            piece = connection.recv(4096)
            if not piece:
                break
            said += piece
        return said


def limits(loop, services):
    status(loop, "--pause")
    loop.configure(service={"listen": "127.0.0.1:0",
                            "limits": {"body_kib": 8, "header_kib": 4, "request_time": "1s",
                                       "connections": 4}})
    service = start(loop, services)
    big = service.post("/health/live", b"x" * 9000)
    wanted(big.status == 413, "a large body: %d" % big.status)
    wanted(big.header("Content-Type") == "application/problem+json", "no problem+json")
    wanted(big.header("X-Request-Id"), "a refusal without an id")
    below = service.post("/fhir/Measure/x/$evaluate-measure", b"x" * 9000)
    wanted(below.status == 413 and json.loads(below.body)["resourceType"] == "OperationOutcome",
           "no OperationOutcome below /fhir")
    wanted(service.get("/health/live", "-H", "X: " + "x" * 5000).status == 431, "a large head")
    slow = raw(service, b"GET / HTTP/1.1\r\nHost: a\r\nContent-L")
    wanted(slow.startswith(b"HTTP/1.1 408") and b"X-Request-Id" in slow, "a slow request")
    host, port = service.base[len("http://"):].split(":")
    held = [socket.create_connection((host, int(port))) for _ in range(4)]
    time.sleep(0.3)
    wanted(service.get("/openapi.json").status == 429, "one connection too many")
    wanted(service.get("/health/live").status == 200, "a probe fails since others are busy")
    for connection in held:
        connection.close()
    time.sleep(0.3)
    wanted(service.get("/health/live").status == 200, "no room again")
    for code in (408, 413, 429, 431):
        wanted('status="%d"' % code in service.get("/metrics").body, "%d is not counted" % code)
    wanted(service.get("/nothing").status == 404, "an address that is none")
    method = service.post("/health/live", {})
    wanted(method.status == 405 and method.header("Allow") == "GET", "a method that is none")
    service.stop()
    return "413, 431, 408, 429, 404, 405"


def operators_have_a_port_of_their_own(loop, services):
    status(loop, "--pause")
    loop.configure(service={"listen": "127.0.0.1:0", "operator_listen": "127.0.0.1:0"})
    service = start(loop, services)
    line = service.process.stdout.readline()
    wanted(line.startswith("OPERATORS "), "no second address: " + line)
    wanted(service.get("/metrics").status == 404, "metrics for everybody")
    service.base = line.split()[1]
    wanted(service.get("/metrics").status == 200, "no metrics for operators")
    service.stop()
    return "metrics and health apart"


def logs_are_json(loop, services):
    service = start(loop, services)
    service.wait_for_passes(1)
    answer = service.get("/health/live", "-H", "X-Request-Id: from-the-gateway")
    wanted(answer.header("X-Request-Id") == "from-the-gateway", "another request id")
    service.stop()
    lines = [json.loads(line) for line in service.text().splitlines()]
    wanted(all({"time", "level", "text"} <= set(line) for line in lines), "a line without level")
    wanted(any(line.get("request") == "from-the-gateway" for line in lines), "no request id")
    wanted(any(line.get("run") == "1" for line in lines), "no run id")
    return "%d lines" % len(lines)


def a_storm_does_no_harm(loop, services):
    """Many callers at once, while a pass is at work."""
    loop.configure(service={"listen": "127.0.0.1:0", "limits": {"requests": 2}})
    service = start(loop, services)
    counted = collections.Counter()

    def ask():
        for _ in range(10):
            counted[service.get("/health/ready").status] += 1

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wanted(sum(counted.values()) == 80 and set(counted) <= {200, 503, 429}, str(counted))
    service.wait_for_passes(1)
    wanted(service.metric("embolink_last_run_failed") == 0, "the pass failed")
    service.stop()
    return str(dict(counted))


def a_store_that_is_locked(loop, services):
    """Nothing can be written: not ready, and those who only read do not wait."""
    service = start(loop, services)
    service.wait_for_passes(1)
    wait_until(lambda: service.get("/health/ready").status == 200, 10, "ready")
    with sqlite3.connect(loop.store, isolation_level=None) as database:
        database.execute("BEGIN IMMEDIATE")
        begun = time.time()
        wait_until(lambda: service.get("/health/ready").status == 503, 8, "not ready")
        took = time.time() - begun
        answer = service.get("/health/ready")
        database.execute("ROLLBACK")
    wanted(answer.json()["checks"]["store"]["status"] == "fail", answer.body)
    wait_until(lambda: service.get("/health/ready").status == 200, 10, "ready again")
    service.stop()
    return "not ready after %.1f s" % took


def stops_under_load(loop, services):
    """Callers and a pass at work: who was heard gets his whole answer, and it ends in time."""
    service = start(loop, services)
    wait_until(lambda: service.metric("embolink_run_active") == 1, 10, "a pass")
    counted = collections.Counter()
    over = threading.Event()

    def ask():
        while not over.is_set():
            connection = http.client.HTTPConnection(service.base[len("http://"):], timeout=20)
            try:
                connection.request("GET", "/health/ready")
                answer = connection.getresponse()
                json.loads(answer.read())
                counted[answer.status] += 1
            except (ConnectionError, http.client.RemoteDisconnected):
                counted["no connection"] += 1  # it does not listen any more
                time.sleep(0.05)
            except (ValueError, http.client.HTTPException) as error:
                counted["half an answer: " + str(error)] += 1
            finally:
                connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    try:
        took = service.stop()
    finally:
        over.set()
        for thread in threads:
            thread.join()
    wanted(took < 10, "stopping took %.1f s" % took)
    wanted(set(counted) <= {200, 503, "no connection"}, str(counted))
    wanted(counted[200] + counted[503] > 20, "no load: " + str(counted))
    return "stopped in %.1f s after %d answers" % (took, counted[200] + counted[503])


def a_reader_of_the_log_that_stalls(loop, services):
    """What collects the log reads no more: the service answers all the same, and ends in time."""
    service = start(loop, services)
    service.wait_for_passes(1)
    service.process.send_signal(signal.SIGTERM)
    service.process.wait(15)
    stalled = Service(loop, "stalled", log=subprocess.PIPE)
    services.append(stalled)
    where = stalled.base[len("http://"):]
    for _ in range(1500):  # a pipe holds 64 KiB
        connection = http.client.HTTPConnection(where, timeout=5)
        connection.request("GET", "/health/live", headers={"X-Request-Id": "x" * 64})
        wanted(connection.getresponse().status == 200, "not alive")
        connection.close()
    begun = time.time()
    stalled.process.send_signal(signal.SIGTERM)
    code = stalled.process.wait(timeout=15)
    took = time.time() - begun
    wanted(took < 10 and code == 0, "ended after %.1f s with %d" % (took, code))
    return "1500 answers, ended after %.1f s" % took


def a_hangup(loop, services):
    service = start(loop, services)
    service.wait_for_passes(1)
    service.process.send_signal(signal.SIGHUP)
    service.wait_for_passes(2)
    wanted("a pass is made" in service.text(), "the log does not tell why")
    service.stop()
    return "a pass"


def a_fault_at_the_start(loop, services):
    """What ends the service is read by whoever reads its log."""
    loop.configure(service={"listen": "127.0.0.1:0", "limit": {}})
    done = subprocess.run([loop.program, "serve", "--config", loop.config], capture_output=True,
                          text=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    wanted(done.returncode == 2 and len(lines) == 1, done.stderr)
    wanted(lines[0]["level"] == "error" and "/service/limit" in lines[0]["where"], done.stderr)
    wanted("embolink: " in subprocess.run([loop.program, "run", "--config", "nowhere"],
                                          capture_output=True, text=True).stderr, "others changed")
    return "one line of JSON"


def cards_of_old_data(loop, services):
    """Another process pulls, and this one cannot look at what it left: its cards are of old data."""
    loop.run()
    status(loop, "--pause")
    with sqlite3.connect(loop.store) as database:
        database.execute("UPDATE run SET started = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-3 hours')")
    service = start(loop, services)
    with open(loop.config) as file:
        text = file.read()
    with open(loop.config, "w") as file:
        file.write("{")
    with_a_pass_of_now(loop)
    time.sleep(2)  # for who would look after all
    answer = service.get("/health/ready")
    checks = answer.json()["checks"]
    wanted(checks["data"]["status"] == "pass", "the other's pass does not count: " + answer.body)
    wanted(answer.status == 503 and checks["cards"]["status"] == "fail", answer.body)
    with open(loop.config, "w") as file:
        file.write(text)
    wait_until(lambda: service.get("/health/ready").status == 200, 10, "ready")
    service.stop()
    return "fresh data, old cards: not ready"


SITUATIONS = [
    ("the first pass", the_first_pass, {}),
    ("answers while a pass is at work", answers_while_a_pass_is_at_work, {"faults": SLOW}),
    ("pause, resume, run now", pause_and_run_now, {}),
    ("a server that is away", a_server_that_is_away, {"faults": DEAD}),
    ("two services of one store", two_services_of_one_store, {}),
    ("limits", limits, {}),
    ("a store that is locked", a_store_that_is_locked, {}),
    ("operators have a port of their own", operators_have_a_port_of_their_own, {}),
    ("stops under load", stops_under_load, {"faults": SLOW}),
    ("logs are JSON", logs_are_json, {}),
    ("a storm does no harm", a_storm_does_no_harm, {}),
    ("a reader of the log that stalls", a_reader_of_the_log_that_stalls, {}),
    ("a hangup", a_hangup, {}),
    ("a fault at the start", a_fault_at_the_start, {}),
    ("cards of old data", cards_of_old_data, {}),
]


def main():
    program, folder = sys.argv[1], os.path.abspath(sys.argv[2])
    hospital = make_hospital(program, folder)
    failed = play(SITUATIONS, program, folder, hospital)
    print("%d situations of the service, %d failed" % (len(SITUATIONS), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
