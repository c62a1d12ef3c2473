"""What schemathesis cannot make up: each call of CDS Hooks needs a token of its own, which is good
once, and names the hook of its address, which a schema cannot say."""
import os

import schemathesis

from cds_calls import PUBLIC
from tokens import Keys

keys = Keys(os.environ["EMBOLINK_KEYS"])


@schemathesis.hook
def before_call(context, case, kwargs):
    token = "secret-of-all"
    if case.path.startswith("/cds-services/") and case.method == "POST":
        token = keys.token([PUBLIC, PUBLIC + case.formatted_path])
        if isinstance(case.body, dict) and isinstance(case.body.get("context"), dict):
            case.body["hook"] = str(case.path_parameters["id"]).removeprefix("embolink-")
            case.body["context"].setdefault("patientId", "nobody")
    case.headers["Authorization"] = "Bearer " + token
