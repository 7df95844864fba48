"""An article was wrong: find every reply that stood on it, take back what can be, and have the rest corrected."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from assistant.desk.recall import acted_on, take_back
from assistant.domain.brand import Pack
from assistant.domain.mention import Mention
from assistant.domain.recall import Recall, Recalled, Used, Way
from assistant.domain.turn import Turn
from assistant.errors import InputInvalid, NotFound
from assistant.evals.case import Case
from assistant.evals.harvest import regression_case
from assistant.ports import Channel, Clock, Respond, Store
from assistant.workflows.pull_back import can_retract

AT_ONCE = 32
"""Corrections that share one embedding call, and at most what an interruption leaves to the next run."""
DAYS = 90
"""How far back replies are looked for unless told."""

log = structlog.get_logger()


def parse_target(target: str) -> tuple[str, int]:
    """`ARTICLE@VERSION` as its two parts. Raises `InputInvalid`."""
    article_id, at_sign, version = target.rpartition("@")
    if not at_sign or not article_id or not version.isdecimal():
        raise InputInvalid(f"{target!r}: give ARTICLE@VERSION")
    return article_id, int(version)


def blast_radius(
    article_id: str,
    version: int,
    *,
    store: Store,
    channels: Mapping[str, Channel],
    pack: Pack,
    clock: Clock,
    days: int = DAYS,
) -> Recall:
    """Every reply that stood on that version, and what would be done about it; nothing is changed.

    Raises `NotFound` for an article nobody knows.
    """
    uses = _uses(article_id, version, store=store, pack=pack, since=clock() - timedelta(days=days))
    with store.read() as look:
        acted = {used.reply.id: acted_on(look.detail(used.reply.conversation_id), used) for used in uses}
    found = [_recalled(used, channels, acted=acted[used.reply.id], at=clock()) for used in uses]
    return Recall(article_id=article_id, version=version, applied=False, replies=_sorted(found))


async def recall(
    article_id: str,
    version: int,
    *,
    store: Store,
    channels: Mapping[str, Channel],
    respond: Respond,
    pack: Pack,
    clock: Clock,
    agent: str,
    days: int = DAYS,
    keep_cases: Callable[[Sequence[Case]], object] = len,
) -> Recall:
    """Do it: the outbox is asked to take each reply off where its channel can, its conversation opens with a correction
    that waits for a person, and its question becomes a regression case, unless all of it still holds. A second run
    finds only what the first didn't.

    The knowledge must be right before: corrections are drafted from what the index holds now.
    """
    since = clock() - timedelta(days=days)
    uses = await asyncio.to_thread(_uses, article_id, version, store=store, pack=pack, since=since)
    now = pack.articles_by_id.get(article_id)
    article, done = f"{article_id}@{version}", list[Recalled]()
    cases: dict[str, Case] = {}
    for start in range(0, len(uses), AT_ONCE):
        batch = uses[start : start + AT_ONCE]
        turns = await respond([await asyncio.to_thread(_mention, store, used) for used in batch])
        new: dict[str, Case] = {}
        for used, turn in zip(batch, turns, strict=True):
            one = await asyncio.to_thread(
                _one, used, turn, article=article, store=store, channels=channels, pack=pack, at=clock(), by=agent
            )
            done.append(one)
            if case := regression_case(used.record, article_id=article_id, version=version, now=now):
                new.setdefault(case.id, case)
        await asyncio.to_thread(keep_cases, list(new.values()))
        cases |= new
    log.info("article_recalled", article=article, replies=len(done))
    return Recall(
        article_id=article_id,
        version=version,
        applied=True,
        replies=_sorted(done),
        regression_cases=tuple(cases),
    )


def _mention(store: Store, used: Used) -> Mention:
    with store.read() as look:
        return look.mention(used.record.turn.mention_id)


def _one(
    used: Used,
    turn: Turn,
    *,
    article: str,
    store: Store,
    channels: Mapping[str, Channel],
    pack: Pack,
    at: datetime,
    by: str,
) -> Recalled:
    planned = _recalled(used, channels, acted=False, at=at)
    can_delete = planned.way is Way.PULL_BACK
    with store.begin() as tx:
        kept = take_back(tx, used, turn, article=article, can_delete=can_delete, pack=pack, agent=by, at=at)
    return planned.model_copy(update={"acted": kept.acted, "correction": kept.record.id if kept.record else None})


def _uses(article_id: str, version: int, *, store: Store, pack: Pack, since: datetime) -> Sequence[Used]:
    """Raises `NotFound` where nobody knows the article: a slip of the pen mustn't read as all clear."""
    with store.read() as look:
        found = look.uses_of(article_id, version, brand_id=pack.brand.id, since=since)
        known = article_id in pack.articles_by_id or look.article_versions(pack.brand.id, article_id=article_id)
    if not found and not known:
        raise NotFound("article", article_id)
    return found


def _recalled(used: Used, channels: Mapping[str, Channel], *, acted: bool, at: datetime) -> Recalled:
    reply, record = used.reply, used.record
    can = can_retract(channels, reply.channel)
    return Recalled(
        reply_id=reply.id,
        conversation_id=reply.conversation_id,
        turn_id=record.id,
        channel=reply.channel,
        answered_at=record.created_at,
        age_hours=round((at - record.created_at) / timedelta(hours=1), 2),
        automated=reply.automated,
        reach=record.turn.mention.author.followers,
        acted=acted,
        way=Way.PULL_BACK if can else Way.CORRECT,
    )


def _sorted(found: Sequence[Recalled]) -> tuple[Recalled, ...]:
    return tuple(sorted(found, key=lambda one: (not one.acted, -(one.reach or 0), one.answered_at)))
