"""Every reason for a person is collected, risk never lowers scrutiny, and only a clean mention is answered alone."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.agents import OnCall
from assistant.domain.automation import AutomationState, Hold
from assistant.domain.brand import Pack
from assistant.domain.certificate import Certificate, Permit, Permits
from assistant.domain.draft import Draft
from assistant.domain.guardrail import Finding
from assistant.domain.mention import Author, Mention
from assistant.domain.routing import Route
from assistant.domain.understanding import FiredSensitivity, InjectionVerdict, Understanding
from assistant.domain.vocabulary import (
    FLOORS,
    SCRUTINY,
    ClaimKind,
    Decision,
    Reason,
    Sensitivity,
    Sentiment,
    Severity,
    Stance,
    Urgency,
)
from assistant.pipeline.route import Facts, route, route_unread
from tests import pipeline_builders as build

ON = AutomationState()
VERSIONS = {"pack": "p1", "heads": "h1"}
GOOD = build.draft()


def decide(
    understanding: Understanding | None = None,
    *,
    mention: Mention | None = None,
    draft: Draft | None = GOOD,
    answerable: float = 0.8,
    findings: tuple[Finding, ...] = (),
    covered: bool = True,
    near: float | None = None,
    exposed: bool = False,
    failed: Reason | None = None,
    pack: Pack | None = None,
    automation: AutomationState = ON,
    permits: Permits = build.PERMITS,
    versions: Mapping[str, str] = VERSIONS,
    at: datetime = build.NOW,
) -> Route:
    facts = Facts(
        mention=mention or build.mention(),
        understanding=understanding or build.understanding(),
        answerable=answerable,
        draft=draft,
        findings=findings,
        covered=covered,
        near=near,
        exposed=exposed,
        failed=failed,
    )
    return route(facts, pack=pack or build.pack(), automation=automation, permits=permits, versions=versions, now=at)


def fired(*categories: Sensitivity) -> tuple[FiredSensitivity, ...]:
    return tuple(FiredSensitivity(category=category, score=0.9) for category in categories)


def maybe(category: Sensitivity) -> tuple[FiredSensitivity, ...]:
    return (FiredSensitivity(category=category, score=0.8, certain=False),)


def finding(severity: Severity) -> Finding:
    return Finding(guardrail="test", severity=severity, message="said so")


def test_a_clean_question_is_answered_automatically() -> None:
    chosen = decide()
    assert chosen.decision is Decision.AUTO_REPLY
    assert chosen.reasons == ()
    assert chosen.due_at == build.NOW + timedelta(minutes=720)
    assert chosen.slice == "larkspur/public/self_serve"
    assert not chosen.certified, "a rehearsal proves nothing"


def test_what_a_queue_needs_a_second_person_for_is_never_answered_by_the_machine_alone() -> None:
    queue = decide().queue
    pack = build.pack().model_copy(update={"on_call": OnCall(approvals=(queue,))})
    chosen = decide(pack=pack)
    assert (chosen.decision, chosen.reasons, chosen.queue) == (Decision.REVIEW, (Reason.STRATEGY,), queue)


def test_what_may_be_sensitive_goes_without_saying_beside_what_is() -> None:
    both = fired(Sensitivity.MEDICAL) + maybe(Sensitivity.LEGAL_THREAT)
    assert Reason.MAYBE_SENSITIVE not in decide(understanding=build.understanding(sensitivity=both)).reasons


CASES: list[tuple[Reason, dict[str, object]]] = [
    (Reason.SENSITIVE, {"understanding": build.understanding(sensitivity=fired(Sensitivity.MEDICAL))}),
    (Reason.SENSITIVE, {"understanding": build.understanding(sensitivity=fired(Sensitivity.PROTEST_SARCASM))}),
    (Reason.MAYBE_SENSITIVE, {"understanding": build.understanding(sensitivity=maybe(Sensitivity.MEDICAL))}),
    (Reason.MAYBE_SENSITIVE, {"understanding": build.understanding(sensitivity=maybe(Sensitivity.HUMAN_REQUEST))}),
    (Reason.ASKS_HUMAN, {"understanding": build.understanding(sensitivity=fired(Sensitivity.HUMAN_REQUEST))}),
    (Reason.ASKS_IF_BOT, {"understanding": build.understanding(sensitivity=fired(Sensitivity.BOT_QUESTION))}),
    (Reason.LANGUAGE, {"understanding": build.understanding(language="de")}),
    (Reason.LANGUAGE, {"understanding": build.understanding(language="und")}),
    (Reason.INJECTION, {"understanding": build.understanding(injection=InjectionVerdict(score=0.9, flag=True))}),
    (Reason.OUT_OF_SCOPE, {"understanding": build.understanding(in_scope=False), "draft": None}),
    (Reason.LOW_CONFIDENCE, {"understanding": build.understanding(in_scope=False)}),
    (Reason.OUT_OF_SCOPE, {"understanding": build.understanding(intent=None)}),
    (Reason.OUT_OF_SCOPE, {"understanding": build.understanding(intent="no_such_intent")}),
    (Reason.LOW_CONFIDENCE, {"understanding": build.understanding(intent_confidence=0.59)}),
    (Reason.LOW_CONFIDENCE, {"understanding": build.understanding(in_scope_confidence=0.59)}),
    (Reason.LOW_CONFIDENCE, {"understanding": build.understanding(confidence={"respond": 0.59})}),
    (Reason.LOW_CONFIDENCE, {"understanding": build.understanding(confidence={})}),
    (Reason.LOW_CONFIDENCE, {"draft": build.draft().model_copy(update={"article_ids": ("refund-times",)})}),
    (Reason.LOW_CONFIDENCE, {"covered": False}),
    (Reason.NO_EVIDENCE, {"draft": None}),
    (Reason.NO_EVIDENCE, {"answerable": 0.49, "draft": None}),
    (Reason.WEAK_EVIDENCE, {"answerable": 0.49}),
    (Reason.NO_EVIDENCE, {"draft": build.draft().model_copy(update={"article_ids": ()})}),
    (Reason.NEEDS_ACCOUNT, {"understanding": build.understanding(intent="refund_status")}),
    (Reason.NEEDS_PERSON, {"understanding": build.understanding(intent="press")}),
    (Reason.ANGRY, {"understanding": build.understanding(sentiment=Sentiment.NEGATIVE, stance=Stance.COMPLAINT)}),
    (Reason.ANGRY, {"understanding": build.understanding(sentiment=Sentiment.NEGATIVE, stance=Stance.MISGUIDED)}),
    (Reason.URGENT, {"understanding": build.understanding(urgency=Urgency.HIGH)}),
    (Reason.UNCLEAR, {"understanding": build.understanding(respond=False)}),
    (Reason.UNCLEAR, {"understanding": build.understanding(stance=Stance.TROLL)}),
    (Reason.UNCLEAR, {"understanding": build.understanding(intent="general_praise", stance=Stance.COMPLAINT)}),
    (Reason.UNCLEAR, {"understanding": build.understanding(confidence={"respond": 0.99, "stance": 0.4})}),
    (Reason.UNCLEAR, {"mention": build.mention("My cabin bag was measured twice this morning.")}),
    (Reason.SEVERAL_QUESTIONS, {"mention": build.mention("How big can my bag be? And what does a second one cost?")}),
    (Reason.NOT_CERTIFIED, {"understanding": build.understanding(intent="refund_status")}),
    (Reason.NOT_CERTIFIED, {"pack": build.pack(channels=("x",))}),
    (Reason.NOT_CERTIFIED, {"mention": build.mention(channel="telegram")}),
    (Reason.KILL_SWITCH, {"automation": AutomationState(kill_switch=True)}),
    (Reason.HIGH_REACH, {"mention": build.mention(author=Author(followers=100_001))}),
    (Reason.THREAD_CONTINUES, {"mention": build.mention(thread=(build.said("assistant", "Hello."),))}),
    (Reason.THREAD_CONTINUES, {"mention": build.mention(thread=(build.said("brand", "Hello."),))}),
    (Reason.PERSONAL_DATA, {"exposed": True}),
    (Reason.STAGE_FAILED, {"failed": Reason.STAGE_FAILED}),
    (Reason.FINDING, {"findings": (finding(Severity.BLOCK),)}),
    (Reason.DOUBTFUL_DRAFT, {"findings": (finding(Severity.REVIEW),)}),
    (Reason.UNSUPPORTED_CLAIM, {"draft": build.draft(supported=False)}),
    (Reason.UNSUPPORTED_CLAIM, {"draft": build.draft(supported=None)}),
    (Reason.UNSUPPORTED_CLAIM, {"draft": build.draft(kind=ClaimKind.PROMISE, supported=False)}),
]


@pytest.mark.parametrize(("reason", "change"), CASES)
def test_each_reason_is_named_and_keeps_its_floor(reason: Reason, change: dict[str, object]) -> None:
    chosen = decide(**change)  # type: ignore[arg-type]  # one keyword a case
    assert reason in chosen.reasons
    assert SCRUTINY[chosen.decision] >= SCRUTINY[FLOORS[reason]]
    assert chosen.due_at is not None


@pytest.mark.parametrize("scope", ["carry_on_size", "baggage", "facebook"])
def test_a_hold_covers_the_intent_its_topic_and_its_channel(scope: str) -> None:
    held = AutomationState(holds=(Hold(scope=scope, reason="wrong price", by="desk", since=build.NOW),))
    assert decide(automation=held).reasons == (Reason.HELD,)
    assert decide(automation=held).decision is Decision.REVIEW


def test_what_rests_on_an_article_that_changed_lately_goes_to_review() -> None:
    fresh, other = (
        AutomationState(quarantined=frozenset(GOOD.article_ids)),
        AutomationState(quarantined=frozenset({"other"})),
    )
    assert GOOD.article_ids
    assert decide(automation=fresh).decision is Decision.REVIEW
    assert decide(automation=fresh).reasons == (Reason.QUARANTINED,)
    assert decide(automation=other).decision is Decision.AUTO_REPLY


def test_thresholds_are_inclusive() -> None:
    exactly = build.understanding(
        intent_confidence=0.6, in_scope_confidence=0.6, confidence=build.SURE | {"respond": 0.6}
    )
    edge = build.mention(author=Author(followers=100_000))
    assert decide(exactly, mention=edge, answerable=0.5).decision is Decision.AUTO_REPLY


def test_a_note_does_not_stop_a_reply() -> None:
    assert decide(findings=(finding(Severity.NOTE),)).decision is Decision.AUTO_REPLY


def test_every_reason_is_collected_and_the_strictest_comes_first() -> None:
    chosen = decide(
        build.understanding(urgency=Urgency.HIGH, sensitivity=fired(Sensitivity.MEDICAL)),
        automation=AutomationState(kill_switch=True),
    )
    assert chosen.reasons == (Reason.SENSITIVE, Reason.KILL_SWITCH, Reason.URGENT)
    assert chosen.decision is Decision.HANDOFF


@pytest.mark.parametrize("stance", [Stance.SPAM, Stance.TROLL, Stance.ABUSE, Stance.RAGER, Stance.BYSTANDER])
def test_who_wants_no_answer_gets_none(stance: Stance) -> None:
    unwanted = build.understanding(stance=stance, respond=False, in_scope=False)
    mention = build.mention("free followers, muppets, link in bio")
    chosen = decide(unwanted, mention=mention, draft=None, answerable=0.0)
    assert chosen.decision is Decision.NO_REPLY
    assert [reason.value for reason in chosen.reasons] == [stance.value]
    assert chosen.due_at is None


@pytest.mark.parametrize("category", list(Sensitivity))
def test_silence_never_wins_over_a_sensitivity(category: Sensitivity) -> None:
    ranting = build.understanding(stance=Stance.RAGER, respond=False, sensitivity=fired(category))
    assert decide(ranting, draft=None).decision is Decision.HANDOFF


def test_a_threat_that_no_detector_caught_goes_to_a_person_alone() -> None:
    read = build.understanding(stance=Stance.ABUSE, respond=False, in_scope=False)
    chosen = decide(read, mention=build.mention("somebody at that desk is getting a slap"), draft=None)
    assert chosen.decision is Decision.HANDOFF
    assert {Reason.UNCLEAR, Reason.SENSITIVE} <= set(chosen.reasons)


def test_silence_must_be_certain() -> None:
    doubtful = build.understanding(stance=Stance.TROLL, respond=False, confidence=build.SURE | {"respond": 0.55})
    chosen = decide(doubtful)
    assert chosen.decision is Decision.REVIEW
    assert Reason.UNCLEAR in chosen.reasons


def test_personal_data_in_public_is_never_met_with_silence_except_in_spam() -> None:
    bystander = build.understanding(stance=Stance.BYSTANDER, respond=False, in_scope=False)
    passing = build.mention("lol")
    assert decide(bystander, mention=passing, draft=None).decision is Decision.NO_REPLY
    assert decide(bystander, mention=passing, exposed=True, draft=None).decision is Decision.HANDOFF
    selling = build.mention("free crypto, link in bio")
    spam = build.understanding(stance=Stance.SPAM, respond=False)
    assert decide(spam, mention=selling, exposed=True).decision is Decision.NO_REPLY


@pytest.mark.parametrize("text", ["", "   ", "🧳😭", "!"])
def test_a_message_without_words_is_left_alone_only_where_no_answer_is_wanted(text: str) -> None:
    wordless = build.mention(text)
    silent = decide(build.understanding(respond=False, in_scope=False, language="und"), mention=wordless, draft=None)
    assert silent.decision is Decision.NO_REPLY
    assert silent.reasons == (Reason.EMPTY,)
    asking = decide(build.understanding(language="und"), mention=wordless, draft=None)
    assert asking.decision is Decision.HANDOFF
    assert Reason.UNCLEAR in asking.reasons
    assert Reason.LANGUAGE not in asking.reasons


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("What year will your short planes have Wi-Fi?", False),
        ("When will you install sockets?", False),
        ("Any plans for a lounge?", False),
        ("When will I get my boarding pass?", True),
        ("How big may a cabin bag be this year?", True),
    ],
)
def test_what_is_so_today_does_not_answer_what_is_planned(text: str, answered: bool) -> None:
    decision = decide(mention=build.mention(text)).decision
    assert decision is (Decision.AUTO_REPLY if answered else Decision.REVIEW)


def test_praise_needs_no_evidence_and_no_account() -> None:
    thanks = Draft(text="Thank you.", claims=(), drafter="extractive", language="en")
    praise = build.understanding(intent="general_praise", stance=Stance.PRAISE, sentiment=Sentiment.POSITIVE)
    lovely = build.mention("Lovely crew.")
    assert decide(praise, mention=lovely, draft=thanks, answerable=0.0).decision is Decision.AUTO_REPLY
    of_refunds = build.understanding(intent="refund_status", stance=Stance.PRAISE, sentiment=Sentiment.POSITIVE)
    assert Reason.NEEDS_ACCOUNT not in decide(of_refunds, draft=thanks).reasons


def test_praise_with_a_question_in_it_is_not_only_thanked() -> None:
    thanks = Draft(text="Thank you.", claims=(), drafter="extractive", language="en")
    praise = build.understanding(intent="general_praise", stance=Stance.PRAISE, sentiment=Sentiment.POSITIVE)
    asking = decide(praise, draft=thanks, mention=build.mention("Lovely crew! When do my points arrive?"))
    assert asking.reasons == (Reason.UNCLEAR,)


def test_thanks_for_an_insult_are_never_sent() -> None:
    thanks = Draft(text="Thank you.", claims=(), drafter="extractive", language="en")
    insult = build.understanding(intent="general_praise", stance=Stance.PRAISE, sentiment=Sentiment.NEGATIVE)
    assert decide(insult, draft=thanks).decision is not Decision.AUTO_REPLY


def test_a_failed_stage_ends_with_a_person_whatever_the_stance() -> None:
    chosen = decide(build.understanding(stance=Stance.SPAM, respond=False), failed=Reason.STAGE_FAILED, draft=None)
    assert chosen.decision is Decision.HANDOFF
    assert Reason.STAGE_FAILED in chosen.reasons


def test_without_the_index_nobody_says_that_it_holds_nothing_and_what_is_silent_stays_so() -> None:
    away = decide(build.understanding(in_scope=False), failed=Reason.INDEX_AWAY, draft=None, answerable=0.0)
    assert away.decision is Decision.HANDOFF
    assert Reason.INDEX_AWAY in away.reasons
    assert {Reason.NO_EVIDENCE, Reason.OUT_OF_SCOPE}.isdisjoint(away.reasons)
    read, selling = build.understanding(stance=Stance.SPAM, respond=False), build.mention("free crypto, link in bio")
    spam = decide(read, mention=selling, failed=Reason.INDEX_AWAY, draft=None)
    assert spam.decision is Decision.NO_REPLY


def test_what_nobody_understood_goes_to_a_person_at_once() -> None:
    chosen = route_unread(build.mention(), why=None, pack=build.pack(), now=build.NOW)
    assert chosen.decision is Decision.HANDOFF
    assert chosen.reasons == (Reason.STAGE_FAILED,)
    assert chosen.due_at == build.NOW + timedelta(minutes=45)
    assert chosen.slice == "larkspur/public/none"


unit = st.floats(0, 1)
understandings = st.builds(
    build.understanding,
    intent=st.sampled_from(["carry_on_size", "refund_status", "press", "general_praise", "unknown", None]),
    intent_confidence=unit,
    in_scope=st.booleans(),
    in_scope_confidence=unit,
    sentiment=st.sampled_from(Sentiment),
    urgency=st.sampled_from(Urgency),
    stance=st.sampled_from(Stance),
    respond=st.booleans(),
    language=st.sampled_from(["en", "de", "und"]),
    sensitivity=st.lists(st.sampled_from(Sensitivity), max_size=2).map(lambda found: fired(*found)),
    injection=st.booleans().map(lambda flag: InjectionVerdict(score=float(flag), flag=flag)),
    confidence=st.fixed_dictionaries({"respond": unit, "stance": unit, "stance_answered": unit}),
)
mentions = st.builds(
    lambda text, followers, thread, channel: build.mention(
        text, author=Author(followers=followers), thread=thread, channel=channel
    ),
    text=st.sampled_from(["How big can my bag be?", "lol", "", "😭", "wo ist mein Koffer"]),
    followers=st.none() | st.integers(0, 10**7),
    thread=st.sampled_from([(), (build.said("brand", "Hi."),), (build.said("customer", "Hi."),)]),
    channel=st.sampled_from(["x", "facebook", "email", "fax"]),
)
all_facts = st.builds(
    Facts,
    mention=mentions,
    understanding=understandings,
    answerable=unit,
    draft=st.sampled_from([None, build.draft(), build.draft(supported=False)]),
    findings=st.lists(st.sampled_from(Severity).map(finding), max_size=2).map(tuple),
    exposed=st.booleans(),
    failed=st.sampled_from([None, Reason.STAGE_FAILED, Reason.EMBEDDER_AWAY, Reason.INDEX_AWAY]),
)
states = st.builds(AutomationState, kill_switch=st.booleans())


def riskier(facts: Facts) -> st.SearchStrategy[Facts]:
    """The same facts with one risk raised; what the author wants (stance, respond, a matter that is recognised in what
    else would be met with silence) stays."""
    meant = facts.understanding

    def of_meaning(**changes: object) -> Facts:
        return facts._replace(understanding=meant.model_copy(update=changes))

    certainty = meant.confidence["respond"]
    least_recognised = 0.0 if meant.respond else meant.intent_confidence
    return st.one_of(
        st.sampled_from(Severity).map(lambda severity: facts._replace(findings=(*facts.findings, finding(severity)))),
        st.floats(0, facts.answerable).map(lambda lower: facts._replace(answerable=lower)),
        st.floats(least_recognised, meant.intent_confidence).map(lambda lower: of_meaning(intent_confidence=lower)),
        st.floats(0, meant.in_scope_confidence).map(lambda lower: of_meaning(in_scope_confidence=lower)),
        st.floats(0, certainty).map(lambda lower: of_meaning(confidence={**meant.confidence, "respond": lower})),
        st.sampled_from(Sensitivity).map(lambda more: of_meaning(sensitivity=(*meant.sensitivity, *fired(more)))),
        st.just(of_meaning(sentiment=Sentiment.NEGATIVE)),
        st.just(of_meaning(urgency=Urgency.HIGH)),
        st.just(of_meaning(injection=InjectionVerdict(score=1.0, flag=True))),
        st.integers(facts.mention.author.followers or 0, 10**8).map(
            lambda more: facts._replace(mention=facts.mention.model_copy(update={"author": Author(followers=more)}))
        ),
        st.just(facts._replace(exposed=True)),
        st.just(facts._replace(failed=facts.failed or Reason.STAGE_FAILED)),
        st.just(facts._replace(failed=facts.failed or Reason.INDEX_AWAY)),
        st.just(facts._replace(draft=None)),
    )


@given(data=st.data(), facts=all_facts, state=states)
def test_raising_a_risk_never_lowers_the_scrutiny(data: st.DataObject, facts: Facts, state: AutomationState) -> None:
    pack = build.pack()
    before = route(facts, pack=pack, automation=state, permits=build.PERMITS, versions=VERSIONS, now=build.NOW)
    riskiest = data.draw(riskier(facts))
    after = route(riskiest, pack=pack, automation=state, permits=build.PERMITS, versions=VERSIONS, now=build.NOW)
    if before.decision is not Decision.NO_REPLY:
        assert SCRUTINY[after.decision] >= SCRUTINY[before.decision]


@given(facts=all_facts, state=states)
def test_the_decision_is_the_mildest_all_reasons_allow(facts: Facts, state: AutomationState) -> None:
    chosen = route(facts, pack=build.pack(), automation=state, permits=build.PERMITS, versions=VERSIONS, now=build.NOW)
    floors = [FLOORS[reason] for reason in chosen.reasons]
    assert (chosen.decision is Decision.AUTO_REPLY) == (not floors)
    assert (chosen.decision is Decision.NO_REPLY) == (Decision.NO_REPLY in floors)
    if chosen.decision is Decision.NO_REPLY:
        assert set(floors) == {Decision.NO_REPLY}
        assert not facts.understanding.sensitivity
        assert not facts.understanding.respond
    elif floors:
        assert SCRUTINY[chosen.decision] == max(SCRUTINY[floor] for floor in floors)
    assert len(set(chosen.reasons)) == len(chosen.reasons)


@given(facts=all_facts, state=states)
def test_nothing_goes_out_by_itself_without_a_draft_and_its_sources(facts: Facts, state: AutomationState) -> None:
    if (
        route(
            facts, pack=build.pack(), automation=state, permits=build.PERMITS, versions=VERSIONS, now=build.NOW
        ).decision
        is Decision.AUTO_REPLY
    ):
        assert facts.draft is not None
        assert all(claim.supported for claim in facts.draft.claims)
        assert not state.kill_switch


def permits(**changes: object) -> Permits:
    fields: dict[str, object] = {
        "slice": "larkspur/public/self_serve",
        "certified": True,
        "threshold": 0.1,
        "n": 100,
        "errors": 0,
        "coverage": 1.0,
        "labels": 100,
        "alpha": 0.05,
        "delta": 0.1,
        "labels_needed": 0,
        "expires_at": build.NOW + timedelta(days=1),
    }
    certificate = Certificate.model_validate(fields | changes)
    permit = Permit(certificate=certificate, versions=VERSIONS, labels_sha256="l", given_at=build.NOW)
    return Permits(permits=(permit,))


def test_only_a_standing_certificate_lets_a_draft_go_out() -> None:
    sent = decide(permits=permits())
    assert (sent.decision, sent.certified) == (Decision.AUTO_REPLY, True)
    stopped = (
        decide(permits=Permits()),
        decide(permits=permits(slice="larkspur/private/self_serve")),
        decide(permits=permits(threshold=0.99)),
        decide(permits=permits(), versions={**VERSIONS, "heads": "h2"}),
        decide(permits=permits(), at=build.NOW + timedelta(days=1)),
    )
    for held in stopped:
        assert (held.decision, held.reasons) == (Decision.REVIEW, (Reason.NOT_CERTIFIED,))
        assert not held.certified


def test_a_certificate_shows_only_on_what_is_sent_under_it() -> None:
    assert not decide(build.understanding(urgency=Urgency.HIGH), permits=permits()).certified


def test_the_score_rises_with_each_of_its_parts_and_falls_without_an_answer() -> None:
    named = build.mention("How big may my small bag be?")
    middle = decide(mention=named).score
    assert middle is not None
    better = (
        decide(build.understanding(intent_confidence=0.95), mention=named),
        decide(mention=named, answerable=0.9),
        decide(mention=build.mention("small bag?")),
    )
    assert all(route.score is not None and route.score > middle for route in better)
    assert decide(draft=None).score is None


def test_below_the_policys_score_nothing_is_sent() -> None:
    assert Reason.LOW_CONFIDENCE in decide(pack=build.pack(min_send_score=0.95)).reasons


def test_a_hold_on_a_slice_stops_it() -> None:
    hold = Hold(scope="larkspur/public/self_serve", reason="audit", by="monitor", since=build.NOW)
    assert Reason.HELD in decide(automation=AutomationState(holds=(hold,))).reasons


def test_nearness_orders_drafts_where_the_drafter_tells_it() -> None:
    near, far = (decide(near=share) for share in (0.9, 0.6))
    assert near.score is not None
    assert far.score is not None
    assert near.score > far.score
    assert decide(near=0.0).score == 0


def test_an_article_written_for_the_likeliest_intent_bears_out_a_doubtful_message() -> None:
    doubtful = build.understanding(in_scope=False)
    borne_out = decide(understanding=doubtful, answerable=0.1)
    assert borne_out.decision is Decision.REVIEW
    assert {Reason.LOW_CONFIDENCE, Reason.WEAK_EVIDENCE} <= set(borne_out.reasons)
    elsewhere = build.draft().model_copy(update={"article_ids": ("refund-times",)})
    for draft in (None, elsewhere):
        alone = decide(understanding=doubtful, draft=draft, answerable=0.1)
        assert alone.decision is Decision.HANDOFF
        assert {Reason.OUT_OF_SCOPE, Reason.NO_EVIDENCE} <= set(alone.reasons)


def test_an_answer_in_another_language_than_the_question_goes_to_a_person() -> None:
    """A brand that answers in two languages has no article in one of them: the other's was sent by itself."""
    brand = build.BRAND.model_copy(update={"answers_in": ("en", "de")})
    both = build.pack().model_copy(update={"brand": brand})
    asked = build.understanding(language="de")
    assert Reason.LANGUAGE in decide(asked, pack=both).reasons
    assert decide(asked, pack=both, draft=GOOD.model_copy(update={"language": "de"})).decision is Decision.AUTO_REPLY
