#!/bin/sh
# Fetches everything that a FHIR server holds, with curl and jq alone: every page of every type of
# its CapabilityStatement. dump.sh BASE FOLDER
#   FOLDER/TYPE-NNN.json  the pages as they were received: derive reads them, and check.py
#   FOLDER/../types       the types, asked for once a server
set -eu
base=$1
folder=$2
page_size=1000
types=$folder/../types
rm -rf "$folder"
mkdir -p "$folder/counts"

# HAPI answers a search that it has just answered from its memory; no-cache asks it to look again.
ask() { # CURL-ARGUMENT...
    curl -sS -g --fail-with-body --compressed -H 'Accept: application/fhir+json' \
        -H 'Cache-Control: no-cache' "$@" || {
        echo "dump: no good answer from $base"
        exit 1
    }
}

if [ ! -s "$types" ]; then
    ask -o "$folder/metadata" "$base/metadata"
    jq -r '.rest[0].resource[].type' "$folder/metadata" >"$types"
    rm "$folder/metadata"
fi

# One curl and one jq for all counts: processes for each of 146 types would take longer than HAPI.
while read -r type; do
    printf 'url = "%s/%s?_count=0&_total=accurate"\noutput = "%s/counts/%s"\n' \
        "$base" "$type" "$folder" "$type"
done <"$types" >"$folder/counts.config"
ask -K "$folder/counts.config"
rm "$folder/counts.config"
jq -r '"\(input_filename) \(.total)"' "$folder/counts/"* |
    awk '$2 != 0 { sub(/.*\//, ""); print }' >"$folder/counted"
rm -r "$folder/counts"

# Follows next links; where a server gives none although there is more, goes on by _offset.
fetch_type() { # TYPE COUNT
    url="$base/$1?_count=$page_size"
    page=100
    seen=0
    while [ -n "$url" ]; do
        file=$folder/$1-$page.json
        ask -o "$file" "$url"
        facts=$(jq -r '([.entry[]? | select((.search.mode // "match") == "match")] | length),
            ([.link[]? | select(.relation == "next").url][0] // "")' "$file")
        got=${facts%%
*}
        url=${facts#"$got"}
        url=${url#?}
        seen=$((seen + got))
        page=$((page + 1))
        if [ -z "$url" ] && [ "$seen" -lt "$2" ] && [ "$got" -gt 0 ]; then
            url="$base/$1?_count=$page_size&_offset=$seen"
        fi
    done
    if [ "$seen" -ne "$2" ]; then
        echo "dump: the server counts $2 of $1 and gave $seen"
        exit 1
    fi
}

while read -r type count; do
    fetch_type "$type" "$count"
done <"$folder/counted"
rm "$folder/counted"
