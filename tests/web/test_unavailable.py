"""What can't be used: operators find in the log what to do, and people go on with what can."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from assistant.compose import Assistant
from assistant.domain.knowledge import Passage
from assistant.errors import IndexUnreadable, StoreUnavailable
from assistant.web.app import create_app
from tests.pipeline_builders import article
from tests.web.conftest import OnePassage
from tests.web.test_api import take
from tests.web.test_console import form

SAID = "the store can't be used: disk is full (free space on that disk)"


def _full() -> None:
    raise StoreUnavailable(SAID)


def test_what_is_to_be_done_is_in_the_log(assistant: Assistant) -> None:
    client = TestClient(create_app(replace(assistant, clock=_full)))  # type: ignore[arg-type]  # it never returns
    with capture_logs() as logged:
        answer = client.post("/api/mentions?wait=1", json={"id": "1", "text": "what about this"})
    line = next(each for each in logged if each["event"] == "request_failed")
    assert (answer.status_code, line["problem"], line["log_level"]) == (503, SAID, "error")


class Away(OnePassage):
    """An index whose server is down."""

    def get(self, passage_ids: Sequence[str]) -> Mapping[str, Passage]:
        raise IndexUnreadable("the Chroma server does not answer any more; start it again")

    def count(self) -> int:
        raise IndexUnreadable("the Chroma server does not answer any more; start it again")


def test_without_the_index_there_is_still_traffic_to_take(assistant: Assistant) -> None:
    answer = TestClient(create_app(replace(assistant, index=Away()))).get("/api/ready")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert answer.json()["parts"]["index"].startswith("unusable: the Chroma server does not answer")


def test_people_read_and_answer_while_the_index_is_away(assistant: Assistant) -> None:
    client = TestClient(create_app(replace(assistant, index=Away())))
    taken = take(client, "what about this")
    action, fields = form(client, taken["conversation_id"])
    assert "55 x 40 x 20 cm" in fields["text"]
    sent = client.post(action, data={**fields, "disposition": "send"}, follow_redirects=False)
    assert sent.status_code == 303
    assert client.get(f"/api/conversations/{taken['conversation_id']}").json()["replies"]


def test_what_drafts_stand_on_is_read_from_the_articles_while_the_index_is_away(assistant: Assistant) -> None:
    pack = assistant.pack.model_copy(
        update={"articles": (article("bag-size"), article("later", valid_from=date(2036, 1, 1)))}
    )
    away = replace(assistant, index=Away(), pack=pack)
    found = away.passages(["bag-size@2#0", "bag-size@1#0", "later@2#0", "nothing@1#0"])
    assert list(found) == ["bag-size@2#0"]
    assert found["bag-size@2#0"].text.startswith("Every fare includes one small bag")
