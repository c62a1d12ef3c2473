#!/usr/bin/env python3
"""The mutation score of the rules: how many small changes of them some test notices.

A mutant is the program with one change in mapping/endpoints, mapping/timeline or the trial file:
a number of the trial file one up or down, a comparison's boundary moved, a condition negated, `and`
and `or` swapped, a flag dropped, min and max swapped. Only the changed file is compiled; it is
linked before the library, so that neither the sources nor the build are touched. A mutant is killed
when a test fails, crashes or hangs, and when it does not compile it is none.

    python3 -B tests/torture/mutants.py [--sample N | --all] [--seed S] [--file PART] [--jobs J]

Survivors that can change nothing are listed with their reason in tests/torture/accepted_mutants.txt
and count neither way. Exit code 1: the score is under 95 %, or an accepted mutant does not exist any
more or is killed after all.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import re
import shlex
import subprocess
import sys
import tempfile
import time

BUILD = pathlib.Path("build/mutants")
PROGRAM = "tests/torture/mutant_tests"
ACCEPTED = pathlib.Path("tests/torture/accepted_mutants.txt")
TRIAL = "mapping/definitions/trials/maire-2012.json"
EMBEDDED = BUILD / "mapping/definitions/embedded_definitions.cpp"
NEEDED = 0.95
# Patients must notice a number of the trial file, not a test that holds it against a number.
FOR_TRIAL = ("HandOutput.*:*RuleScenario*",)
# The slow ones only where the others noticed nothing: patients worked out by hand in other orders,
# and synthetic ones against their plans. Shifting each window once more finds nothing that the
# scenarios do not.
FOR_RULES = ("-*TrialWindow*:*HandPatients*:*PlanPatients*", "*HandPatients*", "*PlanPatients*")
# Readers of definition files, and the JSON of records, are no rules.
NO_RULES = ("trial.cpp", "grading.cpp", "record_json.cpp")


class Mutant:
    def __init__(self, path, number, column, kind, before, after):
        self.path, self.number, self.column, self.kind = path, number, column, kind
        self.before, self.after = before, after

    def key(self):
        """Survives moved lines; what is accepted is named so."""
        return f"{self.path} | {self.before.strip()} | {self.after.strip()}"

    def __str__(self):
        return f"{self.path}:{self.number} {self.kind}\n    - {self.before.strip()}\n" \
               f"    + {self.after.strip()}"


def blanked(text):
    """The same length with comments, strings and preprocessor lines as blanks."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match[0])
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'|^\s*#[^\n]*', blank,
                  text, flags=re.S | re.M)


