"""A wrong article: its replies are found, taken back where that can be, corrected by a person, and kept as cases."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.adapters.channels.file_drop import FileDrop
from assistant.desk.act import act
from assistant.desk.outbox import deliver_due, retract_due
from assistant.desk.review import ReviewRequest, review
from assistant.domain.conversation import Reply, ReplyState
from assistant.domain.draft import Citation, Claim, Draft
from assistant.domain.mention import Author, Mention
from assistant.domain.recall import Way
from assistant.domain.retraction import RetractionState
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import ClaimKind, ConversationState, Decision, Disposition, Reason
from assistant.errors import ChannelUnavailable, IndexAway, InputInvalid
from assistant.evals.case import Case
from assistant.ports import Channel, Respond, Store
from assistant.workflows.recall import blast_radius, parse_target, recall
from tests.builders import an_article
from tests.desk_builders import DISCLOSURE, NOW, SetClock, make_mention, make_pack, make_turn
from tests.stores import new_store

PACK = make_pack().model_copy(update={"articles": (an_article("bag-size"),)})
WRONG = "A cabin bag may measure 60 x 40 x 20 cm."
RIGHT = "A cabin bag may measure 55 x 40 x 20 cm."


@pytest.fixture
def store() -> Iterator[Store]:
    opened = new_store()
    yield opened
    opened.close()


class Fixed:
    """A channel that posts and never takes back."""

    name = "x"

    def __init__(self) -> None:
        self.posted: list[str] = []

    def send(self, reply: Reply) -> str:
        self.posted.append(reply.text)
        return reply.delivery_key

    def find(self, delivery_key: str) -> str | None:
        return None


class Away(Fixed):
    """One that takes back, the first time that it can be reached: not at once."""

    away = True

    @property
    def retracts(self) -> bool:
        return True

    def retract(self, reply: Reply) -> None:
        if self.away:
            raise ChannelUnavailable("no route to host")


def drafted(text: str, version: int) -> Draft:
    cited = Citation(passage_id=f"bag-size@{version}#0", article_id="bag-size", version=version, quote=text)
    claims = (
        Claim(text=text, kind=ClaimKind.FACT, citations=(cited,)),
        Claim(text=DISCLOSURE, kind=ClaimKind.DISCLOSURE),
    )
    said = " ".join(claim.text for claim in claims)
    return Draft(text=said, claims=claims, drafter="extractive", language="en", article_ids=("bag-size",))


async def corrected(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
    return [make_turn(mention, draft=drafted(RIGHT, 2), ms=2.0) for mention in mentions]


def answered(
    store: Store, number: int, channel: Channel, *, version: int = 1, followers: int = 0, certified: bool = False
) -> str:
    """A reply that went out by itself; its id. `certified`: its label counts for a certificate."""
    mention = make_mention(str(number), handle=f"h{number}").model_copy(
        update={"author": Author(handle=f"h{number}", followers=followers)}
    )
    with store.begin() as tx:
        tx.take_in(mention, at=NOW)
        turn = make_turn(mention, draft=drafted(WRONG, version))
        if certified:
            turn = turn.model_copy(update={"route": turn.route.model_copy(update={"candidate": True, "score": 0.9})})
        record = act(tx, turn, pack=PACK, at=NOW)
    assert deliver_due(store, {"x": channel}, brand_id="skylark", clock=SetClock()).sent == 1
    return f"r-{record.id}"


def writes_again(store: Store, number: int) -> None:
    with store.begin() as tx:
        tx.take_in(make_mention(f"{number}-again", handle=f"h{number}", text="I bought that bag"), at=NOW)


async def recalled(
    store: Store, channel: Channel, cases: list[Case], respond: Respond = corrected
) -> list[tuple[str, Way]]:
    found = await recall(
        "bag-size",
        1,
        store=store,
        channels={"x": channel},
        respond=respond,
        pack=PACK,
        clock=SetClock(NOW + timedelta(hours=3)),
        agent="ann",
        keep_cases=cases.extend,
    )
    return [(one.reply_id, one.way) for one in found.replies]


def tried(store: Store, channel: Channel, after: timedelta = timedelta()) -> int:
    """How many the outbox tried to take off their network."""
    clock = SetClock(NOW + timedelta(hours=3) + after)
    return retract_due(store, {"x": channel}, brand_id="skylark", clock=clock)


def test_a_dry_run_finds_them_and_changes_nothing(store: Store) -> None:
    channel = Fixed()
    quiet, acted = answered(store, 1, channel, followers=900), answered(store, 2, channel)
    answered(store, 3, channel, version=7)
    writes_again(store, 2)
    clock = SetClock(NOW + timedelta(hours=3))
    found = blast_radius("bag-size", 1, store=store, channels={"x": channel}, pack=PACK, clock=clock)
    assert [(one.reply_id, one.acted, one.reach, one.age_hours, one.way) for one in found.replies] == [
        (acted, True, 0, 3.0, Way.CORRECT),
        (quiet, False, 900, 3.0, Way.CORRECT),
    ]
    with store.read() as look:
        assert look.reply(quiet).state is ReplyState.SENT
    early = SetClock(NOW + timedelta(days=5))
    assert not blast_radius("bag-size", 1, store=store, channels={}, pack=PACK, clock=early, days=1).replies


@pytest.mark.anyio
async def test_what_was_recalled_counts_as_an_error(store: Store) -> None:
    channel = Fixed()
    wrong, other = answered(store, 1, channel, certified=True), answered(store, 2, channel, version=7, certified=True)
    await recalled(store, channel, [])
    with store.read() as look:
        labels = [look.label(look.reply(each).turn_id) for each in (wrong, other)]
    assert [(label.error, label.why, label.by) for label in labels if label is not None] == [
        (True, "it stood on bag-size@1", "ann"),
        (None, "", ""),
    ]


@pytest.mark.anyio
async def test_where_it_can_be_it_is_taken_back(store: Store, tmp_path: Path) -> None:
    channel = FileDrop("x", tmp_path)
    reply_id, cases = answered(store, 1, channel), list[Case]()
    assert await recalled(store, channel, cases) == [(reply_id, Way.PULL_BACK)]
    assert len((tmp_path / "x.jsonl").read_text().splitlines()) == 1  # nothing but the outbox speaks to a network
    assert (tried(store, channel), tried(store, channel)) == (1, 0)
    assert '"retracted"' in (tmp_path / "x.jsonl").read_text().splitlines()[-1]
    with store.read() as look:
        reply = look.reply(reply_id)
        (talk,) = look.conversations(brand_id="skylark")
        turn = look.detail(talk.id).turns[-1].turn
    assert reply.state is ReplyState.RECALLED
    assert (talk.state, talk.decision) == (ConversationState.OPEN, Decision.REVIEW)
    assert talk.due_at is not None
    assert Reason.RECALLED in turn.route.reasons
    assert turn.draft is not None
    assert turn.draft.text == f"{RIGHT} {DISCLOSURE}"
    assert [case.assertions[0].value for case in cases] == [[WRONG]]


@pytest.mark.anyio
async def test_where_it_can_not_a_person_sends_the_correction(store: Store) -> None:
    channel = Fixed()
    reply_id = answered(store, 1, channel)
    assert await recalled(store, channel, []) == [(reply_id, Way.CORRECT)]
    assert tried(store, channel) == 0
    assert deliver_due(store, {"x": channel}, brand_id="skylark", clock=SetClock(NOW + timedelta(hours=4))).sent == 0
    with store.begin() as tx:
        (talk,) = tx.conversations(brand_id="skylark")
        record = tx.detail(talk.id).turns[-1]
        request = ReviewRequest(
            turn_id=record.id, seen_version=talk.version, disposition=Disposition.ACCEPTED, agent="ann"
        )
        review(tx, request, pack=PACK, passages=(), at=NOW + timedelta(hours=4))
    assert deliver_due(store, {"x": channel}, brand_id="skylark", clock=SetClock(NOW + timedelta(hours=5))).sent == 1
    assert channel.posted[1].startswith(f"We have to correct our earlier answer. {RIGHT}")


@pytest.mark.anyio
async def test_again_finds_nothing_left_to_do(store: Store) -> None:
    channel = Fixed()
    answered(store, 1, channel)
    assert len(await recalled(store, channel, [])) == 1
    assert await recalled(store, channel, []) == []


@pytest.mark.anyio
async def test_what_was_recalled_before_an_interruption_keeps_its_cases(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next run finds only what is left, so they were never kept."""
    monkeypatch.setattr("assistant.workflows.recall.AT_ONCE", 1)
    channel, cases, asked = Fixed(), list[Case](), list[str]()
    for number in (1, 2):
        answered(store, number, channel)

    async def once(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        asked.extend(mention.id for mention in mentions)
        if len(asked) > 1:
            raise IndexAway("the index is away")
        return await corrected(mentions)

    with pytest.raises(IndexAway):
        await recalled(store, channel, cases, respond=once)
    await recalled(store, channel, cases)
    assert len({case.id for case in cases}) == 2


@pytest.mark.anyio
async def test_a_channel_that_is_away_is_asked_again(store: Store) -> None:
    channel = Away()
    reply_id = answered(store, 1, channel)
    assert await recalled(store, channel, []) == [(reply_id, Way.PULL_BACK)]
    assert tried(store, channel) == 1
    channel.away = False
    assert tried(store, channel, timedelta(minutes=1)) == 1
    with store.read() as look:
        asked, (talk,) = look.retraction(reply_id), look.conversations(brand_id="skylark")
        told = [note.text for note in look.notes(talk.id)]
    assert asked is not None
    assert (asked.state, asked.asked_by, asked.why) == (RetractionState.DONE, "ann", "it stood on bag-size@1")
    assert told == [
        "Our answer stood on bag-size@1, which was recalled, and is being taken off x.",
        "x: our answer was taken off.",
    ]


@pytest.mark.parametrize("target", ["bag-size", "@1", "bag-size@", "bag-size@one", "bag-size@-1", ""])
def test_a_target_names_article_and_version(target: str) -> None:
    with pytest.raises(InputInvalid, match="ARTICLE@VERSION"):
        parse_target(target)
    assert parse_target("a@b@3") == ("a@b", 3)


def told_by_a_person(store: Store, number: int, channel: Channel, text: str) -> None:
    """A draft that an agent made into something else, and that went out."""
    turn = make_turn(make_mention(str(number), handle=f"h{number}"), Decision.REVIEW, draft=drafted(WRONG, 1))
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        record = act(tx, turn, pack=PACK, at=NOW)
        version = tx.conversation(record.conversation_id).version
        request = ReviewRequest(
            turn_id=record.id, seen_version=version, disposition=Disposition.EDITED, text=text, agent="ann"
        )
        review(tx, request, pack=PACK, passages=(), at=NOW)
    assert deliver_due(store, {"x": channel}, brand_id="skylark", clock=SetClock(NOW + timedelta(hours=1))).sent == 1


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("Please ask us again on Monday, we are checking all our sizes and will put them right by then.", False),
        (f"Hi there, good question, I looked it up for you in our rules just now: {WRONG} Have a lovely trip.", True),
    ],
)
def test_what_an_agent_sent_stands_on_the_article_where_its_sentence_is_still_in_it(
    store: Store, text: str, *, stands: bool
) -> None:
    told_by_a_person(store, 1, Fixed(), text)
    found = blast_radius("bag-size", 1, store=store, channels={}, pack=PACK, clock=SetClock(NOW + timedelta(hours=2)))
    assert bool(found.replies) is stands
