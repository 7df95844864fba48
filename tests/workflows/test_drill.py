"""A fire drill on the real desk, watch and ladders; only the thinking is by keyword."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import pytest

from assistant.desk.automation import release
from assistant.desk.intake import parse_mention
from assistant.desk.outbox import deliver_due
from assistant.desk.triage import resolve
from assistant.domain.agents import LadderStep, OnCall
from assistant.domain.brand import Pack
from assistant.domain.drill import Drill, DrillPost, DrillReport, MomentKind
from assistant.domain.escalation import EscalationKind
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import ConversationState, Decision, Reason, Sentiment
from assistant.errors import Ended
from assistant.ports import Respond
from assistant.workflows.answer import answer
from assistant.workflows.drill import Hands, play
from assistant.workflows.hold_souring import hold_souring
from tests.desk.test_outbox import Network
from tests.desk_builders import NOW, make_pack, make_turn, make_understanding
from tests.stores import new_store

TOPIC = make_pack().intents[0].topic
USUAL: Sequence[Mapping[str, object]] = [{"text": "thanks"}, {"text": "hm"}, {"text": "a question"}]


def post(minute: int, text: str, *decision: Decision) -> DrillPost:
    handle = f"@{text}{minute}".replace(" ", "")
    allowed = decision or (Decision.REVIEW, Decision.HANDOFF)
    return DrillPost(minute=minute, channel="x", handle=handle, followers=100, text=text, decision=allowed)


def by_word(mentions: Sequence[Mention]) -> Sequence[Turn]:
    """`angry` is negative and for review, `bag` answered, `spam` ignored, anything else is reviewed."""
    return [_turn(mention) for mention in mentions]


def _turn(mention: Mention) -> Turn:
    words = {"bag": Decision.AUTO_REPLY, "spam": Decision.NO_REPLY, "hurt": Decision.HANDOFF}
    decision = next((words[word] for word in words if word in mention.text), Decision.REVIEW)
    turn = make_turn(mention, decision)
    sentiment = Sentiment.NEGATIVE if "angry" in mention.text else Sentiment.NEUTRAL
    read = make_understanding().model_copy(update={"sentiment": sentiment, "intent": make_pack().intents[0].id})
    return turn.model_copy(update={"understanding": read})


async def respond(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
    return by_word(mentions)


def drill(*posts: DrillPost, **more: object) -> Drill:
    return Drill.model_validate(
        {"name": "Storm", "begins": NOW, "usual_per_hour": 2, "hold_within_minutes": 5, "posts": posts, **more}
    )


async def played(
    scenario: Drill,
    *,
    pack: Pack | None = None,
    by: Respond = respond,
    progress: Callable[[int], None] = lambda steps: None,
) -> DrillReport:
    brand, store = pack or make_pack(), new_store()

    def parse(row: Mapping[str, object], position: str) -> Mention:
        return parse_mention({"channel": "x", **row}, pack=brand, position=position)

    try:
        return await play(
            scenario,
            store=store,
            respond=by,
            hands=Hands(NOW),
            pack=brand,
            parse=parse,
            usual=USUAL,
            progress=progress,
        )
    finally:
        store.close()


def storm(count: int) -> list[DrillPost]:
    return [post(0, f"angry {number}") for number in range(count)]


async def test_a_topic_that_upsets_many_is_held_and_its_people_are_told() -> None:
    report = await played(drill(*storm(8), topics=[TOPIC], tell=["baggage"]))
    held = [moment for moment in report.moments if moment.kind is MomentKind.HELD]
    assert [(moment.minute, moment.said) for moment in held] == [(0, TOPIC)]
    assert [goal.met for goal in report.goals] == [True] * len(report.goals), report.goals
    assert report.passed


async def test_it_can_be_ended_before_its_first_minute() -> None:
    thought_about: list[str] = []

    async def watched(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        thought_about.extend(mention.id for mention in mentions)
        return by_word(mentions)

    def end(steps: int) -> None:
        raise Ended("sue")

    with pytest.raises(Ended, match="sue ended it"):
        await played(drill(*storm(3)), by=watched, progress=end)
    assert thought_about == []


async def test_calm_mail_holds_nothing() -> None:
    report = await played(drill(post(0, "a question"), post(1, "another question")))
    assert report.passed
    assert not [moment for moment in report.moments if moment.kind in {MomentKind.HELD, MomentKind.TOLD}]


async def test_a_false_alarm_fails_a_drill_that_wants_none() -> None:
    report = await played(drill(*storm(8), topics=[]))
    assert {goal.name: goal.met for goal in report.goals}["nothing is put on hold that is not ours"] is False


async def test_wrong_words_and_wrong_silence_are_named() -> None:
    report = await played(drill(post(0, "bag"), post(1, "spam"), post(2, "hm", Decision.HANDOFF)))
    said = {goal.name: (goal.met, goal.said) for goal in report.goals}
    assert said["no wrong automatic reply"] == (False, "1 of 3 posts, 100 followers")
    assert said["nobody who must be heard is left alone"] == (False, "1 of 3")
    assert said["a person takes over where nothing else will do"] == (False, "0 of 1")
    assert not report.passed
    assert [each.right for each in report.played] == [False, False, False]


async def test_a_hold_keeps_the_pipeline_from_answering() -> None:
    """What the drill holds is what routing reads: the state of the drill's own store."""
    store, brand, hands = new_store(), make_pack(), Hands(NOW)

    async def obeying(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        with store.read() as look:
            held = look.automation(brand.brand.id).holds_back(TOPIC)
        turns = by_word(mentions)
        return [_held(turn) if held and turn.route.decision is Decision.AUTO_REPLY else turn for turn in turns]

    def parse(row: Mapping[str, object], position: str) -> Mention:
        return parse_mention({"channel": "x", **row}, pack=brand, position=position)

    scenario = drill(*storm(8), post(1, "bag"), topics=[TOPIC])
    report = await play(scenario, store=store, respond=obeying, hands=hands, pack=brand, parse=parse, usual=USUAL)
    store.close()
    assert report.played[-1].decision is Decision.REVIEW


def _held(turn: Turn) -> Turn:
    route = turn.route.model_copy(update={"decision": Decision.REVIEW, "reasons": (Reason.HELD,)})
    return turn.model_copy(update={"route": route})


async def test_the_next_of_the_ladder_hears_of_it_when_the_first_is_away() -> None:
    team = make_pack().queues.by_topic.get(TOPIC) or make_pack().queues.default
    steps = (LadderStep(who="first", acknowledge_minutes=2), LadderStep(who="second", acknowledge_minutes=2))
    pack = make_pack().model_copy(update={"on_call": OnCall(ladders={team: steps})})
    report = await played(
        drill(*storm(8), topics=[TOPIC], tell=[team], away=["first"], hold_within_minutes=9), pack=pack
    )
    told = [moment.said for moment in report.moments if moment.kind is MomentKind.TOLD]
    seen = [moment.said for moment in report.moments if moment.kind is MomentKind.SEEN]
    assert told == [f"first ({team})", f"second ({team})"]
    assert seen == [f"second ({team})"]
    assert report.passed


@pytest.mark.parametrize(("hours", "again"), [(1, ()), (7, (TOPIC,))])
async def test_what_a_person_released_is_left_alone_for_a_while(hours: int, again: tuple[str, ...]) -> None:
    store, pack, hands = new_store(), make_pack(), Hands(NOW)

    async def come(at_hour: int, text: str = "angry", count: int = 9) -> None:
        hands.at = NOW + timedelta(hours=at_hour)
        rows = [
            {"id": f"{at_hour}-{n}", "text": text, "channel": "x", "author": {"handle": f"@{at_hour}{n}"}}
            for n in range(count)
        ]
        mentions = [parse_mention(row, pack=pack, position="row") for row in rows]
        await answer(mentions, store=store, respond=respond, pack=pack, clock=hands)

    await come(-3, "a question", 24)
    await come(0)
    assert hold_souring(store, pack=pack, clock=hands) == (TOPIC,)
    assert hold_souring(store, pack=pack, clock=hands) == ()
    with store.begin() as tx:
        release(tx, pack.brand.id, scope=TOPIC, by="Ana", at=hands.at)
    hands.at = NOW + timedelta(hours=hours)
    with store.begin() as tx:
        assert not tx.automation(pack.brand.id).holds
    await come(hours)
    assert hold_souring(store, pack=pack, clock=hands) == again
    store.close()


@pytest.mark.parametrize("settled", ["angry bag", "angry spam"])
async def test_who_is_in_charge_is_told_of_a_hold_while_no_conversation_waits(settled: str) -> None:
    """All of it was answered by itself, or asked for no answer."""
    store, pack, hands = new_store(), make_pack(), Hands(NOW - timedelta(hours=3))
    for text, count in (("a question", 24), (settled, 9)):
        rows = [
            {"id": f"{text}-{n}", "text": text, "channel": "x", "author": {"handle": f"@{text[:5]}{n}"}}
            for n in range(count)
        ]
        mentions = [parse_mention(row, pack=pack, position="row") for row in rows]
        await answer(mentions, store=store, respond=respond, pack=pack, clock=hands)
        with store.begin() as tx:
            for talk in tx.conversations(brand_id=pack.brand.id, states=[ConversationState.OPEN], limit=100):
                resolve(tx, talk.id, seen=talk.version, agent="Ana", pack=pack, at=hands.at)
        hands.at = NOW
    hands.at = NOW + timedelta(minutes=1)
    deliver_due(store, {"x": Network()}, brand_id=pack.brand.id, clock=hands)
    assert hold_souring(store, pack=pack, clock=hands) == (TOPIC,)
    with store.read() as look:
        (told,) = look.escalations(brand_id=pack.brand.id, limit=10)
        about = look.triage(told.conversation_id)
    assert told.kind is EscalationKind.AUTOMATION_STOPPED
    assert about.conversation.preview == settled
    store.close()


async def test_a_desk_that_has_just_begun_knows_no_pace_and_holds_nothing() -> None:
    store, pack, hands = new_store(), make_pack(), Hands(NOW)
    rows = [{"id": str(n), "text": "angry", "channel": "x", "author": {"handle": f"@{n}"}} for n in range(30)]
    mentions = [parse_mention(row, pack=pack, position="row") for row in rows]
    await answer(mentions, store=store, respond=respond, pack=pack, clock=hands)
    assert hold_souring(store, pack=pack, clock=hands) == ()
    store.close()


async def test_a_small_topic_that_sours_is_held_among_many_busier_ones() -> None:
    names = [f"t{number}" for number in range(9)]
    (first,) = make_pack().intents
    intents = tuple(first.model_copy(update={"id": name, "topic": name}) for name in names)
    store, pack, hands = new_store(), make_pack().model_copy(update={"intents": intents}), Hands(NOW)

    async def by_name(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        turns = []
        for mention, turn in zip(mentions, by_word(mentions), strict=True):
            assert turn.understanding is not None
            read = turn.understanding.model_copy(update={"intent": mention.text.split()[0]})
            turns.append(turn.model_copy(update={"understanding": read}))
        return turns

    async def come(at_hour: int, texts: Sequence[str]) -> None:
        hands.at = NOW + timedelta(hours=at_hour)
        rows = [
            {"id": f"{at_hour}-{n}", "text": text, "channel": "x", "author": {"handle": f"@{at_hour}-{n}"}}
            for n, text in enumerate(texts)
        ]
        mentions = [parse_mention(row, pack=pack, position="row") for row in rows]
        await answer(mentions, store=store, respond=by_name, pack=pack, clock=hands)

    await come(-3, [f"{name} calm" for name in names for _ in range(3)])
    await come(0, [*(f"{name} calm" for name in names[:-1] for _ in range(20)), *["t8 angry"] * 6])
    assert hold_souring(store, pack=pack, clock=hands) == ("t8",)
    store.close()


async def test_one_person_who_writes_again_and_again_sours_no_topic() -> None:
    store, pack, hands = new_store(), make_pack(), Hands(NOW)

    async def come(at_hour: int, texts: Sequence[str], handle: str) -> None:
        hands.at = NOW + timedelta(hours=at_hour)
        for n, text in enumerate(texts):
            author = {"handle": handle.format(n)}
            row = {"id": f"{handle}-{n}", "text": text, "channel": "email", "author": author}
            mention = parse_mention(row, pack=pack, position="row")
            await answer([mention], store=store, respond=respond, pack=pack, clock=hands)

    await come(-3, ["calm"] * 21, "@calm{}")
    await come(0, [f"angry {n}" for n in range(6)], "@one")
    assert hold_souring(store, pack=pack, clock=hands) == ()
    await come(0, ["angry"] * 4, "@many{}")
    assert hold_souring(store, pack=pack, clock=hands) == (TOPIC,)
    store.close()


async def test_a_brand_may_do_without() -> None:
    pack = make_pack()
    automation = pack.automation.model_copy(update={"hold_souring": False})
    report = await played(drill(*storm(8), topics=[TOPIC]), pack=pack.model_copy(update={"automation": automation}))
    assert not report.passed
    assert report.goals[0].said == "never put on hold"
