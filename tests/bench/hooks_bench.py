"""P9: CDS Hooks beside nginx, which hands out the same bytes from a file: the floor of what a server
can do here. wrk asks both by turns over one connection, several times; what else the machine does
meets both. hooks_bench.py EMBOLINK HOOKS_BENCH FOLDER"""
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "faults"))

from cds_calls import bring_to_today, derivations, expected_summaries, marker, orders, searchset
from sandbox_loop import Loop, make_hospital

ROUNDS = 9
SECONDS = 2
SLOWEST = 2      # times nginx, at one connection
MOST_CPU_US = 50  # of one request, user and system
VERIFICATIONS = 300

NGINX = """
worker_processes 1;
error_log %(folder)s/nginx.log;
pid %(folder)s/nginx.pid;
daemon off;
events { worker_connections 64; }
http {
    access_log off;
    keepalive_requests 1000000000;
    open_file_cache max=16;
    client_body_temp_path %(folder)s/tmp; proxy_temp_path %(folder)s/tmp;
    fastcgi_temp_path %(folder)s/tmp; uwsgi_temp_path %(folder)s/tmp; scgi_temp_path %(folder)s/tmp;
    types { application/json json; }
    server { listen 127.0.0.1:%(port)d; root %(folder)s; }
}
"""


class Server:
    """A process, and what it takes of the processor."""

    def __init__(self, process, pid, base):
        self.process, self.pid, self.base = process, pid, base

    def cpu_seconds(self):
        with open("/proc/%d/stat" % self.pid) as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)


def start_ours(program, config, folder):
    log = open(os.path.join(folder, "service.log"), "w")
    process = subprocess.Popen([program, "serve", config], stdout=subprocess.PIPE, stderr=log,
                               text=True)
    ready = process.stdout.readline().split()
    if not ready or ready[0] != "READY":
        raise SystemExit("hooks_bench did not start; see " + log.name)
    return Server(process, process.pid, ready[1])


def free_port():
    import socket
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def start_nginx(folder):
    port = free_port()
    path = os.path.join(folder, "nginx.conf")
    with open(path, "w") as file:
        file.write(NGINX % {"folder": folder, "port": port})
    process = subprocess.Popen(["nginx", "-p", folder, "-e", folder + "/nginx.log", "-c", path])
    for _ in range(100):
        time.sleep(0.05)
        children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)],
                                  capture_output=True, text=True).stdout.split()
        if children:
            return Server(process, int(children[0]), "http://127.0.0.1:%d" % port)
    raise SystemExit("nginx did not start; see %s/nginx.log" % folder)


def load(server, path, body=None):
    """{p50_us, cpu_us, requests} of one connection for some seconds."""
    before = server.cpu_seconds()
    command = ["wrk", "-t1", "-c1", "-d%ds" % SECONDS, "-s", os.path.join(HERE, "hooks.lua"),
               server.base + path] + (["--", body] if body else [])
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = json.loads(out.split("RESULT ")[1])
    if found["faults"] or not found["requests"]:
        raise SystemExit("%s was not answered: %s" % (path, out))
    found["cpu_us"] = (server.cpu_seconds() - before) / found["requests"] * 1e6
    return found


def narrative(words):
    return {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><table>%s</table>'
            "</div>" % "".join("<tr><td>%s</td><td>%s</td></tr>" % one for one in words.items())}


def as_servers_send(observation, number):
    """A result with what stands around it in a hospital's answer: some 1.4 KB."""
    words = {"Chromogranin A": "412 ng/mL", "Reference range": "below 100 ng/mL",
             "Method": "immunoassay", "Status": "final", "Specimen": "serum",
             "Performer": "Central laboratory, endocrinology", "Comment": "none"}
    return dict(observation, id="cga-%d" % number,
                meta={"versionId": "1", "lastUpdated": "2026-01-05T07:13:06.214+00:00",
                      "profile": ["http://hl7.org/fhir/us/core/StructureDefinition/"
                                  "us-core-observation-lab"]},
                text=narrative(words),
                identifier=[{"system": "https://hospital.example/results", "value": "R%d" % number}],
                category=[{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/"
                                                 "observation-category", "code": "laboratory"}]}],
                issued="2026-01-05T07:13:06.214+00:00",
                performer=[{"reference": "Organization/laboratory"}],
                valueQuantity={"value": 412, "unit": "ng/mL", "code": "ng/mL",
                               "system": "http://unitsofmeasure.org"},
                referenceRange=[{"high": {"value": 100, "unit": "ng/mL"}}])


def person(patient):
    name = {"family": "Example", "given": ["Anna"]}
    address = {"line": ["1 Example Street"], "city": "Example", "postalCode": "00000"}
    return {"resourceType": "Patient", "id": patient.split("/")[-1], "gender": "female",
            "meta": {"versionId": "3", "lastUpdated": "2026-01-05T07:13:06.214+00:00"},
            "text": narrative({"Name": "Anna Example", "Born": "1950-01-01", "Address": "Example",
                               "Telephone": "000", "General practitioner": "Practice Example"}),
            "identifier": [{"system": "https://hospital.example/patients", "value": "P1"},
                           {"system": "https://insurance.example", "value": "I1"}],
            "name": [name, dict(name, use="official")], "address": [address],
            "telecom": [{"system": "phone", "value": "000", "use": "home"},
                        {"system": "email", "value": "anna@example.org"}],
            "birthDate": "1950-01-01", "managingOrganization": {"reference": "Organization/1"},
            "generalPractitioner": [{"reference": "Practitioner/1"}]}


