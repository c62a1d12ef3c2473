"""kill -9 at twenty instants, at least three inside each of page commit, derivation, send and
settle. The instant is chosen by what the database shows, so that it lies inside the phase. After
each, the pass is run again; at the end the state is that of an undisturbed run.
kills.py PROGRAM FOLDER [SEED]"""
import os
import random
import signal
import sqlite3
import sys
import time

from sandbox_loop import Loop, difference, make_hospital, undisturbed

COUNTS = {
    # phase: (query, the numbers between which a kill lies inside it)
    "page commit": ("SELECT count(*) FROM resource", 1),
    "derivation": ("SELECT count(*) FROM derivation", 1),
    "send": ("SELECT count(*) FROM outbox WHERE state = 'sending'", 1),
    "settle": ("SELECT count(*) FROM outbox WHERE server_id <> ''", 1),
}
KILLS = ["page commit", "derivation", "send", "settle"] * 5


def ask(database, query):
    try:
        return database.execute(query).fetchone()[0]
    except sqlite3.OperationalError:
        return 0  # no schema yet


def kill_inside(loop, phase, share, most):
    """Starts a pass and kills it once the phase has come so far; the number seen then, or None."""
    query, least = COUNTS[phase]
    wanted = max(least, int(share * most)) if phase != "send" else 1
    process = loop.start_run()
    database = None
    while process.poll() is None:
        if database is None and os.path.exists(loop.store):
            database = sqlite3.connect("file:" + loop.store + "?mode=ro", uri=True, timeout=5)
        if database is not None:
            seen = ask(database, query)
            if seen >= wanted:
                process.send_signal(signal.SIGKILL)
                process.communicate()
                database.close()
                return seen
        time.sleep(0.0005)
    process.communicate()
    if database is not None:
        database.close()
    return None


def totals(store):
    with sqlite3.connect("file:" + store + "?mode=ro", uri=True) as database:
        return {phase: ask(database, query) for phase, (query, _) in COUNTS.items()}


def main(program, folder, seed):
    random.seed(seed)
    hospital = make_hospital(program, folder)
    calm = os.path.join(folder, "undisturbed")
    expected = undisturbed(program, hospital, calm)
    most = totals(os.path.join(calm, "store.sqlite"))
    # Slow answers make the phases wide enough to be hit.
    slow = {"faults": [{"method": "POST", "path": "/", "times": 100000, "fault": "slow",
                        "delay_ms": 30}]}
    hit, failures = {phase: 0 for phase in COUNTS}, 0
    for number, phase in enumerate(KILLS):
        loop = Loop(program, hospital, os.path.join(folder, "kill-%02d" % number), slow)
        share = random.random() * 0.9
        seen = kill_inside(loop, phase, share, most[phase])
        hit[phase] += 1 if seen is not None else 0
        # Twice more: the lease of a killed pass lasts, unless its process is known to be gone.
        code, summary, err = loop.run()
        wrong = "the run after the kill failed: " + err if code != 0 else ""
        wrong = wrong or difference(expected, loop.state())
        if not wrong:
            loop.check_store()
            again = loop.run()[1]["written"]
            if again["created"] or again["updated"] or again["retracted"]:
                wrong = "a further run wrote again: %s" % again
        loop.stop()
        print("%-7s kill %2d inside %-12s at %s of %s%s" %
              ("FAILED" if wrong else "ok", number + 1, phase, seen, most[phase],
               "\n        " + wrong if wrong else ""), flush=True)
        failures += 1 if wrong else 0
    for phase, count in hit.items():
        if count < 2:
            print("FAILED  only %d kills inside %s" % (count, phase))
            failures += 1
    print("%d kills, %d failed" % (len(KILLS), failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]),
                  int(sys.argv[3]) if len(sys.argv) > 3 else 1))
