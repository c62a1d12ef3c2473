"""Every scripted fault, one after the other: the run ends, at the latest after a few repetitions, in
the state of an undisturbed one; nothing is doubled or lost. faults.py PROGRAM FOLDER"""
import os
import sys
import time

from sandbox_loop import Loop, difference, make_hospital, undisturbed

# (name, rules): where a fault may hit reading, writing and looking, it does.
READS = [("GET", "Observation"), ("GET", "Procedure"), ("GET", "Patient")]


def on_reads(fault, **more):
    return [dict({"method": method, "path": path, "skip": skip, "times": 1, "fault": fault}, **more)
            for skip, (method, path) in enumerate(READS, start=1)]


def on_writes(fault, **more):
    return [dict({"method": "POST", "path": "/", "skip": skip, "times": 1, "fault": fault}, **more)
            for skip in (0, 3)]


TABLE = [
    ("429 without Retry-After", on_reads("429") + on_writes("429")),
    ("429 with seconds", on_reads("429", retry_after="seconds", seconds=1) +
     on_writes("429", retry_after="seconds", seconds=1)),
    ("429 with a date", on_reads("429", retry_after="date", seconds=1) +
     on_writes("429", retry_after="date", seconds=1)),
    ("429 with garbage", on_reads("429", retry_after="garbage") +
     on_writes("429", retry_after="garbage")),
    ("503", on_reads("503", retry_after="seconds", seconds=1) + on_writes("503")),
    ("reset before the server acted", on_reads("reset-before") + on_writes("reset-before")),
    ("reset after the server acted", on_reads("reset-after") + on_writes("reset-after")),
    ("truncation", on_reads("truncate") + on_writes("truncate")),
    ("wrong length", on_reads("wrong-length") + on_writes("wrong-length")),
    ("bad gzip", on_reads("bad-gzip") + on_writes("bad-gzip")),
    ("HTML error page", on_reads("html") + on_writes("html")),
    ("401 mid-page", on_reads("401") + on_writes("401")),
    ("duplicate entries", on_reads("duplicate-entries")),
    ("500", on_reads("500") + on_writes("500", acted=True) + on_writes("500")),
    ("502", on_reads("502") + on_writes("502", acted=True) + on_writes("502")),
    ("expired cursor", on_reads("expired-cursor")),
    ("next link to itself", on_reads("loop")),
    ("outcome among the entries", on_reads("outcome-entry")),
    ("empty last page", on_reads("empty-last-page")),
]
REPETITIONS = 4


def main(program, folder):
    hospital = make_hospital(program, folder)
    expected = undisturbed(program, hospital, os.path.join(folder, "undisturbed"))
    failures = 0
    for number, (name, rules) in enumerate(TABLE):
        begin = time.time()
        loop = Loop(program, hospital, os.path.join(folder, "fault-%02d" % number),
                    {"faults": rules})
        codes = []
        for _ in range(REPETITIONS):
            code, summary, err = loop.run()
            codes.append(code)
            if code == 0 and not summary["held"]:
                break
        fired = loop.fired()
        hits = fired["fired"]
        wrong = difference(expected, loop.state())
        if not wrong:
            loop.check_store()
        loop.stop()
        if hits == 0:
            wrong = "the fault never fired"
        if codes[-1] != 0:
            wrong = wrong or "the last run failed: " + err
        print("%-7s %-32s fired %d, exit codes %s (%.1f s)%s" %
              ("FAILED" if wrong else "ok", name, hits, codes, time.time() - begin,
               "\n        " + wrong if wrong else ""), flush=True)
        failures += 1 if wrong else 0
    print("%d faults, %d failed" % (len(TABLE), failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])))
