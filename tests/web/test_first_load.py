"""What a browser loads first is small: the console's own files travel compressed, pages and streams as they are."""

import pytest
from starlette.testclient import TestClient


@pytest.mark.parametrize(
    "path",
    [
        "/static/own/console.css",
        "/static/own/keys.js",
        "/static/htmx/htmx-4.min.js",
        "/static/swagger/swagger-ui-bundle.js",
    ],
)
def test_static_files_travel_compressed(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"accept-encoding": "gzip"})
    plain = client.get(path, headers={"accept-encoding": "identity"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in answer.headers["vary"].lower()
    assert answer.content == plain.content
    unchanged = client.get(path, headers={"accept-encoding": "gzip", "if-none-match": answer.headers["etag"]})
    assert unchanged.status_code == 304


def test_pages_are_not_compressed(client: TestClient) -> None:
    """What an attacker writes and what only an agent may read stand in one page; its length would tell."""
    assert "content-encoding" not in client.get("/queue/waiting", headers={"accept-encoding": "gzip"}).headers
