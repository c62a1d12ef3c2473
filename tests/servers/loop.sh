#!/bin/sh
# The whole loop against a FHIR server that others wrote: pull, derive, write back, repeat without
# change, follow changes. What the server holds is judged by curl, jq and check.py, never by our own
# client. loop.sh PROGRAM FOLDER SERVER (hapi, hapi-stock, medplum)
#
# Prints a line for each step; the first that fails says what differed and ends with exit code 1.
set -eu
program=$1
folder=$2
server=$3
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/servers/servers.sh
. "$here/servers.sh"
# shellcheck source=tests/servers/steps.sh
. "$here/steps.sh"

as_of=2022-01-05 # the analysis date of the scenario
patients=80
# HAPI's own settings are the fast ones but for caches and intervals: a smaller hospital shows them.
[ "$server" != hapi-stock ] || patients=50

rm -rf "$folder"
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
output=$folder/step.output

# ---------------------------------------------------------------- steps

configure() { # FILE NAME BASE SITE
    cat >"$1" <<JSON
{
  "source": {"name": "$2", "base_url": "$3"},
  "store": {"sqlite": "$folder/store.sqlite"},
  "write_back": {"mode": "apply"},
  "audit": {"directory": "$folder/audit-$2"},
  "cohort": {"seed": "search"},
  "site": "$4"
}
JSON
}

run_program() { # CONFIG
    "$program" run --config "$1" --json --as-of $as_of >"$folder/summary.json" \
        2>"$folder/run.log" || {
        echo "run ended with exit code $?:"
        tail -n 30 "$folder/run.log" "$folder/summary.json"
        return 1
    }
}

# What the program says it wrote.
said() { # KIND
    jq ".written.$1 // 0" "$folder/summary.json"
}

# Runs the program, fetches all that the server then holds, and compares. The newest dump and
# records become the ones that the next step starts from.
run_and_check() { # CONFIG NAME [check.py OPTION...]
    config=$1
    base=$2
    shift 2
    run_program "$config" || return 1
    sh "$here/dump.sh" "$(cat "$folder/$base/address")" "$folder/$base/after" || return 1
    derive "$folder/$base/after" "$folder/$base/after.ndjson" "$folder/$base/site.json" || return 1
    python3 -B "$here/check.py" "$folder/$base/written.ndjson" "$folder/$base/after.ndjson" \
        "$folder/$base/before" "$folder/$base/after" --said "$folder/summary.json" "$@" || return 1
    cp "$folder/$base/after.ndjson" "$folder/$base/written.ndjson"
    rm -rf "$folder/$base/before"
    mv "$folder/$base/after" "$folder/$base/before"
}

# ---------------------------------------------------------------- the hospital

# Nothing that counts was lost on the way into the server.
same_as_truth() {
    known='del(.sources, .rules_version, .trial, .trial_version, .as_of, .unit)'
    jq -c -S "$known" "$folder/hospital/before.ndjson" | LC_ALL=C sort >"$folder/found"
    jq -c -S "$known" "$folder/hospital/truth.ndjson" | LC_ALL=C sort >"$folder/true"
    diff "$folder/found" "$folder/true" && wc -l <"$folder/true" | sed 's/$/ records/'
}

# ---------------------------------------------------------------- what happens

no_writes() { # CONFIG
    run_and_check "$1" hospital || return 1
    for kind in created updated retracted; do
        if [ "$(said $kind)" != 0 ]; then
            echo "the program says that it $kind $(said $kind)"
            return 1
        fi
    done
}

own_output_is_no_evidence() {
    cmp "$folder/hospital/before.ndjson" "$folder/hospital/written.ndjson" &&
        wc -l <"$folder/hospital/written.ndjson" | sed 's/$/ records/'
}

# The outcomes of exactly these patients follow a change of the source.
follows() { # STEP [--not PATIENT]...
    change_source "$@" || return 1
    only=
    for patient in $changed; do
        only="$only --only $patient"
    done
    # shellcheck disable=SC2086 # a list of words on purpose
    run_and_check "$folder/ehr.json" hospital --touched "$folder/touched" $only || return 1
    touched_patients="${touched_patients-} --not ${changed%% *}"
}

