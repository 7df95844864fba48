"""The rules of networks: which answers may not go out, each by its code."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.networks import NETWORKS, REFUSAL_SENTENCES, Facts, Refusal, refusals
from tests.desk_builders import NOW

FINE = Facts(
    automated=True,
    private=False,
    known_post=True,
    summoned=True,
    answered=False,
    opted_out=False,
    wrote_at=NOW,
    approval="X-1",
)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("kind", NETWORKS)
def test_an_answer_to_a_summons_is_fine_everywhere_but_where_nothing_can_be_answered(kind: str) -> None:
    expected = (Refusal.LISTEN_ONLY,) if kind == "rss" else ()
    for automated in (True, False):
        assert refusals(NETWORKS[kind], FINE.model_copy(update={"automated": automated}), at=NOW) == expected


def test_people_may_answer_late_where_there_is_a_way_and_machines_may_not() -> None:
    late = {"private": True, "wrote_at": NOW - 25 * HOUR, "late_answers": True}
    person = FINE.model_copy(update={**late, "automated": False})
    assert refusals(NETWORKS["whatsapp"], person, at=NOW) == ()
    assert refusals(NETWORKS["whatsapp"], person.model_copy(update={"late_answers": False}), at=NOW) == (
        Refusal.WINDOW_OPEN,
    )
    assert refusals(NETWORKS["whatsapp"], FINE.model_copy(update=late), at=NOW) == (Refusal.WINDOW_OPEN,)


@pytest.mark.parametrize(
    ("kind", "changed", "code"),
    [
        ("x", {"summoned": False}, Refusal.SUMMONED),
        ("email", {"known_post": False}, Refusal.SUMMONED),
        ("x", {"answered": True}, Refusal.ALREADY_REPLIED),
        ("bluesky", {"opted_out": True}, Refusal.OPTED_OUT),
        ("whatsapp", {"private": True, "wrote_at": NOW - 24 * HOUR}, Refusal.WINDOW_OPEN),
        ("facebook", {"private_reply": True, "wrote_at": NOW - 7 * 24 * HOUR}, Refusal.WINDOW_OPEN),
        ("instagram", {"private_reply": True, "private_replies": 1}, Refusal.PRIVATE_REPLY_USED),
        ("x", {"approval": ""}, Refusal.APPROVAL_ON_FILE),
        ("x", {"sent_in": (100, 100)}, Refusal.BUDGET),
    ],
)
def test_each_rule_has_its_code(kind: str, changed: dict[str, object], code: Refusal) -> None:
    assert refusals(NETWORKS[kind], FINE.model_copy(update=changed), at=NOW) == (code,)


def test_a_person_may_answer_later_and_unsummoned_but_not_beyond_the_networks_window() -> None:
    person = FINE.model_copy(
        update={"automated": False, "summoned": False, "answered": True, "opted_out": True, "approval": ""}
    )
    assert refusals(NETWORKS["x"], person, at=NOW) == ()
    private = person.model_copy(update={"private": True, "wrote_at": NOW - 25 * HOUR})
    assert refusals(NETWORKS["messenger"], private, at=NOW) == ()
    assert refusals(NETWORKS["messenger"], private, at=NOW + 144 * HOUR) == (Refusal.WINDOW_OPEN,)


@given(
    facts=st.builds(
        Facts,
        automated=st.booleans(),
        private=st.booleans(),
        known_post=st.booleans(),
        summoned=st.booleans(),
        answered=st.booleans(),
        opted_out=st.booleans(),
        wrote_at=st.none() | st.datetimes(timezones=st.just(NOW.tzinfo)),
        private_reply=st.booleans(),
        private_replies=st.integers(0, 2),
        late_answers=st.booleans(),
        approval=st.sampled_from(["", "X-1"]),
        sent_in=st.lists(st.integers(0, 20_000), max_size=2).map(tuple),
    ),
    network=st.sampled_from(sorted(NETWORKS)),
)
def test_what_a_machine_may_say_a_person_may_say_too(facts: Facts, network: str) -> None:
    rules = NETWORKS[network]
    machine = refusals(rules, facts.model_copy(update={"automated": True}), at=NOW)
    person = refusals(rules, facts.model_copy(update={"automated": False}), at=NOW)
    assert set(person) <= set(machine)


def test_every_code_has_a_sentence_and_every_network_a_source() -> None:
    assert set(REFUSAL_SENTENCES) == set(Refusal)
    for network in NETWORKS.values():
        assert network.source
        assert network.checked >= "2026-11"
        assert not any(word in network.source for word in ("memory", "second-hand"))
