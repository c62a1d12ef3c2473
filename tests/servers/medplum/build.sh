#!/bin/sh
# Installs Medplum's router, and the Node 22 that it asks for, into build/medplum; again only when
# what is to be installed has changed. build.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$here/../../../build/medplum
mkdir -p "$build"
cp "$here"/*.mjs "$build/"
cmp -s "$here/package-lock.json" "$build/installed" && exit 0
cp "$here/package.json" "$here/package-lock.json" "$build/"
# Scripts of packages stay off: none is needed, and none should run on a build machine unasked.
npm ci --prefix "$build" --ignore-scripts --no-audit --no-fund --loglevel=error 1>&2
cp "$here/package-lock.json" "$build/installed"
