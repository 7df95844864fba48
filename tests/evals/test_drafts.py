"""Stored drafts are scored without a model, fast, and held to the gate where nothing else is asked."""

import json

import pytest

from assistant.evals.drafts import DEFAULT_ASSERTIONS, parse_draft, score_drafts
from tests.eval_builders import turn
from tests.pipeline_builders import mention, pack

FACT = "Every fare includes one small bag of up to 40x30x20 cm."
SAID = f"{FACT} – AI assistant"


def test_a_flat_row_and_a_case_row_are_the_same() -> None:
    flat = parse_draft(
        {"id": 7, "draft": "hi", "message": "m", "assert": [{"type": "equals", "value": "hi"}]}, position="p"
    )
    whole = {
        "draft": "hi",
        "vars": {"message": "m"},
        "assert": [{"type": "equals", "value": "hi"}],
        "metadata": {"id": "7"},
    }
    assert parse_draft(whole, position="p").case == flat.case
    assert parse_draft({"draft": "x"}, position="line-3").case.id == "line-3"


def test_without_assertions_the_gate_is_asked() -> None:
    row = {"id": "1", "draft": SAID, "channel": "x", "message": "bag size?", "passages": [FACT]}
    rows = score_drafts([parse_draft(row, position="p")], pack=pack())
    assert [score.assertion for score in rows] == list(DEFAULT_ASSERTIONS)
    assert {score.passed for score in rows} == {True}, [score.reason for score in rows]


def test_an_invented_price_is_caught() -> None:
    row = {"id": "1", "draft": "A second bag costs EUR 12 today. – AI assistant", "passages": [FACT], "channel": "x"}
    by_name = {s.assertion: s for s in score_drafts([parse_draft(row, position="p")], pack=pack())}
    assert by_name["care:hard-facts"].passed is False
    assert by_name["care:grounded"].passed is False


def test_a_line_of_a_run_is_the_case_of_its_suite() -> None:
    """Two suites may name cases alike; they were counted as two tries of one case."""
    kept = {"key": "k", "epoch": 0, "case_id": "one", "turn": turn(asked=mention("bags?")).row()}
    drafts = [parse_draft({**kept, "suite": suite}, position="p") for suite in ("tier-one", "abstain")]
    assert [draft.case.id for draft in drafts] == ["tier-one/one", "abstain/one"]
    assert {row.epoch for row in score_drafts(drafts, pack=pack())} == {0}


def test_a_turn_carries_its_decision() -> None:
    stored = turn(asked=mention("bags?"))
    for row in ({"turn": stored.row()}, stored.row()):
        draft = parse_draft({**row, "assert": [{"type": "care:route", "value": "AUTO_REPLY"}]}, position="p")
        (given,) = score_drafts([draft], pack=None)
        assert (given.case_id, given.passed) == ("1", True)


def test_a_text_nobody_decided_about_has_no_route() -> None:
    row = {"draft": "x", "assert": [{"type": "care:route", "value": "REVIEW"}, {"type": "contains", "value": "x"}]}
    assert [s.passed for s in score_drafts([parse_draft(row, position="p")], pack=None)] == [None, True]


def test_rows_of_one_id_are_tries() -> None:
    rows = [
        parse_draft({"id": "1", "draft": d, "assert": [{"type": "equals", "value": "a"}]}, position="p") for d in "ab"
    ]
    assert [(s.epoch, s.passed) for s in score_drafts(rows, pack=None)] == [(0, True), (1, False)]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"id": "1"}, "draft: a text"),
        ({"draft": 3}, "draft: a text"),
        ({"draft": "x", "vars": "m"}, "vars: an object"),
        ({"draft": "x", "assert": [{"type": "care:no"}]}, "assert.0: type"),
        ({"turn": {"mention_id": "1"}}, r"turn\.mention"),
    ],
)
def test_bad_rows_say_what_is_wrong(row: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_draft(row, position="p")


def test_a_thousand_stored_drafts_are_scored_one_by_one() -> None:
    asserts = [{"type": "icontains", "value": "bag"}, {"type": "not-contains", "value": "guarantee"}]
    lines = [json.dumps({"id": str(i), "draft": f"{SAID} {i}", "assert": asserts}) for i in range(1000)]
    rows = score_drafts([parse_draft(json.loads(line), position="p") for line in lines], pack=None)
    assert len(rows) == 2000
