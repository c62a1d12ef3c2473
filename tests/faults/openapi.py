"""Schemathesis reads the OpenAPI document of a running service, asks everything that it allows and
what it does not, and holds each answer against it. openapi.py PROGRAM FOLDER SCHEMATHESIS"""
import os
import subprocess
import sys

from cds_calls import with_cds
from operations import with_callers
from sandbox_loop import make_hospital
from service_loop import Service, play, wanted
from tokens import Keys

CHECKS = ("not_a_server_error,status_code_conformance,content_type_conformance,"
          "response_schema_conformance")


def hold_to_its_word(loop, service, keys):
    """Schemathesis' last line."""
    done = subprocess.run(
        [os.path.abspath(sys.argv[3]), "run", service.base + "/openapi.json", "--url", service.base,
         "--header", "X-Embolink-Secret: pssst",
         "--checks", CHECKS, "--max-examples", "20", "--seed", "1", "--no-color"],
        capture_output=True, text=True, cwd=loop.folder,  # it leaves a cache behind
        env=dict(os.environ, SCHEMATHESIS_HOOKS="openapi_hooks", EMBOLINK_KEYS=keys.folder,
                 PYTHONPATH=os.path.dirname(os.path.abspath(__file__))))
    wanted(done.returncode == 0, "\n" + done.stdout[-6000:] + done.stderr[-2000:])
    wanted('"level":"error"' not in service.text(), "a fault of the service: " +
           service.text()[-2000:])
    return done.stdout.strip().splitlines()[-1].strip("= ")


def the_document_is_true(loop, services):
    keys = with_cds(loop)
    with_callers(loop)
    with open(os.path.join(loop.folder, "secret"), "w") as file:
        file.write("pssst\n")
    loop.configure(subscriptions={"secret": {"file": "secret"}})
    service = Service(loop)
    services.append(service)
    service.wait_for_passes(1)  # until then it says 503 of itself, rightly
    told = hold_to_its_word(loop, service, keys)
    wanted("POST /cds-services/{id} 200" in service.text(), "no call of CDS Hooks was let in")
    service.stop()
    return told


def nothing_is_promised_that_is_off(loop, services):
    keys = Keys(loop.folder)
    service = Service(loop)
    services.append(service)
    service.wait_for_passes(1)
    paths = service.get("/openapi.json").json()["paths"]
    for path in paths:
        wanted(service.get(path).status == 200, path + " is told of and is not there")
    wanted("/health/ready" in paths and not any("cds" in one or "fhir" in one for one in paths),
           "other paths: %s" % sorted(paths))
    told = hold_to_its_word(loop, service, keys)
    service.stop()
    return told


def main():
    program, folder = sys.argv[1], os.path.abspath(sys.argv[2])
    hospital = make_hospital(program, folder)
    failed = play([("the OpenAPI document is true", the_document_is_true, {}),
                   ("nothing is promised that is off", nothing_is_promised_that_is_off, {})],
                  program, folder, hospital)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
