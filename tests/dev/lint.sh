#!/bin/sh
# Formatting, and house rules that no compiler checks. Prints what is wrong; exit code 1 then.
set -u
cd "$(dirname "$0")/../.."
faults=0

report() { # RULE LINES
    [ -z "$2" ] && return
    faults=1
    printf '%s\n%s\n\n' "$1" "$2"
}

command -v clang-format-14 >/dev/null 2>&1 ||
    report "the formatter is missing:" "./dev setup --yes --all installs clang-format-14"
report "not formatted (./dev fmt):" "$(git ls-files '*.cpp' '*.hpp' |
    xargs clang-format-14 --dry-run 2>&1 | grep 'warning:' | cut -d: -f1 | sort -u)"

# g++ 12 frees the parts of a braced aggregate inside a co_await expression twice.
report "a braced aggregate inside a co_await expression: name it first, then move it:" \
    "$(git grep -nE 'co_await [^;]*(\(\{|[A-Z][A-Za-z]+\{)' -- '*.cpp' '*.hpp')"
report "a deadline written as 'op || timer' swallows the operation's error:" \
    "$(git grep -nE 'co_await [^;]*\|\|' -- '*.cpp' '*.hpp')"
report "left open in the code:" \
    "$(git grep -nE '\b(TODO|FIXME|XXX|HACK)\b' -- '*.cpp' '*.hpp' '*.md' '*.txt' '*.cmake' dev)"
report "skipped tests:" "$(git grep -nE 'GTEST_SKIP|DISABLED_' -- 'tests/*.cpp' 'tests/*.hpp')"
report "headers without #pragma once:" "$(git grep -L '#pragma once' -- '*.hpp')"
report "using namespace in a header:" "$(git grep -nE '^ *using namespace' -- '*.hpp')"

report "mapping/ENCODINGS.md is not what tests/dev/encodings.py prints:" \
    "$(python3 -B tests/dev/encodings.py | diff - mapping/ENCODINGS.md | head -n 5)"

[ $faults -eq 0 ] && echo "lint: nothing found"
exit $faults