def make_calls(loop):
    """name -> (call, how many cards it gets): of the patient with most to be said of. order-sign is
    the job of the goal: a patient and four results of a laboratory, some 7 KB."""
    count, patient = max((len(expected_summaries(records, counts)), chain)
                         for chain, records, _, counts in derivations(loop))
    context = {"patientId": patient.split("/")[-1], "userId": "Practitioner/1"}

    def call(hook, context, **more):
        return dict({"hook": hook, "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
                     "fhirServer": loop.base, "context": context}, **more)

    old = [marker(patient, 91 + 30 * month) for month in range(20)]
    four = searchset(*[as_servers_send(one, i) for i, one in enumerate(old[:4])])
    to_sign = dict(context, **orders())
    return {"patient-view": (call("patient-view", context), count),
            "order-sign": (call("order-sign", to_sign,
                                prefetch={"patient": person(patient), "markers": four}), count + 1),
            "20 results": (call("order-sign", to_sign, prefetch={"markers": searchset(*old)}),
                           count + 1)}


HOOK = {"20 results": "order-sign"}


def ask(base, name, body):
    request = urllib.request.Request(base + "/cds-services/embolink-" + name, body,
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def median(rounds, key):
    return statistics.median(one[key] for one in rounds)


def report(name, ours, theirs, asked, answered):
    ratios = sorted(a["p50_us"] / b["p50_us"] for a, b in zip(ours, theirs))
    ratio = statistics.median(ratios)
    cpu = median(ours, "cpu_us")
    print("%-13s %6d %6d %8.0f %8.0f %6.2f (%.2f to %.2f) %-6s %8.1f %8.1f %-6s" %
          (name, asked, answered, median(ours, "p50_us"), median(theirs, "p50_us"), ratio, ratios[0],
           ratios[-1], "MET" if ratio <= SLOWEST else "MISSED", cpu, median(theirs, "cpu_us"),
           "MET" if cpu <= MOST_CPU_US else "MISSED"), flush=True)


def compare(program, bench, folder):
    hospital = make_hospital(program, folder)
    bring_to_today(hospital)
    loop = Loop(program, hospital, os.path.join(folder, "loop"), cds={
        "public_url": "https://embolink.example",
        "clients": [{"issuer": "https://ehr.example", "jwks": {"file": "jwks.json"}}]})
    servers = []
    try:
        with open(os.path.join(loop.folder, "jwks.json"), "w") as file:
            file.write('{"keys": []}')
        process = loop.start("run")
        if process.wait() != 0:
            raise SystemExit("the pass failed: " + process.stderr.read())
        ours = start_ours(bench, loop.config, folder)
        servers.append(ours)
        theirs = start_nginx(folder)
        servers.append(theirs)
        for name, (call, count) in make_calls(loop).items():
            body = os.path.join(folder, name + ".body")
            with open(body, "w") as file:
                json.dump(call, file)
            hook = HOOK.get(name, name)
            answer = ask(ours.base, hook, json.dumps(call).encode())
            cards = json.loads(answer)["cards"]
            if len(cards) != count or count == 0:
                raise SystemExit("%d cards of %s: the benchmark shows nothing" % (len(cards), name))
            with open(os.path.join(folder, hook + ".json"), "wb") as file:
                file.write(answer)
            rounds = []
            for _ in range(ROUNDS):
                rounds.append((load(ours, "/cds-services/embolink-" + hook, body),
                               load(theirs, "/" + hook + ".json")))
            report(name, *zip(*rounds[1:]), os.path.getsize(body), len(answer))  # one warms up
    finally:
        for server in servers:
            server.stop()
        loop.stop()


def main():
    program, bench, folder = (os.path.abspath(one) for one in sys.argv[1:])
    versions = [subprocess.run([one, "-v"], capture_output=True, text=True) for one in
                ("nginx", "wrk")]
    words = [(one.stderr + one.stdout).splitlines()[0] for one in versions]
    print("P9: CDS Hooks, rules and validation on, without TLS and JWT; one connection; %s; %s" %
          (words[0], words[1].split(" Copyright")[0]))
    print("floor: nginx, one worker without a log, sends the same bytes from a file; "
          "medians of %d rounds of %d s\n" % (ROUNDS - 1, SECONDS))
    print("%-13s %6s %6s %8s %8s %6s %-14s %-6s %8s %8s %-6s" %
          ("hook", "asked", "bytes", "p50 us", "floor us", "ratio", "(rounds)", "<= %d" % SLOWEST, "CPU us",
           "floor us", "<= %d" % MOST_CPU_US))
    compare(program, bench, folder)
    took = json.loads(subprocess.run([bench, "verify", str(VERIFICATIONS)], capture_output=True,
                                     text=True, check=True).stdout)
    print("\napart, CPU us: verification of a token ES384 %.0f, RS384 %.0f; remembering it %.0f" %
          (took["ES384"], took["RS384"], took["remember"]))


if __name__ == "__main__":
    main()
