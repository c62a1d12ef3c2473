#!/bin/sh
# Builds the HAPI server into build/hapi, again only when its sources have changed. build.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
jar=$here/../../../build/hapi/hapi-server.jar
if [ -e "$jar" ] && [ -z "$(find "$here/pom.xml" "$here/src" -newer "$jar" -type f)" ]; then
    exit 0
fi
mvn -B -q -f "$here/pom.xml" -Dmaven.test.skip package 1>&2
