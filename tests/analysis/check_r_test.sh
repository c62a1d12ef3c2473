#!/bin/sh
# check_r_test.sh REPORT_PAGE FOLDER SCRIPT: makes the made-up cohort's report at several sizes and
# seeds (a tiny one, where most figures are withheld, and one
# that ends at one half are among them) and compares all with R.
set -eu
page=$1
folder=$2
script=$3
set --
for plan in 0-1 4-1 24-3 60-4 200-5; do
    "$page" "$folder/$plan" "${plan%-*}" "${plan#*-}"
    set -- "$@" "$folder/$plan"
done
exec Rscript "$script" "$@"
