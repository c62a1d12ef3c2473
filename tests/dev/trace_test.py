#!/usr/bin/env python3
"""That ./dev trace finds what it is for: a rule without a test, a rule that is none, a failure."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TRACE = pathlib.Path(__file__).resolve().parent / "trace.py"
WORDS = 'constexpr std::array rule_words = {\n    Words{"R0.1", "days"},\n    Words{"R10",\n' \
        '          "covariates"},\n};\n'


class Trace(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.write("mapping/explain/words.cpp", WORDS)
        self.write("mapping/a.cpp", "int days; // R0.1\n")
        self.write("tests/a_test.cpp", "// R10 in the head is not enough.\n#include <a>\n\n"
                                       "// R0.1: inclusive\nTEST(Days, Count) {\n}\n")

    def tearDown(self):
        self.folder.cleanup()

    def write(self, path, text):
        place = pathlib.Path(self.folder.name, path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def trace(self):
        for command in (["git", "init", "-q"], ["git", "add", "-A"]):
            subprocess.run(command, cwd=self.folder.name, check=True)
        ran = subprocess.run([sys.executable, "-B", str(TRACE)], cwd=self.folder.name,
                             capture_output=True, text=True)
        return ran.returncode, ran.stdout

    def test_a_rule_without_a_test(self):
        code, text = self.trace()
        self.assertEqual(code, 1)
        self.assertIn("without a test: R10\n", text)
        self.assertIn("no results", text)

    def test_a_scenario_is_a_test(self):
        self.write("tests/b.cpp", '        {"R10 age at T0",\n')
        code, text = self.trace()
        self.assertEqual(code, 0, text)

    def test_a_rule_that_is_none(self):
        self.write("tests/b.cpp", "TEST(Age, R10_IsCut) { // R10, R0.7\n}\n")
        code, text = self.trace()
        self.assertEqual(code, 1)
        self.assertIn("R0.7 is cited and is no rule: tests/b.cpp", text)

    def test_a_failure_of_the_last_run(self):
        self.write("tests/b.cpp", "TEST(Age, IsCut) { // R10\n}\n")
        log = "[       OK ] Days.Count (0 ms)\n[  FAILED  ] Age.IsCut (0 ms)\n"
        self.write("build/dev/Testing/Temporary/LastTest.log", log)
        code, text = self.trace()
        self.assertEqual(code, 1)
        self.assertIn("result  1 failed", text)
        self.assertIn("result  1 passed", text)


if __name__ == "__main__":
    unittest.main()
