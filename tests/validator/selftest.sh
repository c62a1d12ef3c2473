#!/bin/sh
# Does the validator find what it should? samples/good must give no error; every file of samples/bad
# must give the error that its line in samples/expected.txt names. Prints "N passed, N failed".
set -u
cd "$(dirname "$0")"
passed=0
failed=0
found=$(mktemp)
trap 'rm -f "$found"' EXIT

check() { # LABEL EXPECTED ACTUAL
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED $1: expected $2, got $3"
    fi
}

sh ./validate.sh samples/good samples/bad >"$found"
check "exit code with errors" 1 $?
check "errors in samples/good" "" "$(cut -f1 "$found" | grep '^samples/good' | sort -u)"
for file in samples/bad/*; do
    name=$(basename "$file")
    pattern=$(awk -F ' :: ' -v name="$name" '$1 == name { print $2 }' samples/expected.txt)
    check "$name has an expected error" yes "$([ -n "$pattern" ] && echo yes || echo no)"
    check "$name: $pattern" yes \
        "$(grep -F "$file" "$found" | cut -f4- | grep -qE -- "$pattern" && echo yes || echo no)"
done

# The allow-list takes errors away, and only with a reason.
cat >"$found" <<'TEXT'
month :: samples/bad/05-badunit :: a test of the list
TEXT
sh ./validate.sh --allowed "$found" samples/bad/05-badunit.json >/dev/null 2>&1
check "exit code with every error allowed" 0 $?
echo "month :: samples/bad/05-badunit" >"$found"
sh ./validate.sh --allowed "$found" samples/good/01-ok.json >/dev/null 2>&1
check "exit code for an allowance without a reason" 2 $?
sh ./validate.sh --every-allowance-needed samples/good/01-ok.json >/dev/null 2>&1
check "exit code for allowances that are not needed" 1 $?

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
