#!/usr/bin/env python3
"""Every encoding that the shipped definitions understand, as the tables of mapping/ENCODINGS.md:
encodings.py > mapping/ENCODINGS.md. `./dev lint` fails when the file is not what this prints.

The definitions are the truth; only where a code of a domain is read stands here.
"""
import glob
import json
import os

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DEFINITIONS = os.path.join(ROOT, "mapping", "definitions")

# Domain of codes -> title, and the elements that are read with it (mapping/facts/read_*.cpp).
READ_AT = {
    "procedure": ("Procedures", ["Procedure.code"]),
    "condition": ("Diseases", ["Condition.code", "Condition.bodySite",
                               "Observation.code and valueCodeableConcept (of a death)",
                               "Condition extension mcode-histology-morphology-behavior",
                               "Procedure.reasonCode"]),
    "body-site": ("Body sites and sides", [
        "Procedure.bodySite", "Condition.bodySite", "Observation.bodySite",
        "BodyStructure.location",
        "MedicationAdministration.dosage.site", "ImagingStudy.series.bodySite",
        "extensions laterality-qualifier and body-location-qualifier"]),
    "drug": ("Drugs", ["MedicationAdministration, MedicationRequest, MedicationStatement and "
                       "MedicationDispense.medication[x]", "Medication.code",
                       "Medication.ingredient.item[x]"]),
    "route": ("Routes", ["MedicationAdministration.dosage.route"]),
    "analyte": ("Laboratory", ["Observation.code", "Observation.component.code"]),
    "adverse-event": ("Adverse events", ["AdverseEvent.event", "Condition.code"]),
    "grade": ("Grades and severities", ["AdverseEvent.severity", "AdverseEvent.outcome",
                                        "AdverseEvent grade extensions"]),
    "imaging": ("Imaging", ["ImagingStudy.modality", "ImagingStudy.procedureCode",
                            "ImagingStudy.series.modality", "DiagnosticReport.category",
                            "DiagnosticReport.code",
                            "Observation.category"]),
    "response-kind": ("What kind of response", ["Observation.code", "Observation.method",
                                                "Observation.component.code"]),
    "response": ("Responses", ["Observation.valueCodeableConcept",
                               "DiagnosticReport.conclusionCode"]),
    "evidence": ("What a disease status rests on", ["Observation extension evidence-type"]),
    "covariate": ("Covariates", ["Observation.code", "Observation.valueCodeableConcept",
                                 "Encounter.priority", "ServiceRequest.priority"]),
}
SYSTEMS = {
    "http://snomed.info/sct": "SNOMED CT",
    "http://loinc.org": "LOINC",
    "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl": "NCIt",
    "http://dicom.nema.org/resources/ontology/DCM": "DICOM",
    "http://hl7.org/fhir/sid/icd-10": "ICD-10",
    "http://hl7.org/fhir/sid/icd-9-cm": "ICD-9-CM",
    "http://terminology.hl7.org/CodeSystem/icd-o-3": "ICD-O-3",
    "http://www.whocc.no/atc": "ATC",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RxNorm",
    "http://www.ama-assn.org/go/cpt": "CPT",
    "http://www.cms.gov/Medicare/Coding/ICD10": "ICD-10-PCS",
    "https://fhir.hl7.org.uk/CodeSystem/OPCS-4": "OPCS-4",
    "http://fhir.de/CodeSystem/bfarm/ops": "OPS",
}


def load(pattern):
    for path in sorted(glob.glob(os.path.join(DEFINITIONS, pattern))):
        with open(path, encoding="utf-8") as file:
            yield json.load(file)


def system(url):
    return SYSTEMS.get(url, "`%s`" % url)


def rows_of_maps(domain):
    for one in load("ConceptMap-*.json"):
        if one["id"] != domain:
            continue
        for group in one["group"]:
            for element in group["element"]:
                meaning = ", ".join("`%s`" % target["code"] for target in element["target"])
                yield system(group["source"]), element["code"], element.get("display", ""), meaning


