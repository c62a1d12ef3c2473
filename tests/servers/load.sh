#!/bin/sh
# Uploads what prepare.py made into a FHIR server, Bundle by Bundle, and stops at the first entry
# that is refused. load.sh BASE FOLDER
set -eu
base=$1
folder=$2
answer=$folder/answer.json

for bundle in "$folder"/upload/*.json; do
    # Compression is asked for in the answer alone: it repeats the whole upload.
    status=$(curl -sS --compressed -o "$answer" -w '%{http_code}' -X POST "$base" \
        -H 'Content-Type: application/fhir+json' --data-binary "@$bundle")
    # A server without transactions answers 200 and says per entry what it refused.
    refused=$(jq -c '[.entry[]?.response | select(.status | startswith("2") | not)]' "$answer")
    if [ "$status" != 200 ] || [ "$refused" != '[]' ]; then
        echo "load: $bundle was answered with $status"
        jq -c '.issue // [.entry[]?.response | select(.status | startswith("2") | not)]' "$answer" |
            head -c 2000
        exit 1
    fi
done

while read -r reference; do
    status=$(curl -sS -o "$answer" -w '%{http_code}' -X DELETE "$base/$reference")
    if [ "$status" != 200 ] && [ "$status" != 204 ]; then
        echo "load: DELETE $reference was answered with $status"
        head -c 2000 "$answer"
        exit 1
    fi
done <"$folder/deleted"
rm -f "$answer"
