"""Plants reviewer canaries: questions as customers ask them, answered by the pipeline, made wrong by rule."""

import asyncio
import random
from collections.abc import Callable, Sequence

from assistant.desk.canaries import plant
from assistant.desk.intake import parse_mention
from assistant.domain.brand import Pack
from assistant.domain.canary import Canary
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision, Tier
from assistant.evals.mutate import Mutated, mutations
from assistant.ports import Clock, Respond, Store

TRIED = 12
"""Questions tried for each canary wanted: not every one gets a draft that can be made wrong."""


async def plant_canaries(
    count: int,
    *,
    queue: str | None,
    store: Store,
    respond: Respond,
    pack: Pack,
    clock: Clock,
    new_id: Callable[[], str],
    seed: int,
) -> Sequence[Canary]:
    """Plant up to `count` wrong drafts, in one queue or wherever their questions belong; fewer where none fit.

    The questions are the pack's own examples: no customer's words are used, and no customer gets an answer.
    """
    draw = random.Random(seed)  # noqa: S311 - a choice, not a secret
    turns = await respond(_questions(pack, count * TRIED, draw, new_id))
    wrong = [(turn, made) for turn in turns if (made := _made_wrong(turn, draw)) and _fits(turn, queue)]
    return await asyncio.to_thread(_keep, wrong[:count], store=store, pack=pack, clock=clock)


def _questions(pack: Pack, count: int, draw: random.Random, new_id: Callable[[], str]) -> list[Mention]:
    asked = [text for intent in pack.intents if intent.tier is Tier.SELF_SERVE for text in intent.examples]
    channels = [channel for channel in pack.channels if channel.enabled]
    mentions: list[Mention] = []
    for text in draw.sample(asked, min(count, len(asked))):
        author = {"handle": f"user{draw.randrange(10_000, 1_000_000)}", "followers": draw.randrange(1, 400)}
        row = {"id": new_id(), "text": text, "channel": draw.choice(channels).name, "author": author}
        mentions.append(parse_mention(row, pack=pack, default_channel=None, position="canary"))
    return mentions


def _made_wrong(turn: Turn, draw: random.Random) -> Mutated | None:
    if turn.draft is None or turn.route.decision not in {Decision.AUTO_REPLY, Decision.REVIEW}:
        return None
    ways = mutations(turn.draft)
    return draw.choice(ways) if ways else None


def _fits(turn: Turn, queue: str | None) -> bool:
    return queue is None or turn.route.queue == queue


def _keep(wrong: Sequence[tuple[Turn, Mutated]], *, store: Store, pack: Pack, clock: Clock) -> Sequence[Canary]:
    """The findings stay those of the right draft: what the guardrails catch by themselves needs no reviewer."""
    at = clock()
    with store.begin() as tx:
        return [
            plant(
                tx,
                turn.model_copy(update={"draft": made.draft}),
                kind=made.kind,
                wrong=made.wrong,
                planted=made.planted,
                pack=pack,
                at=at,
            )
            for turn, made in wrong
        ]
