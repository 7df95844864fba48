"""The robot log lists every answer of the assistant's own, and says how many of them went which way."""

import re

from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.domain.conversation import ReplyState
from tests.web.test_api import take


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_every_answer_can_be_reached_a_page_at_a_time(client: TestClient) -> None:
    for number in range(53):
        take(client, f"how big is bag {number}?", number)
    first = client.get("/robot").text
    assert first.count("<li id=") == 50
    assert "bag 52?" in first
    assert "bag 2?" not in first
    older = re.search(r'href="(/robot\?start=50)"', first)
    assert older is not None
    second = client.get(older[1]).text
    assert second.count("<li id=") == 3
    assert "bag 2?" in second
    assert 'href="/robot"' in second.split('id="log"')[1]
    assert "start=100" not in second
    assert "start=" not in client.get("/robot?start=100").text.split('id="log"')[1]


def test_what_was_held_is_not_said_to_be_sent(client: TestClient, assistant: Assistant) -> None:
    for number in range(3):
        talk = take(client, f"how big is bag {number}?", number)["conversation_id"]
        (reply,) = client.get(f"/api/conversations/{talk}").json()["replies"]
        state = ReplyState.HELD if number else ReplyState.SENT
        with assistant.require_store().begin() as tx:
            tx.save_reply(tx.reply(reply["id"]).model_copy(update={"state": state}))
    said = words(client.get("/robot").text)
    assert "The newest 3: 1 sent, 2 held." in said
    centre = words(client.get("/centre").text)
    assert "answered by itself 100 %" not in centre
    assert "to answer by itself 100 % 3" in centre
