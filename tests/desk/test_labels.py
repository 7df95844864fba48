"""What people do with drafts becomes labels: style is no error, blind drafts are judged later, late words count."""

from datetime import datetime, timedelta

import pytest

from assistant.desk import labels, triage
from assistant.desk.act import act
from assistant.desk.review import Reviewed, ReviewRequest, review
from assistant.desk.undo import undo, wait
from assistant.domain.conversation import TurnRecord
from assistant.domain.guardrail import Finding
from assistant.domain.label import LATE, DeskLabel, Outcome
from assistant.domain.routing import Sample
from assistant.domain.turn import FELL_BACK, Turn
from assistant.domain.vocabulary import Decision, Disposition, Sentiment, Severity, Stance
from assistant.errors import AlreadyHandled, Conflict, NotAllowed, NotFound
from assistant.ports import Store
from tests.desk_builders import NOW, make_draft, make_mention, make_pack, make_turn, make_understanding

PACK = make_pack()
STYLE = "Your cabin bag may measure 55 x 40 x 20 cm."
SUBSTANCE = "A cabin bag may measure 50 x 40 x 20 cm."


def candidate(
    number: str = "1", *, sample: Sample | None = Sample.OPEN, decision: Decision = Decision.REVIEW, score: float = 0.9
) -> Turn:
    turn = make_turn(make_mention(number, handle="ann"), decision)
    turn = turn.model_copy(update={"draft": make_draft()})
    more = {"candidate": True, "sample": sample, "score": score, "slice": "skylark/public/self_serve"}
    return turn.model_copy(update={"route": turn.route.model_copy(update=more)})


def taken(store: Store, turn: Turn, *, at: datetime = NOW) -> TurnRecord:
    with store.begin() as tx:
        tx.take_in(turn.mention, at=at)
        return act(tx, turn, pack=PACK, at=at)


def settled(store: Store, record: TurnRecord, disposition: Disposition, text: str | None = None) -> Reviewed:
    with store.begin() as tx:
        seen = tx.conversation(record.conversation_id).version
        request = ReviewRequest(turn_id=record.id, seen_version=seen, disposition=disposition, text=text, agent="ann")
        return review(tx, request, pack=PACK, passages=(), at=NOW + timedelta(minutes=5))


def label_of(store: Store, record: TurnRecord) -> DeskLabel:
    with store.read() as look:
        label = look.label(record.id)
    assert label is not None
    return label


@pytest.mark.parametrize(
    ("disposition", "text", "outcome", "error"),
    [
        (Disposition.ACCEPTED, None, Outcome.ACCEPTED, False),
        (Disposition.EDITED, STYLE, Outcome.STYLE, False),
        (Disposition.EDITED, SUBSTANCE, Outcome.SUBSTANCE, True),
        (Disposition.RESPONDED, "We are looking into your case by hand.", Outcome.RESPONDED, True),
        (Disposition.IGNORED, None, Outcome.IGNORED, True),
    ],
)
def test_what_an_agent_does_is_the_label(
    store: Store, disposition: Disposition, text: str | None, outcome: Outcome, error: bool
) -> None:
    record = taken(store, candidate())
    assert label_of(store, record).outcome is Outcome.WAITING
    settled(store, record, disposition, text)
    label = label_of(store, record)
    assert (label.outcome, label.error, label.by) == (outcome, error, "ann")
    assert bool(label.why) is error


def test_what_is_resolved_without_a_reply_counts_as_ignored_until_it_is_opened_again(store: Store) -> None:
    record = taken(store, candidate())
    with store.begin() as tx:
        seen = tx.conversation(record.conversation_id).version
        triage.resolve(tx, record.conversation_id, seen=seen, agent="ann", pack=PACK, at=NOW)
    label = label_of(store, record)
    assert (label.outcome, label.error, label.by) == (Outcome.IGNORED, True, "ann")
    with store.begin() as tx:
        triage.reopen(tx, record.conversation_id, agent="ann", pack=PACK, at=NOW)
    label = label_of(store, record)
    assert (label.outcome, label.error) == (Outcome.WAITING, None)


def test_only_drafts_nothing_spoke_against_have_labels(store: Store) -> None:
    record = taken(store, make_turn(make_mention("2"), Decision.REVIEW))
    settled(store, record, Disposition.ACCEPTED)
    with store.read() as look:
        assert look.label(record.id) is None


def test_a_label_counts_once_72_hours_are_over(store: Store) -> None:
    record = taken(store, candidate())
    settled(store, record, Disposition.ACCEPTED)
    label = label_of(store, record)
    assert label.settled_at is not None
    assert not label.is_ripe(label.settled_at + LATE - timedelta(seconds=1))
    assert label.is_ripe(label.settled_at + LATE)
    assert not label.model_copy(update={"sample": None}).is_ripe(label.settled_at + LATE)


