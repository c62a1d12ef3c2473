#!/usr/bin/env python3
"""./dev trace: every rule, the code that cites it, the tests that cite it, and how they last ran.

The rules are the list `rule_words` of mapping/explain/words.cpp. A part of a rule (R3.2b) is cited
as its rule (R3.2). A test cites a rule in its name, in itself, in the comment before it, or as a
scenario of that name; what the head of a file cites is shown and is not enough. Results come from
the last run of ctest in BUILD. Exit code 1: a rule without a test, a cited rule that the list does
not have, or a test that failed.

    python3 -B tests/dev/trace.py [--rule R5.3] [BUILD]
"""

import argparse
import collections
import pathlib
import re
import subprocess
import sys

CITED = re.compile(r"\bR(?:10|[0-9](?:\.[0-9]+)?)(?=[a-f]?\b)")
RANGE = re.compile(r"\bR([0-9])\.([0-9]+)-R?(?:\1\.)?([0-9]+)\b")
IN_NAME = re.compile(r"\bR([0-9])_([0-9]+)[a-f]?_")
TEST = re.compile(r"^\s*(?:TEST|TEST_F|TEST_P|TYPED_TEST|RC_GTEST_PROP)\((\w+),\s*(\w+)")
SCENARIO = re.compile(r'^\s*\{"(R[0-9.]+[^"]*)"')
RESULT = re.compile(r"^\[\s*(OK|FAILED)\s*\] (\S+)")
WORDS = "mapping/explain/words.cpp"


def files(*patterns):
    listed = subprocess.run(["git", "ls-files", *patterns], capture_output=True, text=True,
                            check=True)
    return listed.stdout.split()


def lines_of(path):
    return pathlib.Path(path).read_text(encoding="utf-8").splitlines()


def rules():
    """Id and meaning, in the order of the list."""
    text = pathlib.Path(WORDS).read_text(encoding="utf-8")
    table = text[text.index("rule_words = {"):]
    table = table[:table.index("};")]
    return dict(re.findall(r'Words\{"(R[0-9.]+)",\s*"([^"]*)"\}', table))


def cited(line, known):
    """Rules that a line cites; "R2.2-R2.4" cites three, "R4" none: that is too much at once."""
    line = IN_NAME.sub(r"R\1.\2 ", line)
    found = {rule for rule in CITED.findall(line) if "." in rule or rule == "R10"}
    for chapter, first, last in RANGE.findall(line):
        found.update(f"R{chapter}.{part}" for part in range(int(first), int(last) + 1))
    return found


def code_of(known):
    places = collections.defaultdict(list)
    for path in files("mapping/*.cpp", "mapping/*.hpp", "analysis/*.cpp", "analysis/*.hpp",
                      "connector/*.cpp", "connector/*.hpp"):
        if path == WORDS or path.startswith("connector/synth/"):
            continue  # the list itself; the synthetic hospital is a witness, not the code
        for number, line in enumerate(lines_of(path), 1):
            for rule in cited(line, known):
                places[rule].append(f"{path}:{number}")
    return places


def block_of(lines, at):
    """The test that a line stands in or, as a comment, before; "" outside of all."""
    if lines[at].lstrip().startswith("//"):
        below = at
        while below < len(lines) and lines[below].lstrip().startswith("//"):
            below += 1
        if below < len(lines) and (match := TEST.match(lines[below])):
            return f"{match[1]}.{match[2]}"
    for above in range(at, -1, -1):
        if above != at and lines[above].startswith("}"):
            return ""
        if match := TEST.match(lines[above]):
            return f"{match[1]}.{match[2]}"
    return ""


