"""What failed live becomes a case that asserts what must not happen again, without personal data."""

import resource
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.desk.lessons import changes_of
from assistant.domain.conversation import TurnRecord
from assistant.domain.knowledge import Article
from assistant.domain.mention import Author, ThreadMessage
from assistant.domain.vocabulary import ClaimKind, Decision, Disposition, Reason
from assistant.domain.wording import Edit
from assistant.errors import Infrastructure, InputInvalid
from assistant.evals.case import Case
from assistant.evals.harvest import add_to, good_case, harvest, move_to, regression_case, without_people
from assistant.evals.score import Context
from assistant.evals.scorers import score
from assistant.evals.suite import load_suite, write_suite
from tests import eval_builders as build
from tests.pipeline_builders import NOW, article, mention

AUTHOR = Author(handle="@ann_b", name="Ann Burke", followers=12)
SECRET = "+353 87 123 4567"
ASKED = mention(text=f"Ann Burke here, ring me on {SECRET} or @ann_b: how big may my bag be?").model_copy(
    update={"author": AUTHOR, "thread": (ThreadMessage(role="customer", text="it is ann@b.example"),)}
)


def record(disposition: Disposition | None, decision: Decision = Decision.REVIEW) -> TurnRecord:
    turn = build.turn("A bag may weigh 10 kg.", decision, asked=ASKED)
    return TurnRecord(id="t1", conversation_id="c1", number=1, turn=turn, disposition=disposition, created_at=NOW)


def edit(before: str, after: str) -> Edit:
    return Edit(
        id="e1",
        brand_id="larkspur",
        turn_id="t1",
        by="ann",
        intent=None,
        article_ids=(),
        before=before,
        after=after,
        changes=changes_of(before, after),
        reason="",
        at=NOW,
    )


def test_a_changed_fact_must_stay_changed() -> None:
    case = harvest(record(Disposition.EDITED), edit=edit("A bag may weigh 10 kg.", "A bag may weigh 8 kg."))
    out, put = case.assertions
    assert (out.type, out.value) == ("care:not-contains-any", ["10 kg"])
    assert (put.type, put.value) == ("icontains-all", ["8 kg"])


def test_a_changed_style_keeps_out_what_was_taken_out() -> None:
    (out,) = harvest(
        record(Disposition.EDITED), edit=edit("As per policy a bag is free.", "Your bag is free.")
    ).assertions
    assert out.value == ["As per policy a"]


@pytest.mark.parametrize(
    ("disposition", "wanted"),
    [
        (Disposition.IGNORED, ["NO_REPLY", "REVIEW"]),
        (Disposition.RESPONDED, ["REVIEW", "HANDOFF"]),
    ],
)
def test_what_an_agent_refused_is_routed_otherwise(disposition: Disposition, wanted: list[str]) -> None:
    (route,) = harvest(record(disposition)).assertions
    assert (route.type, route.value) == ("care:route", wanted)


def test_a_failed_live_reply_is_critical_and_never_said_again() -> None:
    case = harvest(record(None, Decision.AUTO_REPLY), wrong=["A bag may weigh 10 kg."])
    assert case.is_critical
    assert [each.type for each in case.assertions] == ["care:not-contains-any", "care:route"]


def test_what_an_agent_made_of_a_draft_and_pulled_back_is_not_asked_for() -> None:
    """The case wanted the very words that were wrong."""
    made = edit("A bag may weigh 10 kg.", "A bag may weigh 80 kg.")
    (route,) = harvest(record(Disposition.EDITED), edit=made, pulled_back=True).assertions
    assert (route.type, route.value) == ("care:route", ["REVIEW", "HANDOFF"])
    said, _ = harvest(record(Disposition.EDITED), edit=made, wrong=["80 kg"], pulled_back=True).assertions
    assert said.value == ["80 kg"]


def test_words_that_were_never_said_are_refused() -> None:
    with pytest.raises(InputInvalid, match="doesn't say 'ten bags'"):
        harvest(record(None), wrong=["ten bags"])


