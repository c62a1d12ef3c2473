"""A sandbox, a configuration, and what is compared after a disturbed run: what stands on the server
and in the store, without what may differ (server ids, versions, times)."""
import json
import os
import re
import shutil
import sqlite3
import subprocess
import urllib.request

OUTCOME = "https://embolink.org/fhir/NamingSystem/outcome"
SCENARIO = "audit_12"


class Loop:
    """One sandbox process and one store, in a folder of their own. `config` adds to the
    configuration; the program is run with `hospital`'s site file unless it says another."""

    def __init__(self, program, hospital, folder, faults=None, **config):
        self.program = program
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(hospital, "site.json")) as file:
            self.site = json.load(file)
        self.as_of = max(self.site["analysis_dates"])
        command = [program, "sandbox", "--port", "0", "--data", hospital]
        if faults is not None:
            path = os.path.join(folder, "faults.json")
            with open(path, "w") as file:
                json.dump(faults, file)
            command += ["--faults", path]
        self.log = open(os.path.join(folder, "sandbox.log"), "w")
        self.server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        ready = self.server.stdout.readline()
        match = re.match(r"READY (\S+)", ready)
        if not match:
            raise SystemExit("the sandbox did not start: " + ready)
        self.base = match.group(1)
        self.store = os.path.join(folder, "store.sqlite")
        self.config = os.path.join(folder, "config.json")
        self.settings = {
            "source": {"base_url": self.base, "page_size": 25},
            "store": {"sqlite": self.store},
            "write_back": {"mode": "apply"},
            "site": os.path.abspath(os.path.join(hospital, "site.json")),
        }
        self.configure(**config)

    def configure(self, **config):
        self.settings.update(config)
        with open(self.config, "w") as file:
            json.dump(self.settings, file)

    def start(self, command, *options):
        return subprocess.Popen(
            [self.program, "--quiet", command, "--config", self.config, "--json", *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def start_run(self):
        return self.start("run", "--as-of", self.as_of)

    def run(self):
        """(exit code, summary or None, standard error)"""
        process = self.start_run()
        out, err = process.communicate(timeout=300)
        return process.returncode, json.loads(out) if process.returncode == 0 else None, err

    def get(self, path):
        with urllib.request.urlopen(self.base + path) as answer:
            return json.load(answer)

    def release(self, *options):
        """What `release` prints; ends the test when it fails."""
        process = subprocess.run([self.program, "release", "--config", self.config, *options],
                                 capture_output=True, text=True)
        if process.returncode != 0:
            raise AssertionError("release: " + process.stderr)
        return process.stdout

    def send(self, method, path, resource=None):
        body = None if resource is None else json.dumps(resource).encode()
        request = urllib.request.Request(self.base + path, body, method=method,
                                         headers={"Content-Type": "application/fhir+json"})
        with urllib.request.urlopen(request):
            pass

    def fired(self):
        return self.get("/$sandbox-faults")

    def resources(self, type_name, query=""):
        url = "/" + type_name + "?_count=200" + query
        found = []
        while url:
            page = self.get(url)
            found += [entry["resource"] for entry in page.get("entry", [])]
            links = [link["url"] for link in page.get("link", []) if link["relation"] == "next"]
            url = links[0][len(self.base):] if links else None
        return found

    def state(self):
        """What must be equal after every disturbance."""
        names, outcomes = {}, []
        for observation in self.resources("Observation"):
            for identifier in observation.get("identifier", []):
                if identifier.get("system") == OUTCOME:
                    names["Observation/" + observation["id"]] = identifier["value"]
                    outcomes.append(observation)
        provenances = self.resources("Provenance")
        for provenance in provenances:
            provenance.pop("recorded", None)
            for target in provenance["target"]:
                reference = target["reference"].split("/_history/")[0]
                target["reference"] = names.get(reference, "dangling")
        for resource in outcomes + provenances:
            resource.pop("id", None)
            for key in ("versionId", "lastUpdated"):
                resource.get("meta", {}).pop(key, None)
        text = sorted(json.dumps(one, sort_keys=True) for one in outcomes + provenances)
        return text, self.records()

    def records(self):
        with sqlite3.connect("file:" + self.store + "?mode=ro", uri=True) as database:
            return sorted(row[0] for row in database.execute("SELECT records FROM derivation"))

    def check_store(self):
        with sqlite3.connect(self.store) as database:
            if database.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                raise SystemExit("the database is damaged")
            left = database.execute("SELECT state, count(*) FROM outbox WHERE state <> 'settled' "
                                    "GROUP BY state").fetchall()
            if left:
                raise SystemExit("outcomes wait that should not: " + str(left))

    def stop(self):
        self.server.terminate()
        self.server.wait(timeout=20)
        self.log.close()


def make_hospital(program, folder):
    shutil.rmtree(folder, ignore_errors=True)
    hospital = os.path.join(folder, "hospital")
    subprocess.run([program, "--quiet", "synth", "--scenario", SCENARIO, "--output", hospital],
                   check=True)
    return hospital


def undisturbed(program, hospital, folder):
    loop = Loop(program, hospital, folder)
    code, summary, err = loop.run()
    if code != 0:
        raise SystemExit("the undisturbed run failed: " + err)
    state = loop.state()
    loop.check_store()
    loop.stop()
    if not state[0] or summary["written"]["created"] == 0:
        raise SystemExit("the undisturbed run wrote nothing")
    return state


def difference(expected, found):
    """A few lines on what differs, "" when nothing does."""
    lines = []
    for name, one, other in zip(("on the server", "in the store"), expected, found):
        missing, extra = sorted(set(one) - set(other)), sorted(set(other) - set(one))
        if len(one) != len(other) or missing or extra:
            lines.append("%s: %d expected, %d found; missing %s; extra %s" %
                         (name, len(one), len(other), missing[:1], extra[:1]))
    return "\n".join(lines)
