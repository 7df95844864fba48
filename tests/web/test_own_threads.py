"""The store is read and written from threads: where it is slow, what all requests share doesn't wait for it."""

import asyncio
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from tests.web.test_desk import taken

BY = {"by": "ann"}


@pytest.fixture
def waited_for(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of the store where nothing else can go on meanwhile."""
    found: list[str] = []

    def watched(name: str, usual: Callable[..., object]) -> Callable[..., object]:
        def called(*arguments: object) -> object:
            try:
                asyncio.get_running_loop()
            except RuntimeError:
                return usual(*arguments)
            found.append(name)
            return usual(*arguments)

        return called

    kind = type(assistant.require_store())
    for name in ("read", "begin"):
        monkeypatch.setattr(kind, name, watched(name, getattr(kind, name)))
    return found


def test_nobody_waits_while_the_store_is_asked(client: TestClient, waited_for: list[str]) -> None:
    mention = taken(client, "please review this")
    talk, turn = mention["conversation_id"], f"{mention['mention_id']}-1"
    asked = {"turn_id": turn}
    stuck: dict[str, int] = {}
    for path, form, body in (
        (f"/conversations/{talk}/redraft", asked, None),
        (f"/conversations/{talk}/redraft/live", asked, None),
        (f"/conversations/{talk}/by-hand", {}, None),
        ("/replies/none/pull-back", {"why": "wrong"}, None),
        ("/quality/canaries", {}, None),
        ("/knowledge/bag-size/recall/1", {}, None),
        ("/login", {"name": "Ana", "password": "wrong"}, None),
        ("/api/mentions?wait=1", None, {"id": "2", "text": "help"}),
        (f"/api/turns/{turn}/redraft", None, BY),
        (f"/api/conversations/{talk}/by-hand", None, BY),
        ("/api/replies/none/pull-back", None, {"why": "wrong", **BY}),
        ("/api/canaries", None, {"count": 1}),
        ("/api/recalls", None, {"article_id": "bag-size", "version": 1, **BY}),
    ):
        waited_for.clear()
        client.post(path, data=form, json=body)
        if waited_for:
            stuck[path] = len(waited_for)
    assert stuck == {}