def test_nothing_wrong_is_no_case() -> None:
    with pytest.raises(InputInvalid, match="nobody said what was wrong"):
        harvest(record(Disposition.ACCEPTED))


def test_no_personal_data_is_left() -> None:
    case = harvest(record(Disposition.IGNORED))
    row = str(case.as_row())
    for secret in (SECRET, "Ann", "Burke", "@ann_b", "ann@b.example"):
        assert secret not in row
    assert "how big may my bag be?" in case.vars.message
    assert case.vars.author == Author()


@given(st.text(max_size=80))
def test_taking_people_out_twice_changes_nothing(text: str) -> None:
    once = without_people(text, ASKED)
    assert without_people(once, ASKED) == once


def test_the_disclosure_that_code_swapped_is_no_edit_of_the_agent() -> None:
    """A person's reply has another one than the draft's: the case forbade what the law asks for."""
    kept = record(Disposition.EDITED)
    assert kept.turn.draft is not None
    before = f"As per policy a bag is free. {build.DISCLOSURE} of Larkspur, call 01 234"
    told = build.claim(f"{build.DISCLOSURE} of Larkspur, call 01 234", ClaimKind.DISCLOSURE, article=None)
    draft = kept.turn.draft.model_copy(update={"claims": (*kept.turn.draft.claims, told)})
    kept = kept.model_copy(update={"turn": kept.turn.model_copy(update={"draft": draft})})
    case = harvest(kept, edit=edit(before, "Your bag is free. – Ann for Larkspur"))
    assert [each.value for each in case.assertions] == [["As per policy a"]]
    with pytest.raises(InputInvalid):
        harvest(kept, edit=edit(before, "As per policy a bag is free. – Ann for Larkspur"))


def recalled(*said: str, version: int = 2, now: Article | None = None) -> Case | None:
    kept = record(None)
    kept = kept.model_copy(update={"turn": build.turn(build.draft(*said), asked=ASKED)}) if said else kept
    return regression_case(kept, article_id="cabin-bags", version=version, now=now)


def test_a_recalled_answer_must_not_come_again() -> None:
    case, elsewhere = recalled(), recalled(version=9)
    assert case is not None
    assert elsewhere is not None
    assert case.assertions[0].value == ["A bag may weigh 10 kg."]
    assert elsewhere.assertions[0].type == "care:route"


def test_what_the_article_still_says_may_be_said_again() -> None:
    """The case forbade every sentence of the reply, right ones too, so that no answer could ever pass it."""
    now = article("cabin-bags", summary="A bag may weigh 12 kg.", body="Wheels count. Ask at the desk.", version=3)
    case = recalled("A bag may weigh 10 kg.", "Wheels  count.", now=now)
    assert case is not None
    assert case.assertions[0].value == ["A bag may weigh 10 kg."]
    assert recalled("Wheels count.", now=now) is None, "nothing of this answer was wrong"
    not_mended = recalled("Wheels count.", now=now.model_copy(update={"version": 2}))
    assert not_mended is not None
    assert not_mended.assertions[0].value == ["Wheels count."]


def test_words_that_hold_personal_data_are_no_words_to_look_for() -> None:
    """What is left of them after masking stands in no reply, so that it would never be found."""
    case = recalled("A bag may weigh 10 kg.", f"Ring {SECRET}.")
    assert case is not None
    assert case.assertions[0].value == ["A bag may weigh 10 kg."]


def test_proposals_are_kept_once_in_a_suite_that_can_be_run(tmp_path: Path) -> None:
    again = recalled()
    assert again is not None
    cases = [harvest(record(Disposition.IGNORED)), again]
    assert add_to(tmp_path / "h", cases[:1]) == 1
    assert add_to(tmp_path / "h", cases) == 0
    assert load_suite(tmp_path / "h").cases == tuple(cases[:1])


