#!/bin/sh
# exports_check.py with scipy from PyPI, installed on first use (Debian's cannot be installed beside
# Boost 1.81). exports_check.sh PROGRAM FOLDER
set -eu
program=$1
folder=$2
tools=$folder.tools
if ! "$tools/bin/python3" -c 'import scipy' 2>/dev/null; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet "scipy==1.17.1" "numpy==2.4.3"
fi
rm -rf "$folder"
mkdir -p "$folder"
"$tools/bin/python3" -B "$(dirname "$0")/exports_check.py" "$program" "$folder"
