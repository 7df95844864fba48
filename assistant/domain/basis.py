"""What a draft stands on, and what of it changed since: a stale draft is never sent. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from pydantic import Field

from assistant.domain.automation import Step
from assistant.domain.brand import Pack
from assistant.domain.certificate import Proof
from assistant.domain.incident import Incident, open_at
from assistant.domain.turn import Turn
from assistant.domain.value import Value


class World(Value):
    """What is true outside the conversation: article versions by id, open incidents, the charts' fingerprint.

    `proof` says what is certified; without it certificates aren't compared. `ramp_start` is where the pack lets slices
    stand that nobody moved.
    """

    articles: Mapping[str, int] = Field(default_factory=dict)
    incidents: tuple[Incident, ...] = ()
    charts: str = ""
    proof: Proof | None = None
    ramp_start: Step = Step.ALL


class MentionChange(Value):
    """What became of a message after it was taken in: its newest words, or that it is gone.

    `version` counts the changes from 1; a message as it was taken in is version 0.
    """

    mention_id: str
    version: int
    text: str | None
    deleted: bool
    at: datetime


class Basis(Value):
    """Everything one draft depends on, as it was when the draft was written.

    `also` are earlier messages of the same burst with their versions. `articles` are the cited ones with version;
    `incidents` those open on its subject; `reply_until` is the end of the channel's reply window, None where it has
    none. `own_words`: a person wrote it, and only the conversation counts.
    """

    turn_id: str
    conversation_id: str
    brand_id: str
    mention_id: str
    mention_version: int = 0
    newest_mention_id: str
    also: Mapping[str, int] = Field(default_factory=dict)
    owner: str | None = None
    articles: Mapping[str, int] = Field(default_factory=dict)
    incidents: tuple[str, ...] = ()
    topic: str | None = None
    intent: str | None = None
    charts: str = ""
    reply_until: datetime | None = None
    own_words: bool = False


def basis_of(
    turn: Turn, *, turn_id: str, conversation_id: str, newest_mention_id: str, owner: str | None, pack: Pack
) -> Basis:
    """What the turn's draft stands on; `newest_mention_id` is the last message it took into account."""
    mention, understood = turn.mention, turn.understanding
    situation = understood.situation if understood else None
    channel = pack.channel(mention.channel)
    window = channel.reply_window_minutes if channel else None
    until = mention.created_at + timedelta(minutes=window) if window and mention.created_at else None
    return Basis(
        turn_id=turn_id,
        conversation_id=conversation_id,
        brand_id=mention.brand_id,
        mention_id=mention.id,
        newest_mention_id=newest_mention_id,
        owner=owner,
        articles=_cited(turn),
        incidents=situation.incidents if situation else (),
        topic=situation.topic if situation else None,
        intent=understood.intent if understood else None,
        charts=turn.versions.get("charts", ""),
        reply_until=until,
    )


def _cited(turn: Turn) -> Mapping[str, int]:
    if turn.draft is None:
        return {}
    found = {ref.article_id: ref.version for ref in turn.evidence if ref.article_id in turn.draft.article_ids}
    quoted = {cited.article_id: cited.version for claim in turn.draft.claims for cited in claim.citations}
    return found | quoted


def world_of(pack: Pack, *, charts: str, at: datetime, proof: Proof | None = None) -> World:
    """The world as the pack has it at that moment, in the brand's own day."""
    today = pack.brand.day(at)
    articles = {article.id: article.version for article in pack.articles if article.is_current(today)}
    incidents = open_at(pack.incidents, at)
    start = pack.automation.ramp_start
    return World(articles=articles, incidents=incidents, charts=charts, proof=proof, ramp_start=start)


def changes(
    basis: Basis,
    world: World | None,
    *,
    change: MentionChange | None,
    newest_mention_id: str,
    owner: str | None,
    at: datetime,
) -> tuple[str, ...]:
    """What differs now, a sentence each for people; none means the draft may go out. No `world`: it isn't compared."""
    of_message = _of_message(basis, change, newest_mention_id, owner)
    return (*of_message, *(_of_world(basis, world) if world and not basis.own_words else ()), *_of_time(basis, at))


def _of_message(basis: Basis, change: MentionChange | None, newest_mention_id: str, owner: str | None) -> Iterator[str]:
    if change is not None and change.deleted:
        yield "The message was deleted."
    elif change is not None and change.version != basis.mention_version:
        yield "The message was edited."
    if newest_mention_id != basis.newest_mention_id:
        yield "A newer message came in this conversation."
    if owner != basis.owner:
        yield f"The conversation belongs to {owner or 'nobody'} now."


def _of_world(basis: Basis, world: World) -> Iterator[str]:
    for article, version in basis.articles.items():
        now = world.articles.get(article)
        if now is None:
            yield f"Article {article} is not valid any more."
        elif now != version:
            yield f"Article {article} is at version {now}, the draft used {version}."
    about = {each.id for each in world.incidents if each.touches(intent=basis.intent, topic=basis.topic)}
    if about != set(basis.incidents):
        yield f"Incidents changed: now {', '.join(sorted(about)) or 'none'} on this subject."
    if world.charts != basis.charts:
        yield "The triage charts changed."


def _of_time(basis: Basis, at: datetime) -> Iterator[str]:
    if basis.reply_until is not None and at >= basis.reply_until:
        yield "The channel's reply window has closed."
