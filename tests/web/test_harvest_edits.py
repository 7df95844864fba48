"""Edits become cases where a rule can hold what was changed; where none does, it is told how many were looked at."""

from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.cli.harvest import _summed
from assistant.compose import Assistant
from assistant.web.app import create_app
from assistant.workflows.harvest import harvest_edits
from tests.web.test_api import take


@pytest.mark.parametrize(("sent", "cases"), [("{draft} Thanks!", 0), ("It may measure 45 x 36 x 20 cm.", 1)])
def test_an_edit_of_taste_alone_makes_no_case_but_counts(assistant: Assistant, sent: str, cases: int) -> None:
    client = TestClient(create_app(assistant))
    talk = client.get(f"/api/conversations/{take(client, 'what about this')['conversation_id']}").json()
    turn = talk["turns"][0]
    text = sent.format(draft=turn["turn"]["draft"]["text"])
    body = {"disposition": "edited", "text": text, "seen_version": talk["conversation"]["version"], "by": "ann"}
    assert client.post(f"/api/turns/{turn['id']}/review", json=body).status_code == 200
    since = assistant.clock() - timedelta(days=1)
    found = harvest_edits(since=since, store=assistant.require_store(), pack=assistant.pack)
    assert (len(found.cases), found.looked_at) == (cases, 1)


def test_what_came_of_it_is_told() -> None:
    """It said "0 new cases" in a folder that wasn't there, and not why."""
    out = Path("harvest")
    assert _summed(2, 1, 5, days=7, out=out) == "1 new case(s) in harvest, 1 there already"
    assert _summed(0, 0, 0, days=7, out=out).startswith("no draft was edited in the last 7 days")
    assert "of 36 edit(s) in the last 7 days none changed a fact" in _summed(0, 0, 36, days=7, out=out)