def test_a_blind_draft_is_unseen_until_the_agent_has_answered_and_then_judged(store: Store) -> None:
    record = taken(store, candidate(sample=Sample.BLIND))
    assert labels.blinded(record).turn.draft is None
    for refused in (Disposition.ACCEPTED, Disposition.EDITED):
        with pytest.raises(NotAllowed, match="audited blind"):
            settled(store, record, refused, STYLE)
    with store.begin() as tx, pytest.raises(Conflict, match="answered since"):
        judge(tx, record)
    done = settled(store, record, Disposition.RESPONDED, STYLE)
    assert done.reply is not None
    assert (done.reply.text, done.reply.written_by) == (STYLE, "ann"), "their own words, whatever the draft says"
    waiting = label_of(store, record)
    assert (waiting.error, waiting.waits_for_verdict) == (None, True)
    assert labels.blinded(done.record).turn.draft is not None
    with store.begin() as tx:
        judged = judge(tx, record)
    assert (judged.error, judged.judged_at, judged.waits_for_verdict) == (True, NOW, False)
    with store.begin() as tx, pytest.raises(AlreadyHandled):
        judge(tx, record)


def judge(tx: object, record: TurnRecord, *, critical: bool = False) -> DeskLabel:
    return labels.judge(
        tx,  # type: ignore[arg-type]
        record.id,
        brand_id="skylark",
        error=True,
        critical=critical,
        why="wrong size",
        by="ann",
        at=NOW,
    )


def test_taking_a_reply_back_takes_the_label_back(store: Store) -> None:
    record = taken(store, candidate())
    done = settled(store, record, Disposition.ACCEPTED)
    assert done.reply is not None
    with store.begin() as tx:
        wait(tx, done.reply, seconds=600)
        undo(tx, done.reply.id, agent="ann", pack=make_pack(), at=NOW + timedelta(minutes=6))
    label = label_of(store, record)
    assert (label.outcome, label.error) == (Outcome.WAITING, None)


def protest(number: str) -> Turn:
    turn = make_turn(make_mention(number, handle="ann", text="That is wrong!"), Decision.HANDOFF)
    read = make_understanding().model_copy(update={"stance": Stance.COMPLAINT, "sentiment": Sentiment.NEGATIVE})
    return turn.model_copy(update={"understanding": read})


@pytest.mark.parametrize(("hours", "error"), [(71, True), (73, False)])
def test_a_protest_within_72_hours_replaces_the_label(store: Store, hours: int, error: bool) -> None:
    record = taken(store, candidate())
    settled(store, record, Disposition.ACCEPTED)
    taken(store, protest("2"), at=NOW + timedelta(hours=hours))
    label = label_of(store, record)
    assert label.error is error
    assert (label.corrected_at is not None) is error


def test_the_72_hours_of_a_protest_begin_as_the_draft_goes_out(store: Store) -> None:
    """It may have waited for its agent over a weekend; its label waits for a late word from then on, too."""
    record = taken(store, candidate(), at=NOW - timedelta(hours=60))
    settled(store, record, Disposition.ACCEPTED)
    taken(store, protest("2"), at=NOW + timedelta(hours=48))
    assert label_of(store, record).error


def test_a_protest_about_what_was_sent_automatically_is_kept_and_says_nothing_of_others(store: Store) -> None:
    record = taken(store, candidate(sample=None, decision=Decision.AUTO_REPLY))
    assert label_of(store, record).outcome is Outcome.SENT
    taken(store, protest("2"), at=NOW + timedelta(hours=1))
    label = label_of(store, record)
    assert (label.error, label.is_audit, label.is_ripe(NOW + 2 * LATE)) == (True, False, False)


def test_a_late_word_replaces_a_label_and_is_audited(store: Store) -> None:
    record = taken(store, candidate())
    settled(store, record, Disposition.ACCEPTED)
    with store.begin() as tx:
        late = labels.correct(
            tx, record.id, brand_id="skylark", error=False, critical=True, why="a promise", by="eve", at=NOW
        )
        assert [entry.actor for entry in tx.audit(subject=record.id)][-1] == "eve"
    assert (late.error, late.critical, late.corrected_at) == (True, True, NOW)
    with store.begin() as tx, pytest.raises(NotFound):
        labels.correct(tx, record.id, brand_id="other", error=True, critical=False, why="", by="eve", at=NOW)


def test_counts_say_how_labels_came_about(store: Store) -> None:
    for number, sample in enumerate((Sample.OPEN, Sample.BLIND, Sample.EVERY)):
        turn = candidate(str(number), sample=sample)
        turn = turn.model_copy(update={"mention": turn.mention.model_copy(update={"author": make_mention().author})})
        record = taken(store, turn)
        kind = Disposition.RESPONDED if sample is Sample.BLIND else Disposition.EDITED
        settled(store, record, kind, STYLE)
    with store.read() as look:
        (found,) = labels.counts(look, brand_id="skylark", since=NOW, now=NOW + 2 * LATE)
    assert (found.drafts, found.labelled, found.ripe, found.unjudged, found.errors) == (3, 2, 2, 1, 0)


def test_a_draft_the_model_was_never_asked_for_is_no_failure_of_it(store: Store) -> None:
    """Thanks and the like are always written by the fallback; an hour of praise would have stopped the slice."""
    thanked = candidate("1").model_copy(update={"versions": {"drafter": "a-model"}})
    note = Finding(guardrail=FELL_BACK, severity=Severity.NOTE, message="a-model could not be used")
    failed = candidate("2").model_copy(update={"versions": {"drafter": "a-model"}, "findings": (note,)})
    assert [label_of(store, taken(store, each)).fell_back for each in (thanked, failed)] == [False, True]
