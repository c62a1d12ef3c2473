"""What a written outcome must look like, worked out from the contracts and not from the program.

The one place of these tests that knows the form of our Observations and Provenances: a change of
that form is a change here.
"""

import re

IDENTIFIER_SYSTEM = "https://embolink.org/fhir/NamingSystem/outcome"
DEVICE_SYSTEM = "https://embolink.org/fhir/NamingSystem/device"
OURS = "https://embolink.org/fhir/CodeSystem/"
SOURCE_VERSION = "https://embolink.org/fhir/StructureDefinition/source-version"
PARAMS = ("PFS", "OS", "BOR", "DC", "TOX3", "RESP-5HIAA", "RESP-CGA")
# Flags of these params that do not make a value doubtful (the table of flags, column caution).
NO_CAUTION = {"therapy-from-text", "site-unspecified"}
RETRACTED = "entered-in-error"
CURRENT = ("preliminary", "final", "amended")
UUID_5 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def is_written(record):
    """Excluded patients have no arm and no T0."""
    return record["param"] in PARAMS and "arm" in record and "start" in record


def record_key(record):
    return (record["patient"], record["param"])


def fingerprint(record):
    """Equal: nothing is sent. Neither rules version nor versions of sources are in it."""
    cautions = sorted(set(record["flags"]) - NO_CAUTION)
    references = sorted({source["reference"] for source in record["sources"]})
    names = ("arm", "start", "status", "date", "value", "unit", "reason")
    return [record.get(name) for name in names] + [cautions, references]


def identifiers(resource):
    """The values of our identifiers: more than none make it an outcome."""
    found = resource.get("identifier", [])
    return [one.get("value") for one in found if one.get("system") == IDENTIFIER_SYSTEM]


def is_outcome(resource):
    return resource["resourceType"] == "Observation" and bool(identifiers(resource))


def codes(concept, system):
    """Codes of one of our systems in a CodeableConcept."""
    codings = (concept or {}).get("coding", [])
    return [one.get("code") for one in codings if one.get("system") == OURS + system]


def outcome_key(observation):
    params = codes(observation.get("code"), "outcome")
    reference = observation.get("subject", {}).get("reference", "")
    param = params[0] if len(params) == 1 else f"code {params}"
    return ("/".join(reference.split("/")[-2:]), param)


def component(observation, code):
    """The values of the components of that code."""
    values = []
    for part in observation.get("component", []):
        if codes(part.get("code"), "outcome-component") == [code]:
            values += [value for name, value in part.items() if name.startswith("value")]
    return values


def expected_parts(record):
    """Element by element what must stand in the Observation of that record."""
    parts = {
        "arm": [[record["arm"]]],
        "start": [record["start"]],
        "date": [record["date"]] if "date" in record else [],
        "event": [],
        "reason": [],
        "caution": sorted(set(record["flags"]) - NO_CAUTION),
        "days": None,
        "boolean": None,
        "response": [],
        "absent": [],
    }
    if record["status"] in ("event", "censored"):
        comparator = ">=" if record["status"] == "censored" else None
        parts["event"] = [record["status"] == "event"]
        parts["reason"] = [[record["reason"]]]
        parts["days"] = (record["days"], "d", "http://unitsofmeasure.org", comparator)
    elif record["status"] == "not-evaluable":
        parts["absent"] = [record["reason"]]
    elif record["param"] == "BOR":
        parts["response"] = [record["value"]]
    else:
        parts["boolean"] = record["value"]
    return parts


def found_parts(observation):
    quantity = observation.get("valueQuantity")
    days = quantity and tuple(quantity.get(n) for n in ("value", "code", "system", "comparator"))
    return {
        "arm": [codes(value, "arm") for value in component(observation, "arm")],
        "start": component(observation, "start"),
        "date": component(observation, "date"),
        "event": component(observation, "event"),
        "reason": [codes(value, "outcome-reason") for value in component(observation, "reason")],
        "caution": sorted(code for value in component(observation, "caution")
                          for code in codes(value, "caution-flag")),
        "days": days,
        "boolean": observation.get("valueBoolean"),
        "response": codes(observation.get("valueCodeableConcept"), "best-response"),
        "absent": codes(observation.get("dataAbsentReason"), "outcome-reason"),
    }


def differences(record, observation):
    """What in the Observation does not agree with the record, in words."""
    expected, found = expected_parts(record), found_parts(observation)
    wrong = [f"{name} is {found[name]!r}, should be {expected[name]!r}"
             for name in expected if found[name] != expected[name]]
    if observation.get("status") not in CURRENT:
        wrong.append(f"status is {observation.get('status')}")
    if not all(UUID_5.fullmatch(value or "") for value in identifiers(observation)):
        wrong.append("the identifier is no UUID of version 5")
    device = observation.get("device", {}).get("identifier", {})
    if device.get("system") != DEVICE_SYSTEM:
        wrong.append("the device does not say what software made it")
    return wrong


def targets(provenance):
    """Type/id of what a Provenance speaks of, whether or not with a version or a server."""
    found = set()
    for target in provenance.get("target", []):
        match = re.search(r"([A-Z][A-Za-z]+/[A-Za-z0-9.\-]+)(/_history/.+)?$", target["reference"])
        found.add(match[1] if match else target["reference"])
    return found


def unnamed_sources(record, provenances):
    """Sources of the record that no Provenance names with their version."""
    named = set()
    for provenance in provenances:
        for entity in provenance.get("entity", []):
            what = entity["what"]
            reference = what.get("reference", what.get("display", "")).split("/_history/")[0]
            for extension in what.get("extension", []):
                if extension["url"] == SOURCE_VERSION:
                    named.add((reference, extension["valueString"]))
    wanted = {(source["reference"].split("#")[0], source["version"])
              for source in record["sources"]}
    return sorted(wanted - named)
