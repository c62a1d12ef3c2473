# Starts and stops the FHIR servers that others wrote; sourced by the scripts that need one. They
# are ended by their process id when the script ends, however it ends.
# shellcheck shell=sh

servers_here=$(cd "$(dirname "$0")" && pwd)
server_pids=

stop_servers() {
    for pid in $server_pids; do
        kill "$pid" 2>/dev/null || true
    done
    for pid in $server_pids; do
        wait "$pid" 2>/dev/null || true
    done
    server_pids=
}
trap stop_servers EXIT
trap 'exit 130' INT TERM

# Sets $address. KIND: hapi (fast settings), hapi-stock (HAPI's own), medplum. OPTION: of its
# start.sh.
start_server() { # KIND LOG [OPTION...]
    kind=$1
    log=$2
    shift 2
    # A Patient who was merged away and deleted leaves links behind: that needs a server that lets
    # him go. What is written to must exist all the same.
    case $kind in
    hapi) sh "$servers_here/hapi/start.sh" -Dhapi.deleteIntegrity=false "$@" >"$log" 2>"$log.err" & ;;
    hapi-stock)
        sh "$servers_here/hapi/start.sh" --stock -Dhapi.deleteIntegrity=false "$@" \
            >"$log" 2>"$log.err" &
        ;;
    medplum) sh "$servers_here/medplum/start.sh" "$@" >"$log" 2>"$log.err" & ;;
    *)
        echo "no server is called $kind: hapi, hapi-stock, medplum"
        return 2
        ;;
    esac
    server_pids="$server_pids $!"
    for _ in $(seq 900); do
        address=$(sed -n 's/^READY \([^ ]*\) .*/\1/p' "$log")
        [ -z "$address" ] || return 0
        kill -0 "$!" 2>/dev/null || break
        sleep 0.2
    done
    echo "the server $kind did not start:"
    tail -n 20 "$log.err"
    return 1
}
