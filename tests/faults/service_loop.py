"""`embolink serve` beside a sandbox, asked by curl: our own client has no say in what it answers."""
import datetime
import json
import os
import re
import signal
import sqlite3
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from sandbox_loop import Loop

QUIET = {"every": "1h"}


def wanted(condition, words):
    if not condition:
        raise AssertionError(words)


class Answer:
    def __init__(self, status, head, body):
        self.status, self.head, self.body = status, head, body

    def json(self):
        return json.loads(self.body)

    def header(self, name):
        found = re.search(r"(?im)^%s: *(.*?)\r?$" % re.escape(name), self.head)
        return found.group(1) if found else None


def curl(url, *options, data=None):
    """The answer of one request; `options` are curl's."""
    command = ["curl", "-sS", "-i", "--max-time", "20", *options, url]
    if data is not None:
        command += ["--data-binary", "@-"]
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    text = done.stdout.decode()
    while re.match(r"HTTP/1.1 100", text):
        text = text.split("\r\n\r\n", 1)[1]
    head, _, body = text.partition("\r\n\r\n")
    status = re.match(r"HTTP/1.1 (\d+)", head)
    return Answer(int(status.group(1)) if status else 0, head, body)


class Service:
    """A started service; `loop` has its configuration, `options` are more of `serve`'s."""

    def __init__(self, loop, name="service", *options, log=None):
        self.path = os.path.join(loop.folder, name + ".log")
        self.log = log or open(self.path, "w")
        self.process = subprocess.Popen(
            [loop.program, "serve", "--config", loop.config, *options], stdout=subprocess.PIPE,
            stderr=self.log, text=True)
        ready = self.process.stdout.readline()
        wanted(ready.startswith("READY "), "the service did not start: " + self.text())
        self.base = ready.split()[1]

    def text(self):
        if not os.path.exists(self.path):
            return ""  # somebody else's
        with open(self.path) as file:
            return file.read()

    def get(self, path, *options):
        return curl(self.base + path, *options)

    def post(self, path, body, *options, type="application/json"):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return curl(self.base + path, "-X", "POST", "-H", "Content-Type: " + type, "-H", "Expect:",
                    *options, data=data)

    def metric(self, name):
        found = re.search(r"(?m)^%s (\S+)$" % re.escape(name), self.get("/metrics").body)
        return float(found.group(1)) if found else None

    def passes(self):
        return int(sum(self.metric('embolink_runs_total{outcome="%s"}' % outcome)
                       for outcome in ("complete", "incomplete", "failed", "partial")))

    def wait_for_passes(self, count, seconds=60):
        wait_until(lambda: self.passes() >= count, seconds, "%d passes" % count)

    def stop(self):
        """How long it took."""
        begun = time.time()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=15)
        wanted(code == 0, "ended with exit code %d: %s" % (code, self.text()))
        self.process.stdout.close()
        self.log.close()
        return time.time() - begun

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def wait_until(condition, seconds, words):
    end = time.time() + seconds
    while not condition():
        wanted(time.time() < end, "did not happen in %d s: %s" % (seconds, words))
        time.sleep(0.1)


def make_loop(program, hospital, folder, faults=None, **config):
    settings = {"service": {"listen": "127.0.0.1:0"}, "schedule": QUIET}
    settings.update(config)
    return Loop(program, hospital, folder, faults=faults, **settings)


def status(loop, *options):
    done = subprocess.run([loop.program, "--json", "status", "--config", loop.config, *options],
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def with_a_pass_of_now(loop):
    """As another process leaves it that pulled everybody and found nothing new."""
    with sqlite3.connect(loop.store) as database:
        now = datetime.datetime.utcnow().isoformat(timespec="milliseconds") + "Z"
        database.execute("INSERT INTO run (source, started, as_of, rules_version, "
                         "software_version, ended, outcome) SELECT id, ?, '', '', '', ?, "
                         "'complete' FROM source", (now, now))


def play(situations, program, folder, hospital, side_by_side=1):
    """Runs each (name, function, options of make_loop) and prints a line for it. Those that mostly wait
    can be played side by side."""

    def one(number, name, function, options):
        begun = time.time()
        loop = make_loop(program, hospital, os.path.join(folder, str(number)), **options)
        services = []
        try:
            words = function(loop, services)
            print("ok %s (%s, %.1f s)" % (name, words, time.time() - begun), flush=True)
            return True
        except AssertionError as error:
            print("FAILED %s: %s" % (name, error), flush=True)
            return False
        finally:
            for service in services:
                service.kill()
            loop.stop()

    with ThreadPoolExecutor(side_by_side) as pool:
        played = [pool.submit(one, number, *situation)
                  for number, situation in enumerate(situations)]
        return sum(not each.result() for each in played)
