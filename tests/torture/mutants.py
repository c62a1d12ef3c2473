#!/usr/bin/env python3
"""The mutation score of the rules: how many small changes of them some test notices.

A mutant is the program with one change in mapping/endpoints, mapping/timeline or the trial file:
a number of the trial file one up or down, a comparison's boundary moved, a condition negated, `and`
and `or` swapped, a flag dropped, min and max swapped. All mutants of a source are compiled at once,
each behind a switch (switches.hpp); the few that need more than a switch are compiled alone. What
was compiled is loaded before the library of the rules (LD_PRELOAD): neither the sources nor the
build are touched. A mutant is killed when a test fails, crashes or hangs, and when it does not
compile it is none.

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
ARCHIVE = "mapping/libmapping.a"
SWITCHES = pathlib.Path("tests/torture/switches.hpp").resolve()
ACCEPTED = pathlib.Path("tests/torture/accepted_mutants.txt")
TRIAL = "mapping/definitions/trials/maire-2012.json"
EMBEDDED = BUILD / "mapping/definitions/embedded_definitions.cpp"
NEEDED = 0.95
# Patients must notice a number of the trial file, not a test that holds it against a number.
FOR_TRIAL = ("HandOutput.*:*RuleScenario*",)
# What notices most comes first, and the slow ones only where the others noticed nothing: patients
# worked out by hand in other orders, and synthetic ones against their plans. Shifting each window
# once more finds nothing that the scenarios do not.
QUICK = "*RuleScenario*:HandOutput.*"
SLOW = "*HandPatients*:*PlanPatients*"
FOR_RULES = (QUICK, f"-*TrialWindow*:{QUICK}:{SLOW}", SLOW)
# Readers of definition files, and the JSON of records, are no rules.
NO_RULES = ("trial.cpp", "grading.cpp", "record_json.cpp")


class Mutant:
    """`switch`: what turns the line into both, as (column, characters to replace, text) with # for
    the number of the switch; empty when no switch can."""

    def __init__(self, path, number, column, kind, before, after, switch=()):
        self.path, self.number, self.column, self.kind = path, number, column, kind
        self.before, self.after, self.switch = before, after, switch

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


def order(sign):
    return f" {sign} mutant::Order{{#}} {sign} "


def both(is_and):
    return f" && mutant::left(#, {is_and}) || mutant::right(#, {is_and}) && "


SWAPS = [
    ("boundary", r" < ", " <= ", order("<")), ("boundary", r" <= ", " < ", order("<=")),
    ("boundary", r" > ", " >= ", order(">")), ("boundary", r" >= ", " > ", order(">=")),
    ("negated", r" == ", " != ", order("==")), ("negated", r" != ", " == ", order("!=")),
    ("and/or", r" && ", " || ", both("true")), ("and/or", r" \|\| ", " && ", both("false")),
    ("min/max", r"\bstd::min\b", "std::max", "mutant::Extreme{#, true}"),
    ("min/max", r"\bstd::max\b", "std::min", "mutant::Extreme{#, false}"),
    ("min/max", r"\bmin_element\b", "max_element", None),
    ("min/max", r"\bmax_element\b", "min_element", None),
]
FLAG = re.compile(r"^(\s*)((?:\w+[.])*(?:flag\(|flags[.](?:push_back|insert|emplace_back)\().*\);)$")


def mutants_of_source(path):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    lines, bare = text.split("\n"), blanked(text).split("\n")
    found = []
    for number, (line, code) in enumerate(zip(lines, bare), 1):
        if "operator" in code or "static_assert" in code or "template" in code:
            continue
        for kind, pattern, instead, switch in SWAPS:
            for match in re.finditer(pattern, code):
                at, length = match.start(), len(match[0])
                found.append(Mutant(path, number, at, kind, line,
                                    line[:at] + instead + line[match.end():],
                                    [(at, length, switch)] if switch else ()))
        for match in re.finditer(r"\bif \(", code):
            opens = match.end() - 1
            closes = closing(code, opens)
            condition = code[opens + 1:closes] if closes else ""
            # An assignment in the condition has nothing to negate without its parts.
            if closes and ";" not in condition and "const auto" not in condition \
                    and " = " not in condition:
                found.append(Mutant(path, number, opens, "negated", line,
                                    line[:opens + 1] + "!(" + line[opens + 1:closes] + ")"
                                    + line[closes:],
                                    [(opens + 1, 0, "mutant::on(#) != static_cast<bool>("),
                                     (closes, 0, ")")]))
        if FLAG.match(line):
            found.append(Mutant(path, number, 0, "flag dropped", line,
                                FLAG.match(line)[1] + ";",
                                [(0, 0, "if (!mutant::on(#)) {"), (len(line), 0, "}")]))
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


def run_or_stop(command):
    done = subprocess.run(command, shell=isinstance(command, str), cwd=BUILD, text=True,
                          capture_output=True)
    if done.returncode != 0:
        raise SystemExit(f"{command}\n{done.stdout}{done.stderr}")
    return done.stdout


class Builder:
    """The tests with the rules as a shared library, and libraries of changed files."""

    def __init__(self, folder):
        self.folder = folder
        compiled = json.loads((BUILD / "compile_commands.json").read_text())
        self.compile = {os.path.relpath(entry["file"], os.getcwd()): entry for entry in compiled}
        rules, self.program = folder / "rules.so", folder / "program"
        run_or_stop(f"c++ -shared -o {rules} -Wl,--whole-archive {ARCHIVE} -Wl,--no-whole-archive")
        commands = run_or_stop(["ninja", "-t", "commands", PROGRAM])
        link = commands.strip().split("\n")[-1].replace(f"-o {PROGRAM} ", f"-o {self.program} ", 1)
        run_or_stop(link.replace(f" {ARCHIVE} ", f" {rules} ", 1))

    def library(self, source, text, name):
        """The changed file, to be loaded before the rules, or what the compiler says."""
        changed, out = self.folder / f"{name}.cpp", self.folder / f"{name}.so"
        changed.write_text(text, encoding="utf-8")
        entry = self.compile[source]
        words = [word for word in shlex.split(entry["command"])
                 if "ccache" not in word and word not in ("-c", "-MD", "-MMD")]
        words[words.index("-o") + 1] = str(out)
        words[words.index(entry["file"])] = str(changed)
        words += ["-O0", "-shared", "-include", str(SWITCHES)]
        done = subprocess.run(words, cwd=entry["directory"], capture_output=True, text=True)
        changed.unlink()
        return (out, "") if done.returncode == 0 else (None, done.stderr)

    def switched(self, source, mutants):
        """One library with a switch for each of the mutants, but for those that would not compile
        so; with the numbers of their switches."""
        mutants = [one for one in mutants if one.switch]
        name = pathlib.Path(source).stem
        while mutants:
            numbers = {one: at for at, one in enumerate(mutants, 1)}
            library, said = self.library(source, switched_text(source, numbers), name)
            if library is not None:
                return library, numbers
            wrong = {int(line) for line in re.findall(rf"{name}\.cpp:(\d+):", said)}
            rest = [one for one in mutants if one.number not in wrong]
            if len(rest) == len(mutants):
                raise SystemExit(said)
            mutants = rest
        return None, {}


def switched_text(source, numbers):
    lines = pathlib.Path(source).read_text(encoding="utf-8").split("\n")
    edits = [(mutant.number - 1, column, length, text.replace("#", str(number)))
             for mutant, number in numbers.items() for column, length, text in mutant.switch]
    for at, column, length, text in sorted(edits, reverse=True):
        lines[at] = lines[at][:column] + text + lines[at][column + length:]
    return "\n".join(lines)


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


def run_tests(program, hand, parts, library="", number=0):
    # Random properties with one seed: what is killed today is killed tomorrow.
    environment = {**os.environ, "EMBOLINK_HAND_OUTPUT": str(hand), "LD_PRELOAD": str(library),
                   "EMBOLINK_MUTANT": str(number), "RC_PARAMS": "seed=1"}
    try:
        return all(subprocess.run([str(program), "--gtest_brief=1", "--gtest_fail_fast",
                                   "--gtest_filter=" + tests],
                                  env=environment, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, timeout=120).returncode == 0
                   for tests in parts)
    except subprocess.TimeoutExpired:
        return False


class Judge:
    def __init__(self, builder, hand):
        self.builder, self.hand, self.libraries = builder, hand, {}

    def prepare(self, work, pool):
        """The libraries with switches for the files of these mutants."""
        files = {}
        for one in work:
            if one.path != TRIAL:
                files.setdefault(one.path, []).append(one)
        self.libraries.update(zip(files, pool.map(self.switched, files, files.values())))

    def switched(self, path, mutants):
        library, numbers = self.builder.switched(path, mutants)
        if library and not run_tests(self.builder.program, self.hand, (QUICK,), library):
            raise SystemExit(f"{path}: tests fail with every switch off")
        return library, numbers

    def __call__(self, mutant):
        """killed, survived, or none when it does not compile."""
        parts = FOR_TRIAL if mutant.path == TRIAL else FOR_RULES
        library, numbers = self.libraries.get(mutant.path, (None, {}))
        number = numbers.get(mutant, 0)
        if not number:
            library, _ = self.builder.library(*changed_text(mutant), f"alone{id(mutant)}")
        if library is None:
            return "none"
        alive = run_tests(self.builder.program, self.hand, parts, library, number)
        return "survived" if alive else "killed"


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
    parser.add_argument("--all", action="store_true", help="every one of them: half an hour")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", default="", help="only files whose path holds this")
    parser.add_argument("--without-trial", action="store_true")
    parser.add_argument("--list", action="store_true", help="how many there are, by kind")
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


def kinds_of(found):
    kinds = {}
    for one in found:
        kinds[one.kind] = kinds.get(one.kind, 0) + 1
    return f"{len(found)} mutants: " + ", ".join(f"{k} {n}" for k, n in sorted(kinds.items()))


def answers(work, folder, jobs):
    """Each mutant with what became of it, as soon as it is known."""
    builder, hand = Builder(folder), folder / "hand_output.txt"
    environment = {**os.environ, "EMBOLINK_HAND_OUTPUT": str(hand), "EMBOLINK_GOLDEN": "accept"}
    subprocess.run([str(builder.program), "--gtest_brief=1", "--gtest_filter=HandOutput.*"],
                   env=environment, stdout=subprocess.DEVNULL, check=True)
    if not run_tests(builder.program, hand, FOR_RULES):
        raise SystemExit("the tests fail without any change")
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        judge = Judge(builder, hand)
        judge.prepare(work, pool)
        yield from zip(work, pool.map(judge, work))


def main():
    options = parse()
    found = all_mutants(options.file)
    accepted = accepted_mutants()
    stale = sorted(set(accepted) - {one.key() for one in all_mutants("")})
    if options.list:
        print(kinds_of(found))
        return 0
    begin = time.time()
    work = chosen(found, options)
    counts = {"killed": 0, "survived": 0, "none": 0, "accepted": 0}
    wrong = []
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        for mutant, answer in answers(work, pathlib.Path(folder).resolve(), options.jobs):
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
