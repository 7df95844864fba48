"""Several brands may share a store: through one brand's API nothing of another's is seen or done."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.desk.act import act
from assistant.desk.ledger import add, new_task
from assistant.domain.vocabulary import Decision
from tests.desk_builders import NOW, make_draft, make_mention, make_pack, make_turn

DOCUMENT = json.loads((Path(__file__).parents[2] / "docs" / "openapi.json").read_text(encoding="utf-8"))
BODIES: dict[str, dict[str, object]] = {
    "assign": {"agent": "ann", "by": "bo"},
    "claim": {"by": "bo"},
    "take-over": {"by": "bo"},
    "by-hand": {"by": "bo"},
    "snooze": {"by": "bo", "until": NOW.isoformat(), "seen_version": 2},
    "resolve": {"by": "bo", "seen_version": 2},
    "reopen": {"by": "bo"},
    "notes": {"by": "bo", "text": "Call."},
    "tags": {"by": "bo", "word": "pram"},
    "escalate": {"by": "bo"},
    "tasks": {"by": "bo", "promise": "We'll call you.", "owner": "bo", "due_at": "2036-01-01T00:00:00Z"},
    "ask-expert": {"by": "bo", "expert": "Ena", "question": "Really?"},
    "review": {"by": "bo", "disposition": "accepted", "seen_version": 2},
    "redraft": {"by": "bo"},
    "check": {"text": "Yes."},
    "ask-approval": {"by": "bo", "text": "Yes."},
    "verdict": {"by": "bo", "error": True},
    "correction": {"by": "bo", "error": True},
    "harvest": {},
    "edited": {"text": "Anything else"},
    "deleted": {},
}
OPERATIONS = sorted(
    (method.upper(), path)
    for path, methods in DOCUMENT["paths"].items()
    for method in methods
    if any(name in path for name in ("{conversation_id}", "{turn_id}", "{mention_id}"))
)


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=str)
def test_nothing_of_another_brand_is_there(client: TestClient, assistant: Assistant, method: str, path: str) -> None:
    pack = make_pack()
    theirs = pack.model_copy(update={"brand": pack.brand.model_copy(update={"id": "other"})})
    mention = make_mention("1", handle="ann", brand_id="other", text="Their customer's secret")
    with assistant.require_store().begin() as tx:
        tx.take_in(mention, at=NOW)
        record = act(tx, make_turn(mention, Decision.REVIEW, draft=make_draft()), pack=theirs, at=NOW)
        before = tx.detail(record.conversation_id)
    address = path.format(conversation_id=record.conversation_id, turn_id=record.id, mention_id=mention.id)
    body = BODIES[path.rsplit("/", 1)[-1]] if method == "POST" else None
    answer = client.request(method, address, json=body)
    assert (answer.status_code, answer.json()["title"]) == (404, "NotFound")
    with assistant.require_store().read() as look:
        assert look.detail(record.conversation_id) == before


def test_a_promise_of_another_brand_is_not_theirs_to_keep(client: TestClient, assistant: Assistant) -> None:
    mention = make_mention("1", handle="ann", brand_id="other")
    with assistant.require_store().begin() as tx:
        talk = tx.conversation(tx.take_in(mention, at=NOW).conversation_id)
        task = new_task(talk, "We'll call you.", owner="eva", due_at=NOW + timedelta(days=1), by="eva", at=NOW)
        add(tx, task)
    refused = client.post(f"/api/tasks/{task.id}/close", json={"done": True, "by": "bo"})
    assert (refused.status_code, refused.json()["title"]) == (404, "NotFound")
    with assistant.require_store().read() as look:
        assert look.task(task.id) == task