progression_is_an_event() {
    jq -e -s --arg patient "$changed" 'map(select(.patient == $patient and .param == "PFS"))
        | length == 1 and .[0].status == "event" and .[0].reason == "progression"' \
        "$folder/hospital/written.ndjson" && echo "$changed"
}

patient_has() { # PATIENT COUNT: written records, outcomes that count
    jq -e -s --arg patient "$1" --argjson wanted "$2" \
        'map(select(.patient == $patient and .param == "PFS")) | length == $wanted' \
        "$folder/hospital/written.ndjson" >"$folder/jq" || {
        echo "$1 should have $2 PFS records"
        return 1
    }
    echo "$1"
}

other_rules_version() {
    sed 's/"name": "Synthetic hospital/&, renamed/' "$folder/hospital/site.json" \
        >"$folder/renamed.json"
    derive "$folder/hospital/before" "$folder/renamed.ndjson" "$folder/renamed.json" || return 1
    if [ "$(jq -r .rules_version "$folder/renamed.ndjson" | sort -u)" = \
        "$(jq -r .rules_version "$folder/hospital/written.ndjson" | sort -u)" ]; then
        echo "another site file, and the same rules version: nothing would be shown"
        return 1
    fi
    configure "$folder/renamed-ehr.json" ehr "$(cat "$folder/hospital/address")" \
        "$folder/renamed.json"
    no_writes "$folder/renamed-ehr.json"
}

# ---------------------------------------------------------------- two servers

# Patients who share an id and nothing else.
shared_ids() {
    for name in hospital other; do
        jq -r '"\(.id) \(.birthDate)"' "$folder/$name/loaded/Patient.ndjson" | LC_ALL=C sort \
            >"$folder/$name/people"
    done
    join "$folder/hospital/people" "$folder/other/people" | awk '$2 != $3' | wc -l
}

other_people() {
    people=$(shared_ids)
    if [ "$people" -lt 20 ]; then
        echo "only $people ids are shared by different people"
        return 1
    fi
    configure "$folder/other.json" other "$(cat "$folder/other/address")" \
        "$folder/other/site.json"
    run_and_check "$folder/other.json" other || return 1
    cat "$folder"/hospital/before/Observation-*.json "$folder"/other/before/Observation-*.json |
        jq -r '.entry[].resource.identifier[]?
            | select(.system == "https://embolink.org/fhir/NamingSystem/outcome").value' |
        LC_ALL=C sort >"$folder/identifiers"
    if [ -n "$(uniq -d "$folder/identifiers")" ]; then
        echo "the two servers share identifiers of outcomes:"
        uniq -d "$folder/identifiers" | head -n 5
        return 1
    fi
    echo "$people ids of different people; $(wc -l <"$folder/identifiers") identifiers differ"
}

# ---------------------------------------------------------------- the loop

step "$server serves a hospital of $patients" \
    prepare_and_load hospital "$server" --patients $patients
step "derive on what the server holds gives the truth" same_as_truth
configure "$folder/ehr.json" ehr "$(cat "$folder/hospital/address")" "$folder/hospital/site.json"
step "the first run writes every outcome once" run_and_check "$folder/ehr.json" hospital
step "what was written changes no byte of derive" own_output_is_no_evidence
step "a second run sends nothing" no_writes "$folder/ehr.json"

step "a response turned from SD to PD is followed" follows progression
step "its PFS is now an event" progression_is_an_event
# shellcheck disable=SC2086 # a list of words on purpose
step "a session entered in error is retracted" follows retraction $touched_patients
step "its patient has no outcome left" patient_has "$changed" 0
# shellcheck disable=SC2086
step "a merged patient is followed" follows merge $touched_patients
step "the replaced patient has no outcome left" patient_has "${changed% *}" 0
step "the surviving one has them" patient_has "${changed#* }" 1

step "another rules version with equal content sends nothing" other_rules_version

step "a second server, where the same ids are other people" \
    prepare_and_load other medplum --patients 40 --seed 201 -- --rename=SYN-201-=SYN-200- \
    --rename=OLD-201-=OLD-200- --rename=r201-=r200-
step "its outcomes are its own" other_people
step "and the first server's stay as they are" no_writes "$folder/ehr.json"
