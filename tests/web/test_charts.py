"""The charts that bind are listed and drawn."""

from dataclasses import replace

from starlette.testclient import TestClient

from assistant.charts.compiled import triage
from assistant.compose import Assistant
from assistant.web.app import create_app
from tests.chart_builders import small


def test_charts_are_listed_and_drawn(assistant: Assistant) -> None:
    client = TestClient(create_app(replace(assistant, triage=triage([small()]))))
    (listed,) = client.get("/api/charts").json()
    assert (listed["id"], listed["questions"], listed["leaves"]) == ("small", 2, 3)
    drawn = client.get("/api/charts/small/picture")
    assert drawn.headers["content-type"].startswith("image/svg+xml")
    assert "Is it sensitive?" in drawn.text
    assert "script-src" not in drawn.headers["content-security-policy"]
    assert client.get("/api/charts/other/picture").status_code == 404


def test_a_brand_without_charts_lists_none(client: TestClient) -> None:
    assert client.get("/api/charts").json() == []
