#!/bin/sh
# HAPI's rest-hook Subscriptions drive the service end to end: it makes them itself, a resource is
# amended in HAPI, and the outcome there follows within seconds, the same again after HAPI was
# restarted under it. An empty notification, a repeated one and one out of order are part of it.
# What HAPI holds is judged by curl, jq and check.py, as in loop.sh. subscriptions.sh PROGRAM FOLDER
set -eu
program=$1
folder=$2
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/servers/servers.sh
. "$here/servers.sh"
# shellcheck source=tests/servers/steps.sh
. "$here/steps.sh"

as_of=$(TZ=Europe/Paris date +%F) # the service's cut is the day, by the hospital's clock
rm -rf "$folder"
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
output=$folder/step.output
printf 'pssst\n' >"$folder/secret"

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
hapi_port=$(free_port)
own_port=$(free_port)
own=http://127.0.0.1:$own_port
# With the cache of searches that HAPI has unless somebody switches it off.
server_options="$hapi_port -Dhapi.database=$folder/h2/hapi -Dhapi.reuseSearchMs=60000"

# ---------------------------------------------------------------- the service

configure() {
    cat >"$folder/config.json" <<JSON
{
  "source": {"name": "ehr", "base_url": "$address"},
  "store": {"sqlite": "$folder/store.sqlite"},
  "write_back": {"mode": "apply"},
  "cohort": {"seed": "search"},
  "schedule": {"every": "1h"},
  "service": {"listen": "127.0.0.1:$own_port"},
  "subscriptions": {"secret": {"file": "secret"}, "debounce": "1s",
                    "register": {"mode": "apply", "public_url": "$own", "check": "5s"}},
  "site": "$folder/hospital/site.json"
}
JSON
}

metric() { # NAME
    curl -sS "$own/metrics" | awk -v name="$1" '$1 == name { print $2; found = 1 } END { if (!found) print 0 }'
}

passes() {
    curl -sS "$own/metrics" | awk '/^embolink_runs_total\{/ { n += $2 } END { print n + 0 }'
}

at_rest() { [ "$(metric embolink_run_active)" = 0 ]; }

wait_for() { # SECONDS COMMAND...
    limit=$(($(date +%s) + $1))
    shift
    until "$@"; do
        [ "$(date +%s)" -lt "$limit" ] || {
            echo "did not happen in time: $*"
            tail -n 20 "$folder/service.log"
            return 1
        }
        sleep 0.2
    done
}

ours() { # STATUS: how many of our Subscriptions have it
    curl -sS -H 'Cache-Control: no-cache' "$address/Subscription?_count=200" |
        jq --arg own "$own/" --arg status "$1" '[.entry[]?.resource
            | select(.channel.endpoint | startswith($own)) | select(.status == $status)] | length'
}

all_active() { [ "$(ours active)" -gt 10 ] && [ "$(ours requested)" = 0 ]; }

had_passes() { [ "$(passes)" -ge "$1" ] && at_rest; }

start_service() {
    "$program" serve --config "$folder/config.json" >"$folder/service.ready" \
        2>"$folder/service.log" &
    service_pid=$!
    server_pids="$server_pids $service_pid"
    wait_for 60 grep -q READY "$folder/service.ready" || return 1
    wait_for 120 all_active || return 1
    # The one of the start, and the one for what happened before anybody listened.
    wait_for 120 had_passes 2 || return 1
    echo "$(ours active) Subscriptions of ours, $(passes) passes"
}

# ---------------------------------------------------------------- what happens

# Fetches all that HAPI holds and compares; it becomes what the next step starts from.
check_all() { # [check.py OPTION...]
    at=$folder/hospital
    sh "$here/dump.sh" "$address" "$at/after" || return 1
    derive "$at/after" "$at/after.ndjson" || return 1
    python3 -B "$here/check.py" "$at/written.ndjson" "$at/after.ndjson" "$at/before" "$at/after" \
        "$@" || return 1
    cp "$at/after.ndjson" "$at/written.ndjson"
    rm -rf "$at/before"
    mv "$at/after" "$at/before"
}

take_as_it_is() {
    at=$folder/hospital
    sh "$here/dump.sh" "$address" "$at/before" && derive "$at/before" "$at/written.ndjson" &&
        wc -l <"$at/written.ndjson" | sed 's/$/ records/'
}

ours_of='[.entry[]?.resource | select(.subject.reference == $patient)
    | select(any(.identifier[]?; .system == "https://embolink.org/fhir/NamingSystem/outcome"))
    | {id, version: .meta.versionId}]'

outcomes_now() { # PATIENT: ids and versions
    curl -sS -H 'Cache-Control: no-cache' "$address/Observation?subject=$1&_count=200" |
        jq -c --arg patient "$1" "$ours_of | sort_by(.id)"
}

