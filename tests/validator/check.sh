#!/bin/sh
# All that this project ships or writes as FHIR, and whether the validator sees faults at all:
# check.sh [BUILD_FOLDER]. The samples of written resources are made by outcome_samples_test.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH= cd -- "$here/../.." && pwd)
build=${1:-$root/build/dev}
samples=$build/outcome_samples.ndjson
begin=$(date +%s)
if [ ! -f "$samples" ]; then
    echo "check: $samples is missing; ./dev test outcome_samples_test writes it" >&2
    exit 2
fi
echo "+ selftest"
sh "$here/selftest.sh"
echo "+ definitions, conformance resources and what is written"
sh "$here/validate.sh" --every-allowance-needed "$root"/mapping/definitions/[A-Z]*.json \
    "$root/mapping/definitions/conformance" "$samples"
echo "valid; $(($(date +%s) - begin)) s"
