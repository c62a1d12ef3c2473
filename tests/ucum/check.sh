#!/bin/sh
# Every conversion of laboratory units against npm's @lhncbc/ucum-lhc: check.sh [BUILD_FOLDER].
# The rows are written by fhir_test. Installs the library into build/ucum; again only when what is
# to be installed has changed.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH= cd -- "$here/../.." && pwd)
rows=${1:-$root/build/dev}/unit_conversions.ndjson
build=$root/build/ucum
if [ ! -f "$rows" ]; then
    echo "check: $rows is missing; ./dev test fhir_test writes it" >&2
    exit 2
fi
mkdir -p "$build"
if ! cmp -s "$here/package-lock.json" "$build/installed"; then
    cp "$here/package.json" "$here/package-lock.json" "$build/"
    # Scripts of packages stay off: none is needed, and none should run on a build machine unasked.
    npm ci --prefix "$build" --ignore-scripts --no-audit --no-fund --loglevel=error >&2
    cp "$here/package-lock.json" "$build/installed"
fi
cp "$here/check.mjs" "$build/"
node "$build/check.mjs" "$rows"
