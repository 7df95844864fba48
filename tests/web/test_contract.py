"""The API against its own OpenAPI document, by property; and the committed document against the code."""

import json
import re
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.web.app import create_app

DOCUMENT = Path(__file__).parents[2] / "docs" / "openapi.json"


OPERATIONS = sorted(
    (method.upper(), path)
    for path, methods in json.loads(DOCUMENT.read_text("utf-8"))["paths"].items()
    for method in methods
)


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=str)
def test_no_input_breaks_the_api(assistant: Assistant, method: str, path: str) -> None:
    api = schemathesis.openapi.from_asgi("/openapi.json", create_app(assistant))

    @settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=api[path][method].as_strategy())
    def holds(case: Case) -> None:  # type: ignore[type-arg]  # its parameter is internal
        case.call_and_validate(checks=[not_a_server_error, response_schema_conformance])

    holds()


def test_the_committed_document_is_the_code_s(assistant: Assistant) -> None:
    """`make openapi` writes it again; read the diff, it is what clients see."""
    assert json.loads(DOCUMENT.read_text(encoding="utf-8")) == create_app(assistant).openapi()


def test_every_name_the_document_points_at_is_there_and_means_one_thing() -> None:
    """What makes clients from it stops at a name that isn't there, and at two shapes of one title."""
    written = DOCUMENT.read_text(encoding="utf-8")
    schemas = json.loads(written)["components"]["schemas"]
    pointed = set(re.findall(r'"\$ref": "([^"]+)"', written))
    assert pointed <= {f"#/components/schemas/{name}" for name in schemas}
    assert {name: each["title"] for name, each in schemas.items() if each.get("title", name) != name} == {}


def test_who_acts_is_by_and_an_agent_is_whom_it_is_given_to() -> None:
    """One word for one person in what is sent and answered."""
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    named = {name for name, each in document["components"]["schemas"].items() if "agent" in each.get("properties", {})}
    assert named == {"AssignIn", "Assignment", "Candidate"}
    asked = [each for methods in document["paths"].values() for each in methods.get("get", {}).get("parameters", ())]
    assert "by" in {each["name"] for each in asked}
    assert "agent" not in {each["name"] for each in asked}


@pytest.mark.parametrize("name", ["", "   ", "\t"])
def test_nobody_acts_without_a_name(assistant: Assistant, name: str) -> None:
    client = TestClient(create_app(assistant))
    taken = client.post("/api/mentions?wait=1", json={"id": "1", "text": "please review"}).json()
    refused = client.post(f"/api/conversations/{taken['conversation_id']}/take-over", json={"by": name})
    assert (refused.status_code, refused.json()["fields"][0]["field"]) == (422, "by")
