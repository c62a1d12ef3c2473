#!/bin/sh
# The same resources in another order, split otherwise, doubled, as a Bundle and compressed give the
# same bytes (rule R9.4). same_bytes.sh PROGRAM FOLDER
set -eu
program=$1
folder=$2
rm -rf "$folder"
mkdir -p "$folder/packed/deep"
"$program" --quiet synth --scenario trial_size_26 --output "$folder/hospital"
resources=$folder/hospital/resources

derive() { # NAME INPUT...
    name=$1
    shift
    "$program" --quiet derive --site "$folder/hospital/site.json" --output "$folder/$name.ndjson" \
        --timeline "$folder/$name.timeline" "$@"
}

derive folder --input "$resources"

cat "$resources"/*.ndjson | sort -r >"$folder/one.ndjson"
derive reversed --input "$folder/one.ndjson"

# Split into files of 97 lines, some of them gzip of two members, all read twice.
split -l 97 "$folder/one.ndjson" "$folder/packed/part-"
for part in "$folder"/packed/part-*; do
    head -n 40 "$part" | gzip -n >"$folder/packed/deep/$(basename "$part").ndjson.gz"
    tail -n +41 "$part" | gzip -n >>"$folder/packed/deep/$(basename "$part").ndjson.gz"
    rm "$part"
done
derive packed --input "$folder/packed" --input "$folder/one.ndjson"

{
    printf '{"resourceType": "Bundle", "type": "collection", "entry": [\n'
    awk '{ printf "%s{\"resource\": %s}", (NR > 1 ? ",\n" : ""), $0 }' "$folder/one.ndjson"
    printf '\n]}\n'
} >"$folder/bundle.json"
derive bundle --input "$folder/bundle.json"
derive stdin --input - <"$folder/one.ndjson"

for other in reversed packed bundle stdin; do
    cmp "$folder/folder.ndjson" "$folder/$other.ndjson"
    cmp "$folder/folder.timeline" "$folder/$other.timeline"
done
[ -s "$folder/folder.ndjson" ]
echo "five packings, the same bytes: $(wc -l <"$folder/folder.ndjson") records"