outcomes_before() { # PATIENT: the same as the newest comparison saw them
    jq -c --arg patient "$1" "$ours_of" "$folder"/hospital/before/Observation-*.json |
        jq -c -s 'add | sort_by(.id)'
}

have_changed() { [ "$(outcomes_now "$1")" != "$(outcomes_before "$1")" ]; }

# Nobody but HAPI tells the service of it.
follows_a_change() { # STEP [--not PATIENT]...
    change_source "$@" || return 1
    changed_at=$(date +%s.%N)
    wait_for 120 have_changed "$changed" || return 1
    took=$(date +%s.%N | awk -v begin="$changed_at" '{ printf "%.1f", $1 - begin }')
    wait_for 120 at_rest || return 1
    check_all --touched "$folder/touched" --only "$changed" >"$folder/check" || {
        cat "$folder/check"
        return 1
    }
    touched_patients="${touched_patients-} --not $changed"
    echo "$changed, after $took s"
}

send() { # METHOD PATH FILE: as HAPI would, with the secret
    status=$(curl -sS -o "$folder/answer" -w '%{http_code}' -X "$1" "$own/fhir/subscription/$2" \
        -H 'Content-Type: application/fhir+json' -H "X-Embolink-Secret: pssst" \
        --data-binary "@$3")
    [ "$status" = 200 ] || {
        echo "the notification was answered with $status"
        return 1
    }
}

# A pass for nothing more than a hint, and no writes.
empty_notification() {
    count=$(passes)
    : >"$folder/empty"
    send POST any "$folder/empty" || return 1
    wait_for 120 had_passes $((count + 1)) || return 1
    check_all || return 1
}

# The resource of the newest change once more, and then as it was before that: neither undoes it.
repeated_and_out_of_order() {
    read -r reference version <"$folder/touched"
    curl -sS "$address/$reference" >"$folder/newest.json"
    curl -sS "$address/$reference/_history/$((version - 1))" >"$folder/older.json"
    repeated='embolink_notifications_left_out{reason="repeated"}'
    count=$(metric "$repeated")
    send PUT "any/$reference" "$folder/newest.json" || return 1
    send PUT "any/$reference" "$folder/newest.json" || return 1
    [ "$(metric "$repeated")" -ge $((count + 2)) ] || {
        echo "a repeated notification is not known again"
        return 1
    }
    count=$(passes)
    send PUT "any/$reference" "$folder/older.json" || return 1
    wait_for 120 had_passes $((count + 1)) || return 1
    check_all || return 1
}

stop_hapi() {
    kill "$hapi_pid"
    wait "$hapi_pid" 2>/dev/null || true
    # A hint while it is away: the pass that it asks for cannot end well, and harms nothing.
    send POST any "$folder/empty" || return 1
    echo "stopped"
}

start_hapi() {
    # shellcheck disable=SC2086
    start_server hapi "$folder/hospital/server-again" $server_options || return 1
    wait_for 120 all_active || return 1
    echo "$(ours active) Subscriptions of ours are there again"
}

none_left() {
    kill "$service_pid"
    wait "$service_pid" || return 1
    "$program" subscriptions --config "$folder/config.json" --remove || return 1
    left=$(curl -sS -H 'Cache-Control: no-cache' "$address/Subscription?_count=200" |
        jq '[.entry[]?] | length')
    [ "$left" = 0 ] || {
        echo "$left Subscriptions are left"
        return 1
    }
}

nothing_in_the_log() {
    people=$(jq -r '.name[]?.family // empty' "$folder/hospital/loaded/Patient.ndjson" | sort -u)
    for word in pssst $people; do
        if grep -q "$word" "$folder/service.log"; then
            echo "the log says what it must not"
            return 1
        fi
    done
    wc -l <"$folder/service.log" | sed 's/$/ lines/'
}

# The seed: one of those that have patients for both changes.
step "hapi on disk serves a hospital of 12" prepare_and_load hospital hapi --patients 12 --seed 1
hapi_pid=${server_pids# }
configure
step "the service writes the outcomes and makes its Subscriptions" start_service
step "they are as they should be" take_as_it_is
step "an amended response is followed" follows_a_change progression
step "an empty notification is a pass that writes nothing" empty_notification
step "a repeated one is none, one out of order undoes nothing" repeated_and_out_of_order
step "hapi goes away" stop_hapi
step "and comes back" start_hapi
# shellcheck disable=SC2086 # a list of words on purpose
step "a session entered in error is followed" follows_a_change retraction $touched_patients
step "the service leaves no Subscription behind" none_left
step "its log names nobody" nothing_in_the_log
