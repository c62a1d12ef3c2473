#!/bin/sh
# All that this project ships or writes as FHIR, and whether the validator sees faults at all:
# check.sh [BUILD_FOLDER]. The samples of written resources are made by outcome_samples_test and
# measure_report_test.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH= cd -- "$here/../.." && pwd)
build=${1:-$root/build/dev}
samples=$build/outcome_samples.ndjson
measures=$build/measure_samples.ndjson
begin=$(date +%s)
for made in outcome_samples measure_samples; do
    [ -f "$build/$made.ndjson" ] && continue
    echo "check: $build/$made.ndjson is missing; ./dev test writes it" >&2
    exit 2
done
echo "+ selftest"
sh "$here/selftest.sh"
echo "+ definitions, conformance resources and what is written"
sh "$here/validate.sh" --every-allowance-needed "$root"/mapping/definitions/[A-Z]*.json \
    "$root/mapping/definitions/conformance" "$samples" "$measures"
echo "valid; $(($(date +%s) - begin)) s"
