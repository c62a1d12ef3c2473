#!/usr/bin/env -S python3 -B
"""Turns the NDJSON of a synthetic hospital into what can be uploaded to a FHIR server.

prepare.py HOSPITAL FOLDER [--rename OLD=NEW]...

reads HOSPITAL/resources/*.ndjson, site.json and truth.ndjson and writes
  FOLDER/upload/NNN.json   Bundles, transactions of PUTs, in the order in which they are to be sent
  FOLDER/loaded/*.ndjson   what the server should then hold, one line per resource
  FOLDER/deleted           ids of Patients that are deleted again at the end, one a line
  FOLDER/site.json, FOLDER/truth.ndjson

The synthetic hospital is an export with the dirt of exports. A server holds one current copy of a
resource, refuses ids of more than 64 characters (FHIR R4, id) and refers only to what exists:
- the versions of one resource are sent in the order of rule R9.3, so that its winner is last;
- a longer id is replaced by one made of its own hash, in the resources, the site file and the
  truth alike, by text: no other byte of a resource changes, numbers stay as they are written;
- resources are sent after what they refer to; those that refer to each other share a Bundle;
- a Patient who is linked to but not in the export is created first and deleted last, as it happens
  in life.
"""

import argparse
import graphlib
import hashlib
import json
import pathlib
import re
from datetime import datetime

BUNDLE_ENTRIES = 50  # Medplum takes no more updates in one transaction
LONGEST_ID = 64
STATUS_RANKS = [  # R9.3, the winner first
    {"entered-in-error"},
    {"corrected"},
    {"amended", "appended"},
    {"final", "completed", "finished", "active", "available"},
    {"not-done", "stopped", "cancelled"},
    {"in-progress", "arrived", "triaged", "onleave", "on-hold"},
]
LONG_ID = re.compile(r'(?<=["/])[A-Za-z0-9.\-]{%d,}(?=["#/])' % (LONGEST_ID + 1))


def short_ids(text):
    def short(found):
        return "long-" + hashlib.sha256(found[0].encode()).hexdigest()[:40]

    return LONG_ID.sub(short, text)


def key_of(resource):
    return f"{resource['resourceType']}/{resource['id']}"