def rows_of_sets(domain):
    for one in load("ValueSet-*.json"):
        name = one["id"]
        if not name.startswith(domain + "."):
            continue
        meaning = "`%s`" % name[len(domain) + 1:]
        for kind, words in (("include", ""), ("exclude", "not ")):
            for part in one["compose"].get(kind, []):
                codes = [concept["code"] for concept in part.get("concept", [])]
                below = [rule["value"] for rule in part.get("filter", [])]
                if below:
                    codes.append(", ".join(below) + " and what is below")
                yield system(part["system"]), ", ".join(codes), "", words + meaning


def rows_of_drugs():
    for one in load("CodeSystem-drugs.json"):
        for concept in one["concept"]:
            said = concept.get("property", [])
            meaning = ", ".join("`%s`" % p["valueCode"] for p in said if p["code"] == "concept")
            for name, title in (("atc", "ATC"), ("rxnorm", "RxNorm")):
                for code in (p["valueCode"] for p in said if p["code"] == name):
                    yield title, code, concept["code"], meaning


def rows_of_terms():
    """CTCAE's own codes: MedDRA lowest-level terms."""
    with open(os.path.join(DEFINITIONS, "grading", "ctcae-v5.json"), encoding="utf-8") as file:
        grading = json.load(file)
    for one in grading["labs"] + grading["clinical"]:
        if one.get("meddra"):
            yield "MedDRA", one["meddra"], one["name"], "`%s`" % one["term"]


def print_units():
    """What a quantity is read in; the spellings of each unit stand in units.json."""
    with open(os.path.join(DEFINITIONS, "units.json"), encoding="utf-8") as file:
        units = json.load(file)
    print("\n## Units\n")
    print("Read at: Observation.valueQuantity and referenceRange of what the table "
          "names; code before unit.\n")
    print("| quantity | unit | factors of others |\n|---|---|---|")
    for one in units["measures"]:
        others = ", ".join("`%s` x %s" % (other["unit"], other["factor"])
                           for other in one["accepts"])
        print("| %s | `%s` | %s |" % (cell(", ".join(one["of"])), one["unit"], others))
    print("\n| unit | also written |\n|---|---|")
    for one in units["spellings"]:
        also = " ".join("`%s`" % spelling for spelling in one["also"] if spelling)
        print("| `%s` | %s |" % (one["unit"], cell(also)))


def sources(domain):
    found = [one for pattern in ("ConceptMap-*.json", "ValueSet-*.json", "CodeSystem-*.json")
             for one in load(pattern)
             if one["id"] in (domain, domain + "s") or one["id"].startswith(domain + ".")]
    return ["`%s` %s: %s" % (one["id"], one["version"], one["description"])
            for one in found]


def cell(text):
    return text.replace("|", "\\|")


def without_version_or_source():
    """What a reader could not quote."""
    return [one["id"] for kind in ("CodeSystem", "ConceptMap", "ValueSet")
            for one in load(kind + "-*.json") if not (one.get("version") and one.get("description"))]


def main():
    if missing := without_version_or_source():
        raise SystemExit("no version or description: " + ", ".join(missing))
    print("# Encodings\n")
    print("Every code that the shipped definitions understand, by what it is read for. Made from "
          "`definitions/` by\n`python3 tests/dev/encodings.py > mapping/ENCODINGS.md`; a site's own "
          "maps come on top. Aliases of the systems stand in\n"
          "`definitions/Bundle-naming-systems.json`, what words mean in "
          "`definitions/CodeSystem-words-*.json`.")
    for domain, (title, elements) in READ_AT.items():
        rows = list(rows_of_maps(domain)) + list(rows_of_sets(domain))
        if domain == "drug":
            rows += list(rows_of_drugs())
        if domain == "adverse-event":
            rows += list(rows_of_terms())
        print("\n## %s\n" % title)
        print("Read at: %s.\n" % "; ".join(elements))
        for line in sources(domain):
            print("- " + line)
        print("\n| system | code | name | meaning |\n|---|---|---|---|")
        for row in rows:
            print("| " + " | ".join(cell(part) for part in row) + " |")
    print_units()


if __name__ == "__main__":
    main()
