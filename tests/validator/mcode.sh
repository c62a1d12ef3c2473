#!/bin/sh
# The examples that the mCODE guide publishes are read without an error or a crash, whole and one by
# one: mcode.sh PROGRAM FOLDER. validate.sh has fetched the guide. None of them was embolized, so
# what comes out is that nobody is a candidate.
set -eu
program=$1
folder=$2
guide=$(dirname "$0")/../../build/validator/guides/30-mcode.tgz
if [ ! -f "$guide" ]; then
    echo "mcode: $guide is missing; tests/validator/check.sh fetches it" >&2
    exit 2
fi
rm -rf "$folder"
mkdir -p "$folder"
tar xzf "$guide" -C "$folder" package/example
files=$(ls "$folder"/package/example/*.json | wc -l)
"$program" derive --as-of 2026-01-01 --input "$folder/package/example" \
    --output "$folder/records.ndjson" --issues "$folder/issues.ndjson"
if grep -E '"severity":"(error|fatal)"' "$folder/issues.ndjson"; then
    echo "mcode: an example is taken for faulty" >&2
    exit 1
fi
for example in "$folder"/package/example/*.json; do
    "$program" derive --as-of 2026-01-01 --input "$example" --output /dev/null \
        --issues /dev/null 2>"$folder/said" || {
        cat "$folder/said"
        echo "mcode: $(basename "$example") was not read" >&2
        exit 1
    }
done
echo "$files examples read"
[ "$files" -ge 121 ]