def references_in(value):
    """Relative references to other resources, wherever they stand."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "reference" and isinstance(member, str):
                if re.fullmatch(r"[A-Z][A-Za-z]+/[A-Za-z0-9.\-]+", member):
                    yield member
            else:
                yield from references_in(member)
    elif isinstance(value, list):
        for element in value:
            yield from references_in(element)


def rank(resource):
    """R9.3: the greater wins. Equal ranks would need hashes of canonical JSON: read_versions()."""
    updated = resource.get("meta", {}).get("lastUpdated")
    instant = -1e18
    if updated:
        instant = datetime.fromisoformat(updated.replace("Z", "+00:00")).timestamp()
    statuses = [n for n, names in enumerate(STATUS_RANKS) if resource.get("status") in names]
    return (instant, -(statuses[0] if statuses else len(STATUS_RANKS)))


class Version:
    def __init__(self, line):
        self.line = line
        self.resource = json.loads(line)
        self.key = key_of(self.resource)
        self.rank = rank(self.resource)


def read_versions(folder, rename):
    """key -> its different versions, the winner last."""
    versions = {}
    for path in sorted(folder.glob("*.ndjson")):
        for line in path.read_text().splitlines():
            version = Version(rename(short_ids(line)))
            known = versions.setdefault(version.key, [])
            if all(version.line != other.line for other in known):
                known.append(version)
    for key, known in versions.items():
        known.sort(key=lambda version: version.rank)
        if any(a.rank == b.rank for a, b in zip(known, known[1:])):
            raise SystemExit(f"{key}: two versions of one rank; R9.3 then goes by hashes, not here")
    return versions


def placeholders(versions):
    """Patients who are linked to and not there."""
    missing = {
        reference
        for known in versions.values()
        for version in known
        for reference in references_in(version.resource)
        if reference not in versions
    }
    strange = [reference for reference in missing if not reference.startswith("Patient/")]
    if strange:
        raise SystemExit(f"references to what does not exist, other than Patients: {strange[:5]}")
    return sorted(missing)


def levels(graph):
    """The groups, every one after what it refers to, else by name: the same order in every run."""
    sorter = graphlib.TopologicalSorter(graph)
    sorter.prepare()
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        yield from ready
        sorter.done(*ready)


def upload_order(versions):
    """Lists of keys, each list to be kept together, every one after what it refers to."""
    group_of = {key: key for key in versions}
    for key, known in versions.items():  # Patient.link goes both ways
        for reference in references_in(known[-1].resource) if key.startswith("Patient/") else ():
            old, new = group_of[key], group_of[reference]
            group_of.update({member: new for member, group in group_of.items() if group == old})
    members, graph = {}, {}
    for key, known in versions.items():
        group = group_of[key]
        members.setdefault(group, []).append(key)
        after = graph.setdefault(group, set())
        for version in known:
            after.update(group_of[reference] for reference in references_in(version.resource))
        after.discard(group)
    return [members[group] for group in levels(graph)]


def entries_in_order(versions):
    """Lists of versions; no list holds two of one resource. Older versions come rounds earlier."""
    order = upload_order(versions)
    rounds = max(len(known) for known in versions.values())
    for n in range(rounds):
        for keys in order:
            chosen = [versions[key][n] for key in keys if n < len(versions[key])]
            if chosen:
                yield chosen


def write_bundles(folder, groups):
    folder.mkdir(parents=True)
    pending, count = [], 0

    def flush():
        nonlocal pending, count
        if pending:
            entries = ",\n".join(
                f'{{"resource":{version.line},'
                f'"request":{{"method":"PUT","url":"{version.key}"}}}}'
                for version in pending
            )
            text = f'{{"resourceType":"Bundle","type":"transaction","entry":[\n{entries}\n]}}\n'
            (folder / f"{count:04}.json").write_text(text)
            pending, count = [], count + 1

    for group in groups:
        there = {version.key for version in pending}
        if len(pending) + len(group) > BUNDLE_ENTRIES or any(v.key in there for v in group):
            flush()
        pending.extend(group)
    flush()
    return count


def write_loaded(folder, versions):
    folder.mkdir(parents=True)
    lines = {}
    for key, known in sorted(versions.items()):
        lines.setdefault(key.split("/")[0], []).append(known[-1].line)
    for resource_type, of_type in lines.items():
        (folder / f"{resource_type}.ndjson").write_text("\n".join(of_type) + "\n")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("hospital", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rename", action="append", default=[], metavar="OLD=NEW",
                        help="replaces text in every resource: ids of another hospital, say")
    return parser.parse_args()


def main():
    options = arguments()
    pairs = [pair.split("=", 1) for pair in options.rename]

    def rename(text):
        for old, new in pairs:
            text = text.replace(old, new)
        return text

    versions = read_versions(options.hospital / "resources", rename)
    missing = placeholders(versions)
    options.folder.mkdir(parents=True, exist_ok=True)
    write_loaded(options.folder / "loaded", versions)
    for reference in missing:
        versions[reference] = [Version(json.dumps(
            {"resourceType": "Patient", "id": reference.split("/")[1]}))]
    bundles = write_bundles(options.folder / "upload", entries_in_order(versions))
    (options.folder / "deleted").write_text("".join(f"{reference}\n" for reference in missing))
    for name in ("site.json", "truth.ndjson"):
        text = (options.hospital / name).read_text()
        (options.folder / name).write_text(rename(short_ids(text)))
    sent = sum(len(known) for known in versions.values())
    print(f"{len(versions) - len(missing)} resources, {sent} versions, {bundles} bundles")


if __name__ == "__main__":
    main()
