"""What the API says no with: one shape, the place, and what to do instead. And what its document says of that."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from assistant.web.app import describe

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("body", "kind", "status", "said"),
    [
        (b'{"id": "1",', "application/json", 422, "body: no JSON at character 11"),
        (b'{"id": "1", "text": "caf\xe9"}', "application/json", 422, "body: can't be read; send JSON in UTF-8"),
        (b'{"id": "1", "text": "hi"}', "text/plain", 415, "send JSON, with `content-type: application/json`"),
        (b"id=1&text=hi", "application/x-www-form-urlencoded", 415, "send JSON, with `content-type: application/json`"),
        (b'{"id": "1", "text": "hi", "txt": "hi"}', "application/json", 422, "txt: there is no such field here"),
        (b"[1]", "application/json", 422, "body: should be an object"),
    ],
)
@pytest.mark.parametrize("path", ["/api/mentions", "/api/mentions?wait=1"])
def test_what_can_not_be_read_says_where_and_what_to_send(
    client: TestClient, path: str, body: bytes, kind: str, status: int, said: str
) -> None:
    refused = client.post(path, content=body, headers={"content-type": kind})
    assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json")
    assert said in refused.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "wrong"),
    [
        ("GET", "/api/conversations?states=open", "states: there is no such parameter here; known: after, decision"),
        ("POST", "/api/mentions?wiat=1", "wiat: there is no such parameter here; known: wait"),
        ("GET", "/api/offers?verbose=1", "verbose: there is no such parameter here"),
    ],
)
def test_a_parameter_nobody_reads_is_refused_by_name(client: TestClient, method: str, path: str, wrong: str) -> None:
    refused = client.request(method, path, json={"id": "1", "text": "hi"} if method == "POST" else None)
    assert (refused.status_code, refused.json()["title"]) == (422, "RequestInvalid")
    assert refused.json()["detail"].startswith(wrong)
    assert refused.json()["fields"][0]["field"] == wrong.partition(":")[0]


@pytest.mark.parametrize("path", ["/api/health", "/api/ready"])
def test_a_probe_may_ask_with_whatever_its_tool_adds(client: TestClient, path: str) -> None:
    assert client.get(f"{path}?nocache=1").status_code == 200


def test_an_address_or_a_method_that_is_not_there_says_what_is(client: TestClient) -> None:
    nowhere = client.get("/api/mention").json()
    assert (nowhere["title"], nowhere["detail"]) == ("NotFound", "no such address; /docs lists all there are")
    wrong = client.put("/api/proposals", json={})
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, HEAD, POST")
    assert wrong.json()["title"] == "MethodNotAllowed"
    assert wrong.json()["detail"] == "PUT isn't taken at this address, but GET, HEAD, POST"


def test_head_is_get_without_its_body(client: TestClient, locked: TestClient) -> None:
    for path in ("/api/health", "/api/conversations"):
        got, asked = client.get(path), client.head(path)
        assert (asked.status_code, asked.content) == (200, b"")
        assert asked.headers["content-length"] == got.headers["content-length"]
    assert client.head("/api/mentions").status_code == 405
    assert locked.head("/api/conversations").status_code == 401


def test_the_document_tells_of_every_refusal_and_of_the_key(locked: TestClient) -> None:
    document: dict[str, Any] = describe()
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            refusals = {status: said for status, said in operation["responses"].items() if status[0] in "45"}
            refusals.pop("503") if path == "/api/ready" else None
            assert refusals, f"{method} {path}"
            assert all(said["content"] == problem for said in refusals.values()), f"{method} {path}"
    assert set(document["components"]["schemas"]["Problem"]["required"]) == {"type", "title", "status", "detail"}
    assert set(document["components"]["securitySchemes"]) == {"bearer", "basic"}
    assert {"bearer": []} in document["security"]
    assert locked.get("/api/conversations", headers={"authorization": "Bearer open sesame"}).status_code == 200
