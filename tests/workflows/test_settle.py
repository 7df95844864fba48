"""What an agent settles is judged on everything the draft was written from."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import pytest

from assistant.desk.act import act
from assistant.desk.review import ReviewRequest
from assistant.domain.draft import Citation, Claim, Draft
from assistant.domain.knowledge import EvidenceRef, Passage
from assistant.domain.vocabulary import ClaimKind, Decision, Disposition, Severity
from assistant.ports import Store
from assistant.workflows.check_reply import check_reply
from assistant.workflows.settle import settle
from tests.desk_builders import DISCLOSURE, NOW, make_mention, make_pack, make_turn, make_understanding
from tests.stores import new_store

PHONE = "Call our assistance desk on +353 1 555 0160."
FOUND = Passage(id="desk@1#0", article_id="desk", version=1, title="Assistance", text="Assistance is free.")
CITED = Passage(id="desk@1#1", article_id="desk", version=1, title="Assistance", text=PHONE)
PACK = make_pack()


class German:
    """Knows two words."""

    def identify(self, text: str) -> tuple[str, float]:
        return ("de", 0.99) if "Handgepäck" in text else ("en", 0.99)


def passages(ids: Sequence[str]) -> Mapping[str, Passage]:
    return {each.id: each for each in (FOUND, CITED) if each.id in ids}


def clock() -> datetime:
    return NOW


@pytest.fixture
def store() -> Store:
    return new_store()


def waiting(store: Store, language: str = "en", sure: float = 0.99) -> str:
    """The turn of a draft that cites a passage of an article found by another one."""
    cited = Citation(passage_id=CITED.id, article_id="desk", version=1, quote=PHONE)
    claims = (
        Claim(text=PHONE, kind=ClaimKind.FACT, citations=(cited,)),
        Claim(text=DISCLOSURE, kind=ClaimKind.DISCLOSURE),
    )
    text = f"{PHONE} {DISCLOSURE}"
    draft = Draft(text=text, claims=claims, drafter="extractive", language="en", article_ids=("desk",))
    shown = EvidenceRef(article_id="desk", passage_id=FOUND.id, version=1, title=FOUND.title, score=0.9)
    read = make_understanding().model_copy(update={"language": language, "confidence": {"language": sure}})
    turn = make_turn(make_mention(), Decision.REVIEW, draft=draft)
    turn = turn.model_copy(update={"evidence": (shown,), "understanding": read})
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        return act(tx, turn, pack=PACK, at=NOW).id


def test_a_draft_may_say_what_it_cites_though_another_passage_was_found(store: Store) -> None:
    turn_id = waiting(store)
    checked = check_reply(turn_id, PHONE, store=store, passages=passages, pack=PACK, clock=clock, languages=German())
    assert [each for each in checked.findings if each.severity is Severity.BLOCK] == []
    asked = ReviewRequest(turn_id=turn_id, seen_version=2, disposition=Disposition.ACCEPTED, agent="ann")
    done = settle(asked, store=store, passages=passages, pack=PACK, clock=clock)
    assert done.reply is not None
    assert PHONE in done.reply.text


@pytest.mark.parametrize(
    ("asked", "sure", "text", "said"),
    [
        ("de", 0.99, PHONE, "The message is in German, this answer in English."),
        ("en", 0.99, "Ein Handgepäck ist frei.", "The message is in English, this answer in German."),
        ("und", 0.9, PHONE, "The message is in a language the brand doesn't use, this answer in English."),
        ("und", 0.5, PHONE, ""),
        ("en", 0.99, PHONE, ""),
        ("de", 0.99, "Ein Handgepäck ist frei.", ""),
        ("de", 0.99, "OK, Anna", ""),
    ],
)
def test_an_answer_in_another_language_is_told(store: Store, asked: str, sure: float, text: str, said: str) -> None:
    turn_id = waiting(store, asked, sure)
    checked = check_reply(turn_id, text, store=store, passages=passages, pack=PACK, clock=clock, languages=German())
    assert [each.message for each in checked.findings if each.guardrail == "language"] == ([said] if said else [])
