#!/usr/bin/env -S python3 -B
"""Picks a patient for a step of the loop and makes the transaction that changes him at the source.

change.py progression|retraction|merge RECORDS DUMP BUNDLE [--not PATIENT]...

RECORDS are what `derive` makes of the folder DUMP. Writes the Bundle and prints the patients whose
outcomes have to follow, in the order of the step's story.
  progression  the last assessment of a patient without an event turns from SD to PD
  retraction   the rows of a patient's only session are marked entered-in-error
  merge        a patient is merged into a new Patient resource
"""

import argparse
import json
import pathlib

from check import read_dump

SD_TO_PD = {"C159546": ("C159716", "RECIST Progressive Disease")}  # NCI Thesaurus
SURVIVOR = "merged-into"


def records_of(path, unwanted):
    """patient -> param -> record, of included patients, by patient."""
    found = {}
    for line in path.read_text().splitlines():
        record = json.loads(line)
        if "arm" in record and record["patient"] not in unwanted:
            found.setdefault(record["patient"], {})[record["param"]] = record
    return dict(sorted(found.items()))


def sources(record, role, resource_type, dump):
    found = {source["reference"] for source in record["sources"] if source["role"] == role}
    return [dump[name] for name in sorted(found) if name.split("/")[0] == resource_type]


def progression(patients, dump):
    # Of a patient with a single assessment response and disease control follow, too.
    def assessments(records):
        return len({source["reference"] for source in records["BOR"]["sources"]})

    for patient, records in sorted(patients.items(), key=lambda item: assessments(item[1])):
        pfs, bor = records["PFS"], records["BOR"]
        if pfs.get("reason") != "last-adequate-assessment" or bor.get("value") != "SD":
            continue
        for observation in sources(pfs, "censor", "Observation", dump):
            codings = observation.get("valueCodeableConcept", {}).get("coding", [])
            if len(codings) == 1 and codings[0].get("code") in SD_TO_PD:
                codings[0]["code"], codings[0]["display"] = SD_TO_PD[codings[0]["code"]]
                return [patient], [observation]
    return None


def retraction(patients, dump):
    for patient, records in patients.items():
        if records["COURSE"].get("value") == 1:
            procedures = sources(records["COURSE"], "session", "Procedure", dump)
            for procedure in procedures:
                procedure["status"] = "entered-in-error"
            return [patient], procedures
    return None


def merge(patients, dump):
    for patient in patients:
        replaced = dump[patient]
        if "link" in replaced:
            continue
        survivor = json.loads(json.dumps(replaced))
        survivor["id"] = SURVIVOR
        survivor["active"] = True
        survivor["link"] = [{"other": {"reference": patient}, "type": "replaces"}]
        replaced["active"] = False
        replaced["link"] = [{"other": {"reference": f"Patient/{SURVIVOR}"}, "type": "replaced-by"}]
        return [patient, f"Patient/{SURVIVOR}"], [survivor, replaced]
    return None


def entry(resource):
    resource.get("meta", {}).pop("versionId", None)
    resource.get("meta", {}).pop("lastUpdated", None)
    url = f"{resource['resourceType']}/{resource['id']}"
    return {"resource": resource, "request": {"method": "PUT", "url": url}}


def main():
    steps = {"progression": progression, "retraction": retraction, "merge": merge}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("step", choices=steps)
    for name in ("records", "dump", "bundle"):
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--not", dest="unwanted", action="append", default=[])
    options = parser.parse_args()
    dump = read_dump(options.dump)
    chosen = steps[options.step](records_of(options.records, options.unwanted), dump)
    if chosen is None:
        raise SystemExit(f"no patient suits the step {options.step}")
    bundle = {"resourceType": "Bundle", "type": "transaction",
              "entry": [entry(resource) for resource in chosen[1]]}
    options.bundle.write_text(json.dumps(bundle))
    print(" ".join(chosen[0]))


if __name__ == "__main__":
    main()
