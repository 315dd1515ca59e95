"""schemathesis against the OpenAPI of a running server: no 5xx, no answer that the description does not name."""

import json
import os
import subprocess
import sys

import requests

from desk import APP_ID, Desk, ROOT

SCOPES = ["media:write", "media:read", "media:review", "messages:send", "messages:read", "users:read", "token:read", "wx:call"]
# Checks that hold here. Positive data may be refused (an openid that is nobody's), and a key opens all scopes.
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def real(desk, key):
    """The description with ids that are there in its examples, so that more than 404 is answered."""
    described = requests.get(f"{desk.base}/api/v1/openapi.json", timeout=30).text
    caller = {"headers": {"Authorization": f"Bearer {key}"}, "timeout": 60}
    followers = requests.get(f"{desk.sandbox}/sandbox/followers", timeout=30).json()
    openid = next(one["openid"] for one in followers if one["subscribed"])
    templates = requests.get(f"{desk.base}/wx/{APP_ID}/cgi-bin/template/get_all_private_template", **caller).json()
    template = templates["template_list"][0]["template_id"]
    pictures = requests.get(f"{desk.base}/api/v1/media?state=stored", **caller).json()["items"]
    batch = {"template_id": template, "data": {}, "recipients": [{"touser": openid}]}
    filed = requests.post(f"{desk.base}/api/v1/batches", json=batch, **caller).json()
    messages = requests.get(f"{desk.base}/api/v1/messages", **caller).json()["items"]
    things = {"batches": filed.get("id"), "media": pictures and pictures[0]["id"], "messages": messages and messages[0]["id"]}
    known = {"wx0123456789abcdef": APP_ID, "o6_bmjrPTlm6_2sgVt7hMZOPfL2M": openid, "Doclyl5uP7Aciu-qZ7mJNPtWkbkYnWBWVja26EGbNyk": template}
    for example, there in known.items():
        described = described.replace(example, there)
    document = json.loads(described)
    for path, item in document["paths"].items():
        id_of = next((there for kind, there in things.items() if f"/{kind}/" in path), None)
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                if parameter["name"] == "id" and id_of:
                    parameter["example"] = id_of
    place = ROOT / "target" / "openapi.json"
    place.write_text(json.dumps(document))
    return str(place)


def main():
    with Desk() as desk:
        key = desk.key("fuzz", *SCOPES)
        command = [
            os.path.join(os.path.dirname(sys.executable), "schemathesis"), "run", real(desk, key), "--url", desk.base,
            "--header", f"Authorization: Bearer {key}",
            "--checks", CHECKS, "--max-examples", os.environ.get("FUZZ_EXAMPLES", "40"), "--seed", os.environ.get("FUZZ_SEED", "1"),
            "--workers", "2", "--request-timeout", "40", "--phases", "examples,coverage,fuzzing",
            "--suppress-health-check", "all", "--continue-on-failure", *sys.argv[1:],
        ]
        done = subprocess.run(command, cwd=ROOT / "target", check=False)
        for line in desk.log().splitlines():
            if '"level":"ERROR"' in line or "panicked" in line:
                print("The server's log:", line)
                done.returncode = done.returncode or 1
        return done.returncode


if __name__ == "__main__":
    sys.exit(main())