def test_a_proposal_stays_where_its_suite_cannot_be_written(tmp_path: Path) -> None:
    """It was taken out before the suite was written, and what was in the suite was cut short."""
    proposed, kept, suite = harvest(record(Disposition.IGNORED)), tmp_path / "h", tmp_path / "live"
    add_to(kept, [proposed])
    write_suite(suite, build.suite(build.case("long", message="bag " * 5000), name="live"))
    before, limit = (suite / "cases.jsonl").read_bytes(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limit[1]))
    try:
        with pytest.raises(Infrastructure, match=r"live/cases\.jsonl can't be written"):
            move_to(suite, proposed.id, folder=kept)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    assert load_suite(kept).cases == (proposed,)
    assert (suite / "cases.jsonl").read_bytes() == before
    move_to(suite, proposed.id, folder=kept)
    assert [case.id for case in load_suite(suite).cases] == ["long", proposed.id]


GOOD = ["care:route", "care:cites", "care:grounded", "care:hard-facts", "care:no-commitment", "care:no-pii"]


def accepted(*reasons: Reason, **changes: object) -> TurnRecord:
    """A draft that an agent sent unchanged after looking at it for these reasons."""
    kept = record(Disposition.ACCEPTED)
    route = kept.turn.route.model_copy(update={"reasons": reasons})
    return kept.model_copy(update={"turn": kept.turn.model_copy(update={"route": route, **changes})})


def test_a_draft_sent_unchanged_must_stay_as_it_was() -> None:
    case = good_case(accepted(Reason.NOT_CERTIFIED))
    assert [each.type for each in case.assertions] == GOOD
    route, cites, *rest = case.assertions
    assert (route.value, cites.value) == (["AUTO_REPLY", "REVIEW"], ["cabin-bags"])
    assert [each.value for each in rest] == [None] * 4
    assert not case.is_critical
    assert "“A bag may weigh 10 kg." in case.description, "whoever reads it sees what was good"
    assert SECRET not in case.vars.message
    assert "Ann" not in case.vars.message
    assert "read it before it joins a suite" in str(case.metadata.source)


@pytest.mark.parametrize(
    ("reasons", "wanted"),
    [
        ((Reason.LOW_CONFIDENCE, Reason.RAMP), ["AUTO_REPLY", "REVIEW"]),
        ((Reason.NOT_CERTIFIED, Reason.MAYBE_SENSITIVE), ["REVIEW", "HANDOFF"]),
        ((Reason.CHART,), ["REVIEW", "HANDOFF"]),
    ],
)
def test_what_a_person_had_to_see_goes_to_one_again(reasons: tuple[Reason, ...], wanted: list[str]) -> None:
    assert good_case(accepted(*reasons)).assertions[0].value == wanted


def test_a_good_answer_of_its_own_is_given_by_itself_again() -> None:
    case = good_case(record(None, Decision.AUTO_REPLY))
    assert case.assertions[0].value == ["AUTO_REPLY"]


def test_only_what_holds_of_the_reply_itself_is_asked_of_the_next() -> None:
    draft = build.draft(build.claim("A bag may weigh 10 kg.", supported=False, article=None))
    assert [each.type for each in good_case(accepted(draft=draft)).assertions] == [
        "care:route",
        "care:hard-facts",
        "care:no-commitment",
        "care:no-pii",
    ]


@pytest.mark.parametrize("disposition", [Disposition.EDITED, Disposition.RESPONDED, Disposition.IGNORED, None])
def test_what_people_changed_or_have_not_seen_is_no_good_case(disposition: Disposition | None) -> None:
    with pytest.raises(InputInvalid, match="not sent as it was drafted"):
        good_case(record(disposition))


@pytest.mark.parametrize("disposition", [Disposition.ACCEPTED, None])
def test_a_good_case_is_passed_by_the_reply_it_was_made_of(disposition: Disposition | None) -> None:
    kept = record(disposition, Decision.REVIEW if disposition else Decision.AUTO_REPLY)
    case = good_case(kept)
    assert all(given.passed for given in score(kept.turn, case.assertions, Context(case=case)))