def closing(text, at):
    """Where the bracket that opens at `at` closes, or None on another line."""
    depth = 0
    for place in range(at, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return place
    return None


SWAPS = [
    ("boundary", r" < ", " <= "), ("boundary", r" <= ", " < "),
    ("boundary", r" > ", " >= "), ("boundary", r" >= ", " > "),
    ("negated", r" == ", " != "), ("negated", r" != ", " == "),
    ("and/or", r" && ", " || "), ("and/or", r" \|\| ", " && "),
    ("min/max", r"\bstd::min\b", "std::max"), ("min/max", r"\bstd::max\b", "std::min"),
    ("min/max", r"\bmin_element\b", "max_element"), ("min/max", r"\bmax_element\b", "min_element"),
]
FLAG = re.compile(r"^(\s*)((?:\w+[.])*(?:flag\(|flags[.](?:push_back|insert|emplace_back)\().*\);)$")


def mutants_of_source(path):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    lines, bare = text.split("\n"), blanked(text).split("\n")
    found = []
    for number, (line, code) in enumerate(zip(lines, bare), 1):
        if "operator" in code or "static_assert" in code or "template" in code:
            continue
        for kind, pattern, instead in SWAPS:
            for match in re.finditer(pattern, code):
                found.append(Mutant(path, number, match.start(), kind, line,
                                    line[:match.start()] + instead + line[match.end():]))
        for match in re.finditer(r"\bif \(", code):
            opens = match.end() - 1
            closes = closing(code, opens)
            condition = code[opens + 1:closes] if closes else ""
            # An assignment in the condition has nothing to negate without its parts.
            if closes and ";" not in condition and "const auto" not in condition \
                    and " = " not in condition:
                found.append(Mutant(path, number, opens, "negated", line,
                                    line[:opens + 1] + "!(" + line[opens + 1:closes] + ")"
                                    + line[closes:]))
        if FLAG.match(line):
            found.append(Mutant(path, number, 0, "flag dropped", line,
                                FLAG.match(line)[1] + ";"))
    return found


def mutants_of_trial():
    """In the file as it was embedded; named by their place in the trial file."""
    text = pathlib.Path(TRIAL).read_text(encoding="utf-8")
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        for match in re.finditer(r'(?<=: )-?\d+(?:[.]\d+)?(?=[ ,}]|$)', line):
            value = match[0]
            step = 1 if "." not in value else 10 ** -len(value.split(".")[1])
            for shift in (step, -step):
                changed = f"{float(value) + shift:.{len(value.split('.')[1])}f}" \
                    if "." in value else str(int(value) + shift)
                found.append(Mutant(TRIAL, number, match.start(), "number", line,
                                    line[:match.start()] + changed + line[match.end():]))
    return found


class Builder:
    def __init__(self):
        compiled = json.loads((BUILD / "compile_commands.json").read_text())
        self.compile = {os.path.relpath(entry["file"], os.getcwd()): entry for entry in compiled}
        commands = subprocess.run(["ninja", "-C", str(BUILD), "-t", "commands", PROGRAM],
                                  capture_output=True, text=True, check=True).stdout
        self.link = commands.strip().split("\n")[-1]

    def compile_command(self, source, changed, out):
        entry = self.compile[source]
        words = shlex.split(entry["command"])
        words = [word for word in words if "ccache" not in word]
        words[words.index("-o") + 1] = str(out)
        words[words.index("-c") + 1] = str(changed)
        for option in ("-MD", "-MMD"):
            if option in words:
                words.remove(option)
        return words, entry["directory"]

    def link_command(self, extra, out):
        text = self.link.replace(f"-o {PROGRAM} ", f"-o {out} {extra} ", 1)
        return re.sub(r"^: && |&& :$", "", text.strip())


def changed_text(mutant):
    source = EMBEDDED if mutant.path == TRIAL else pathlib.Path(mutant.path)
    text = source.read_text(encoding="utf-8")
    if mutant.path == TRIAL:
        start = text.index("\n".join(pathlib.Path(TRIAL).read_text(encoding="utf-8")
                                     .split("\n")[:4]))
        head, tail = text[:start], text[start:]
    else:
        head, tail = "", text
    lines = tail.split("\n")
    assert lines[mutant.number - 1] == mutant.before, mutant
    lines[mutant.number - 1] = mutant.after
    return str(source), head + "\n".join(lines)


def run_tests(program, hand, trial):
    environment = {**os.environ, "EMBOLINK_HAND_OUTPUT": str(hand)}
    try:
        return all(subprocess.run([str(program), "--gtest_brief=1", "--gtest_fail_fast",
                                   "--gtest_filter=" + tests],
                                  env=environment, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, timeout=300).returncode == 0
                   for tests in (FOR_TRIAL if trial else FOR_RULES))
    except subprocess.TimeoutExpired:
        return False


def judge(mutant, builder, hand):
    """killed, survived, or none when it does not compile."""
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        folder = pathlib.Path(folder).resolve()
        source, text = changed_text(mutant)
        changed = folder / pathlib.Path(source).name
        changed.write_text(text, encoding="utf-8")
        words, directory = builder.compile_command(source, changed, folder / "mutant.o")
        if subprocess.run(words, cwd=directory, capture_output=True).returncode != 0:
            return "none"
        link = builder.link_command(folder / "mutant.o", folder / "program")
        if subprocess.run(link, shell=True, cwd=BUILD, capture_output=True).returncode != 0:
            raise SystemExit(f"cannot link:\n{mutant}")
        return "survived" if run_tests(folder / "program", hand, mutant.path == TRIAL) else "killed"


def accepted_mutants():
    """By key; "file | line | changed line | reason" each, comments with #."""
    found = {}
    for line in ACCEPTED.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            key, _, reason = line.rpartition(" | ")
            if not reason:
                raise SystemExit(f"{ACCEPTED}: no reason: {line}")
            found[key] = reason
    return found


def all_mutants(part):
    files = subprocess.run(["git", "ls-files", "mapping/endpoints/*.cpp", "mapping/timeline/*.cpp"],
                           capture_output=True, text=True, check=True).stdout.split()
    found = mutants_of_trial()
    for path in files:
        if pathlib.Path(path).name not in NO_RULES:
            found += mutants_of_source(path)
    return [one for one in found if part in one.path]


def chosen(found, options):
    """The trial file's are few: all of them. Of the others a sample that the seed decides."""
    trial = [one for one in found if one.path == TRIAL]
    rest = [one for one in found if one.path != TRIAL]
    if not options.all:
        rest = random.Random(options.seed).sample(rest, min(options.sample, len(rest)))
    return trial * (not options.without_trial) + rest


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int, default=60, help="how many of the sources' mutants")
    parser.add_argument("--all", action="store_true", help="every one of them: hours")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", default="", help="only files whose path holds this")
    parser.add_argument("--without-trial", action="store_true")
    parser.add_argument("--list", action="store_true", help="how many there are, by kind")
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


