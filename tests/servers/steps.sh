# What the stories against real servers have in common; sourced after servers.sh. Needs $program,
# $folder, $here, $output (a file) and $as_of (the analysis date).
# shellcheck shell=sh

# Runs a command; its last line of output goes into the line of the step.
step() { # WHAT COMMAND...
    what=$1
    shift
    begin=$(date +%s)
    if "$@" >"$output" 2>&1; then
        printf 'ok %s (%s, %s s)\n' "$what" "$(tail -n 1 "$output")" "$(($(date +%s) - begin))"
        return 0
    fi
    printf 'FAILED %s (%s s)\n' "$what" "$(($(date +%s) - begin))"
    tail -n 60 "$output"
    exit 1
}

derive() { # DUMP RECORDS [SITE]
    "$program" --quiet derive --input "$1" --site "${3:-$folder/hospital/site.json}" \
        --as-of $as_of --output "$2"
}

# A synthetic hospital in a new server: $folder/NAME holds its address, site file, what the server has
# (before) and what derive makes of it (before.ndjson).
prepare_and_load() { # NAME SERVER SYNTH-OPTION... [-- PREPARE-OPTION...]
    name=$1
    kind=$2
    shift 2
    synth=
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        synth="$synth $1"
        shift
    done
    [ $# -eq 0 ] || shift
    at=$folder/$name
    mkdir -p "$at"
    # shellcheck disable=SC2086 # a list of words on purpose
    "$program" --quiet synth --scenario audit_200 $synth --output "$at/synth" || return 1
    python3 -B "$here/prepare.py" "$at/synth" "$at" "$@" || return 1
    # shellcheck disable=SC2086
    start_server "$kind" "$at/server" ${server_options-} || return 1
    echo "$address" >"$at/address"
    sh "$here/load.sh" "$address" "$at" || return 1
    sh "$here/dump.sh" "$address" "$at/before" || return 1
    derive "$at/before" "$at/before.ndjson" "$at/site.json" || return 1
    : >"$at/written.ndjson"
    cat "$at/loaded/"*.ndjson | wc -l | sed 's/$/ resources/'
}

# Changes the source as change.py says, behind the program's back, and notes the new versions.
change_source() { # STEP [--not PATIENT]...
    at=$folder/hospital
    kind=$1
    shift
    changed=$(python3 -B "$here/change.py" "$kind" "$at/written.ndjson" "$at/before" \
        "$folder/change.json" "$@") || {
        echo "$changed"
        return 1
    }
    status=$(curl -sS -o "$folder/answer" -w '%{http_code}' -X POST "$(cat "$at/address")" \
        -H 'Content-Type: application/fhir+json' --data-binary "@$folder/change.json")
    [ "$status" = 200 ] || {
        echo "the change was answered with $status"
        return 1
    }
    : >"$folder/touched"
    for reference in $(jq -r '.entry[].request.url' "$folder/change.json"); do
        curl -sS "$(cat "$at/address")/$reference" |
            jq -r '"\(.resourceType)/\(.id) \(.meta.versionId)"' >>"$folder/touched"
    done
}
