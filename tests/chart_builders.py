"""Facts from a real mention and understanding, and a small chart that tests bend."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from assistant.charts.chart import Chart
from assistant.charts.facts import Facts, facts_of
from assistant.charts.load import load_chart, parse_chart
from assistant.charts.satisfy import Words, words_of
from assistant.domain.brand import Pack
from assistant.domain.mention import Author, Mention, ThreadMessage
from assistant.domain.understanding import Understanding
from assistant.kb.pack import load_pack

KNOWLEDGE = Path(__file__).parents[1] / "knowledge"
CHARTS = sorted((KNOWLEDGE / "charts").glob("*.yaml"))

_THREADS = {
    "nobody": (),
    "customer": (ThreadMessage(role="customer", text="Hello?"),),
    "assistant": (ThreadMessage(role="customer", text="Hello?"), ThreadMessage(role="assistant", text="Hi.")),
    "person": (ThreadMessage(role="assistant", text="Hi."), ThreadMessage(role="brand", text="It's me now.")),
}


@cache
def the_pack() -> Pack:
    """The shipped pack."""
    return load_pack(KNOWLEDGE)


@cache
def the_words() -> Words:
    return words_of(the_pack())


@cache
def shipped(name: str) -> Chart:
    """A shipped chart by its id."""
    return load_chart(KNOWLEDGE / "charts" / f"{name}.yaml")


def a_mention(given: Mapping[str, object]) -> Mention:
    """A public question on X by nobody in particular, but for what is given as facts."""
    followers = given.get("followers")
    return Mention(
        id="m1",
        brand_id="larkspur",
        channel=str(given.get("channel", "x")),
        external_id="1",
        text="Hello there",
        author=Author(followers=followers if isinstance(followers, int) else None),
        thread=_THREADS[str(given.get("earlier_contact", "nobody"))],
        visibility=given.get("visibility", "public"),
    )


def an_understanding(given: Mapping[str, object]) -> Understanding:
    """A calm question about seats, but for what is given as facts."""
    fired = given.get("sensitivity", ())
    incidents = given.get("incidents", ())
    intent = given.get("intent", "seat_selection")
    return Understanding.model_validate(
        {
            "intent": intent,
            "intent_confidence": 0.9,
            "in_scope": given.get("in_scope", True),
            "in_scope_confidence": 0.9,
            "sentiment": given.get("sentiment", "neutral"),
            "urgency": given.get("urgency", "low"),
            "sensitivity": [{"category": word, "score": 0.9} for word in _words(fired)],
            "stance": given.get("stance", "question"),
            "respond": given.get("respond", True),
            "language": given.get("language", "en"),
            "reach": {"tier": given.get("reach", "unknown")},
            "situation": {"incidents": _words(incidents)},
            "injection": {"score": 0.5, "flag": given.get("injection", False)},
        }
    )


def some_facts(**given: object) -> Facts:
    """The facts of such a mention. The topic is the intent's, as everywhere."""
    known = given.get("known_customer") is True
    return facts_of(a_mention(given), an_understanding(given), the_pack(), known_customer=known)


def _words(given: object) -> list[str]:
    return [given] if isinstance(given, str) else [str(word) for word in given] if isinstance(given, tuple) else []


SMALL = """\
id: small
title: A small chart
version: 1
goal: To be bent.
owner: care
reviewed_on: 2026-11-16
start: sensitive
teams: {care: Customer care}
nodes:
  sensitive:
    ask: Is it sensitive?
    branches:
      - {label: yes, when: {sensitivity: any}, to: person}
    otherwise: {label: no, to: stance}
  stance:
    ask: What does it bring?
    branches:
      - {label: bait, when: {stance: [troll, spam]}, to: silence}
    otherwise: {label: anything else, to: answer}
leaves:
  person:
    outcome: hand_over
    decision: HANDOFF
    why: It is sensitive.
    owner: care
    sla_minutes: 10
    next_step: Call.
  silence:
    outcome: NO_REPLY
    why: It is bait.
    owner: care
    next_step: Watch.
  answer:
    outcome: answer
    decision: AUTO_REPLY
    why: It is a question.
    owner: care
    sla_minutes: 60
    next_step: None.
"""


def small(*changes: tuple[str, str]) -> Chart:
    """The small chart with each old text replaced by its new one; every old text must be there."""
    return parse_chart(small_text(*changes), file="small.yaml")


def small_text(*changes: tuple[str, str]) -> str:
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text
