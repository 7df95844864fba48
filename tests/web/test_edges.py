"""Numbers and times at the edge of what can be: refused by name, or answered."""

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.web.app import create_app

DOCUMENT = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text("utf-8"))
TIMES = [
    "9999-12-31T23:59:59-12:00",
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00",
    "2026-12-01T10:00:00",
    "9999-12-31T23:59:59Z",
]
NUMBERS = ["1" + "0" * 30, "-1" + "0" * 30, str(2**63), str(2**63 - 1), "0", "-1"]
TEXTS = [*TIMES, *NUMBERS, "\x00", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "a" * 5000]


def _asked() -> list[tuple[str, str]]:
    """Every parameter in the address of what is only read."""
    return [
        (path, each["name"])
        for path, methods in DOCUMENT["paths"].items()
        for each in methods.get("get", {}).get("parameters", ())
        if each["in"] == "query"
    ]


@pytest.mark.parametrize(("path", "name"), _asked(), ids=str)
def test_a_value_at_the_edge_is_refused_by_name_or_answered(assistant: Assistant, path: str, name: str) -> None:
    client = TestClient(create_app(assistant), raise_server_exceptions=False)
    for value in TEXTS:
        said = client.get(path.replace("{", "").replace("}", ""), params={name: value})
        assert said.status_code < 500, (value, said.text)


@pytest.mark.parametrize("due_at", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "2036-06-01T00:00:00Z"])
def test_a_promise_for_another_age_is_refused(assistant: Assistant, due_at: str) -> None:
    client = TestClient(create_app(assistant), raise_server_exceptions=False)
    talk = client.post("/api/mentions?wait=1", json={"id": "1", "text": "please review"}).json()["conversation_id"]
    promise = {"promise": "we call you back", "owner": "ann", "due_at": due_at, "by": "ann"}
    refused = client.post(f"/api/conversations/{talk}/tasks", json=promise)
    assert (refused.status_code, "ten years" in refused.text) == (422, True)


def test_a_page_asked_for_with_odd_numbers_is_no_crash(assistant: Assistant) -> None:
    client = TestClient(create_app(assistant), raise_server_exceptions=False)
    talk = client.post("/api/mentions?wait=1", json={"id": "1", "text": "please review"}).json()["conversation_id"]
    for number in NUMBERS:
        assert client.get("/record", params={"before": number}).status_code < 500, number
    for moment in TIMES:
        said = client.get(f"/conversations/{talk}/status", params={"seen": 0, "since": moment})
        assert said.status_code < 500, moment