def main():
    options = parse()
    found = all_mutants(options.file)
    accepted = accepted_mutants()
    stale = sorted(set(accepted) - {one.key() for one in all_mutants("")})
    if options.list:
        kinds = {}
        for one in found:
            kinds[one.kind] = kinds.get(one.kind, 0) + 1
        print(f"{len(found)} mutants: " + ", ".join(f"{k} {n}" for k, n in sorted(kinds.items())))
        return 0
    builder = Builder()
    hand = BUILD.resolve() / "hand_output.txt"
    environment = {**os.environ, "EMBOLINK_HAND_OUTPUT": str(hand), "EMBOLINK_GOLDEN": "accept"}
    subprocess.run([str(BUILD / PROGRAM), "--gtest_brief=1", "--gtest_filter=HandOutput.*"],
                   env=environment, stdout=subprocess.DEVNULL, check=True)
    if not run_tests(BUILD / PROGRAM, hand, False):
        raise SystemExit("the tests fail without any change")
    begin = time.time()
    work = chosen(found, options)
    counts = {"killed": 0, "survived": 0, "none": 0, "accepted": 0}
    wrong = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for mutant, answer in zip(work, pool.map(lambda one: judge(one, builder, hand), work)):
            if mutant.key() in accepted:
                if answer == "killed":
                    wrong.append(mutant)
                answer = "accepted"
            counts[answer] += 1
            if answer == "survived":
                print(f"survived: {mutant}", flush=True)
    judged = counts["killed"] + counts["survived"]
    score = counts["killed"] / judged if judged else 1.0
    for key in stale:
        print(f"accepted, and there is no such mutant: {key}")
    for mutant in wrong:
        print(f"accepted, and killed after all: {mutant}")
    print(f"mutation score {100 * score:.1f} %: {counts['killed']} of {judged} mutants killed, "
          f"{counts['accepted']} accepted with a reason, {counts['none']} do not compile "
          f"({len(work)} of {len(found)} tried, seed {options.seed}, {time.time() - begin:.0f} s)")
    return 0 if score >= NEEDED and not stale and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