def tests_of(known):
    """(file, test) by rule. A citation outside of all tests speaks for the whole file."""
    tests = collections.defaultdict(list)
    for path in files("tests/*.cpp"):
        if "/data/" in path:
            continue
        lines = lines_of(path)
        whole = any(TEST.match(line) for line in lines)
        for at, line in enumerate(lines):
            scenario = SCENARIO.match(line)
            for rule in cited(line, known):
                if scenario:
                    tests[rule].append((path, scenario[1]))
                elif name := block_of(lines, at):
                    tests[rule].append((path, name))
                elif whole:
                    tests[rule].append((path, ""))
    for path in files("tests/scenarios/hand/*/README.md"):
        folder = pathlib.Path(path).parent.name
        for line in lines_of(path):
            for rule in cited(line, known):
                tests[rule].append((path, folder))
    return {rule: list(dict.fromkeys(found)) for rule, found in tests.items()}


def results(build):
    """By test name, or None when nothing was run. Parametrised tests under their plain name, too."""
    log = pathlib.Path(build) / "Testing/Temporary/LastTest.log"
    if not log.exists():
        return None
    found = {}

    def note(name, passed):
        found[name] = found.get(name, True) and passed

    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if match := RESULT.match(line):
            name = match[2].rstrip(",")
            note(name, match[1] == "OK")
            parts = name.split("/")
            if len(parts) > 1:
                plain = [part for part in parts if "." in part]
                note(plain[0] if plain else name, match[1] == "OK")
    return found


def outcome(path, name, ran):
    """passed, failed, or not run."""
    slug = re.sub(r"[^A-Za-z0-9]", "_", name)
    if path.startswith("tests/scenarios/hand/"):
        wanted = [one for one in ran if "/HandPatient." in one and one.endswith("/" + slug)]
    elif path.startswith("tests/scenarios/rules/"):
        wanted = [one for one in ran
                  if "/RuleScenario." in one and re.search(f"/{slug}_[0-9]+$", one)]
    elif name:
        wanted = [name] if name in ran else []
    else:
        declared = {f"{match[1]}.{match[2]}" for line in lines_of(path)
                    if (match := TEST.match(line))}
        wanted = [one for one in declared if one in ran]
    if not wanted:
        return "not run"
    return "passed" if all(ran[one] for one in wanted) else "failed"


def show(rule, meaning, code, tests, ran, every):
    few = 3 if not every else len(code) + len(tests)
    print(f"{rule}  {meaning}")
    shown = ", ".join(code[:few]) + (f" and {len(code) - few} more" if len(code) > few else "")
    print(f"    code    {shown or 'none'}")
    for path, name in tests[:few]:
        print(f"    test    {path}{': ' + name if name else ''}")
    if len(tests) > few:
        print(f"    test    and {len(tests) - few} more")
    if not tests:
        print("    test    none")
    if ran is None:
        print("    result  none: ./dev test has not run here")
        return 0
    counts = collections.Counter(outcome(path, name, ran) for path, name in tests)
    print("    result  " + (", ".join(f"{count} {word}" for word, count in sorted(counts.items()))
                            or "none"))
    return counts["failed"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rule", help="one rule, with all its places")
    parser.add_argument("build", nargs="?", default="build/dev")
    options = parser.parse_args()
    known = rules()
    code, tests, ran = code_of(known), tests_of(known), results(options.build)
    wanted = [options.rule] if options.rule else list(known)
    if options.rule and options.rule not in known:
        sys.exit(f"no rule is called {options.rule}")
    failed = 0
    for rule in wanted:
        failed += show(rule, known[rule], code[rule], tests.get(rule, []), ran,
                       bool(options.rule))
    untested = [rule for rule in wanted if not any(name for _, name in tests.get(rule, []))]
    unknown = sorted((set(code) | set(tests)) - set(known)) if not options.rule else []
    print(f"\n{len(wanted)} rules, {len(untested)} without a test, {failed} tests failed"
          + ("" if ran is not None else "; no results: ./dev test has not run here"))
    if untested:
        print("without a test: " + ", ".join(untested))
    for rule in unknown:
        where = code[rule][:3] or [path for path, _ in tests[rule][:3]]
        print(f"{rule} is cited and is no rule: {', '.join(where)}")
    return 1 if untested or unknown or failed else 0


if __name__ == "__main__":
    sys.exit(main())
