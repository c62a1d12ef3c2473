#!/bin/sh
# check.R over the CSV files of an audit gives the numbers of its report.json: R's survival package
# is the witness. `embolink analyze` on the same data gives them, too. r_check.sh PROGRAM FOLDER
set -eu
program=$1
folder=$2
rm -rf "$folder"
mkdir -p "$folder"
for scenario in trial_size_26 audit_60 audit_200; do
    hospital=$folder/$scenario
    "$program" --quiet synth --scenario $scenario --output "$hospital"
    "$program" --quiet audit --input "$hospital/resources" --site "$hospital/site.json" \
        --output "$hospital/audit"
    Rscript --vanilla "$hospital/audit/check.R" "$hospital/audit" >"$hospital/r.tsv"
    Rscript --vanilla "$(dirname "$0")/compare_with_r.R" "$hospital/audit/report.json" \
        "$hospital/r.tsv"
    python3 -B "$(dirname "$0")/analyze_check.py" "$program" "$hospital/audit" "$hospital"
done
