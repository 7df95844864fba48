"""Of what is certified, the ramp lets a share out, and a random few go to people first: always the same ones."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.automation import AutomationState, Hold, Ramp, Step, coin
from assistant.domain.certificate import Certificate, Permit, Permits
from assistant.domain.guardrail import Finding
from assistant.domain.routing import Route, Sample
from assistant.domain.turn import FELL_BACK
from assistant.domain.vocabulary import Decision, Reason, Severity
from assistant.pipeline.route import Facts, route
from tests import pipeline_builders as build

SLICE = "larkspur/public/self_serve"
VERSIONS = {"pack": "p1"}
CERTIFIED = Permits(
    permits=(
        Permit(
            certificate=Certificate(
                slice=SLICE,
                certified=True,
                threshold=0.1,
                n=100,
                errors=0,
                coverage=1.0,
                labels=100,
                alpha=0.05,
                delta=0.1,
                labels_needed=0,
                expires_at=build.NOW + timedelta(days=1),
            ),
            versions=VERSIONS,
            labels_sha256="",
            given_at=build.NOW,
        ),
    )
)


def at(step: Step) -> AutomationState:
    return AutomationState(ramps=(Ramp(slice=SLICE, step=step, since=build.NOW, by="ann"),))


def decide(
    number: int,
    automation: AutomationState,
    *,
    permits: Permits = CERTIFIED,
    share: float = 0.1,
    audited: bool = True,
    findings: tuple[Finding, ...] = (),
) -> Route:
    mention = build.mention().model_copy(update={"id": f"m{number}"})
    pack = build.pack()
    policy = pack.automation.model_copy(update={"audit_share": share})
    read, draft = build.understanding(), build.draft()
    facts = Facts(mention=mention, understanding=read, answerable=0.8, draft=draft, findings=findings)
    return route(
        facts,
        pack=pack.model_copy(update={"automation": policy}),
        automation=automation,
        permits=permits,
        versions=VERSIONS,
        now=build.NOW,
        audited=audited,
    )


def test_no_certificate_speaks_of_what_another_drafter_had_to_write() -> None:
    """A model that was away had its fallback's drafts sent, and certified, under its own name."""
    note = Finding(guardrail=FELL_BACK, severity=Severity.NOTE, message="a-model could not be used")
    for permits in (CERTIFIED, Permits(rehearsal=True)):
        written = decide(1, AutomationState(), permits=permits, share=0)
        fallen = decide(1, AutomationState(), permits=permits, share=0, findings=(note,))
        assert written.decision is Decision.AUTO_REPLY
        assert (fallen.decision, fallen.reasons) == (Decision.REVIEW, (Reason.NOT_CERTIFIED,))
        assert (fallen.candidate, fallen.sample, fallen.certified) == (True, None, False)


def test_a_tenth_is_audited_half_of_it_blind_and_the_rest_is_sent() -> None:
    routes = [decide(number, AutomationState()) for number in range(1500)]
    kinds = Counter((found.decision, found.reasons, found.sample) for found in routes)
    assert set(kinds) == {
        (Decision.AUTO_REPLY, (), None),
        (Decision.REVIEW, (Reason.AUDIT,), Sample.OPEN),
        (Decision.REVIEW, (Reason.AUDIT,), Sample.BLIND),
    }
    for sample in (Sample.OPEN, Sample.BLIND):
        assert 45 <= kinds[(Decision.REVIEW, (Reason.AUDIT,), sample)] <= 105
    assert all(found.candidate for found in routes)


def test_a_step_sends_its_share_and_says_why_the_rest_waits() -> None:
    routes = [decide(number, at(Step.QUARTER), share=0.0) for number in range(1000)]
    kinds = Counter((found.decision, found.reasons) for found in routes)
    assert set(kinds) == {(Decision.AUTO_REPLY, ()), (Decision.REVIEW, (Reason.RAMP,))}
    assert 200 <= kinds[(Decision.AUTO_REPLY, ())] <= 300


@given(st.text(max_size=20))
def test_a_higher_step_never_takes_a_mention_back(mention_id: str) -> None:
    let_out = [at(step).lets_out(SLICE, mention_id) for step in Step]
    assert let_out == sorted(let_out)
    assert let_out[0] is False
    assert let_out[-1] is True
    assert 0 <= coin("ramp", SLICE, mention_id) < 1


def test_in_shadow_nothing_is_sent_and_every_label_speaks_for_the_others() -> None:
    routes = [decide(number, at(Step.SHADOW), share=0.0) for number in range(50)]
    assert {(found.decision, found.reasons, found.sample) for found in routes} == {
        (Decision.REVIEW, (Reason.RAMP,), Sample.EVERY)
    }


def test_without_a_certificate_every_draft_is_a_candidate_for_labels() -> None:
    found = decide(1, AutomationState(), permits=Permits(), share=0.0)
    assert (found.reasons, found.candidate, found.sample) == ((Reason.NOT_CERTIFIED,), True, Sample.EVERY)


def test_while_something_is_sent_only_the_random_few_count() -> None:
    strict = CERTIFIED.permits[0].certificate.model_copy(update={"threshold": 0.999})
    below = Permits(permits=(CERTIFIED.permits[0].model_copy(update={"certificate": strict}),))
    found = decide(1, AutomationState(), permits=below, share=0.0)
    assert (found.reasons, found.candidate, found.sample) == ((Reason.NOT_CERTIFIED,), True, None)


def test_a_hold_stops_sending_but_not_the_labels() -> None:
    held = AutomationState(holds=(Hold(scope=SLICE, reason="look", by="monitor", since=build.NOW),))
    found = decide(1, held)
    assert (found.decision, found.reasons, found.candidate) == (Decision.REVIEW, (Reason.HELD,), True)


@pytest.mark.parametrize("permits", [CERTIFIED, Permits(rehearsal=True)])
def test_what_is_not_acted_upon_is_not_audited(permits: Permits) -> None:
    routes = [decide(number, AutomationState(), permits=permits, share=1.0, audited=False) for number in range(20)]
    assert {(found.decision, found.sample) for found in routes} == {(Decision.AUTO_REPLY, None)}
