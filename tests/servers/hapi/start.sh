#!/bin/sh
# Runs the HAPI server in the foreground: prints READY and its address once it serves, SIGTERM ends
# it in about 3 s. start.sh [--stock] [PORT] [-Dhapi.NAME=VALUE ...] (default: any free port)
#
# --stock: HAPI's own cache of searches, job and subscription intervals instead of fast ones.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
sh "$here/build.sh"
port=0
# The heap, one collector thread and the first compiler are enough for a thousand patients, start
# faster and take half the memory.
set -- -Xmx1g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "$@"
for word in "$@"; do
    shift
    case $word in
    --stock) set -- "$@" -Dhapi.reuseSearchMs=60000 -Dhapi.subscriptionMs=5000 \
        -Dhapi.jobTickMs=60000 -Dhapi.retryAfter=0 ;;
    [0-9]*) port=$word ;;
    *) set -- "$@" "$word" ;;
    esac
done
exec java "$@" -jar "$here/../../../build/hapi/hapi-server.jar" "$port"
