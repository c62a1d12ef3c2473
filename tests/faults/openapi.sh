#!/bin/sh
# openapi.py with schemathesis from PyPI, installed on first use. openapi.sh PROGRAM FOLDER
set -eu
program=$1
folder=$2
tools=$folder.tools
version=4.32.5
if [ ! -x "$tools/bin/schemathesis" ]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet "schemathesis==$version"
fi
python3 -B "$(dirname "$0")/openapi.py" "$program" "$folder" "$tools/bin/schemathesis"
