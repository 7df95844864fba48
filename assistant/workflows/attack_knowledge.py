"""Run attacks on the knowledge base: each on a pack and an index of its own, nothing stored, nothing sent."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from assistant.desk.intake import parse_mention
from assistant.domain.brand import Pack
from assistant.domain.turn import Turn
from assistant.evals.attack import Attack, AttackCase, AttackScore, attacked, judge
from assistant.ports import Answer, Embedder, Library
from assistant.workflows.build_index import build_index


async def attack_knowledge(
    cases: Sequence[AttackCase],
    *,
    pack: Pack,
    embedder: Embedder,
    new_index: Callable[[], Library],
    answer_with: Callable[[Pack, Library], Answer],
    today: date,
    progress: Callable[[int], None],
) -> Sequence[AttackScore]:
    """Every case under every attack, scored by rule."""
    scores: list[AttackScore] = []
    for case in cases:
        turns: dict[Attack, Turn] = {}
        for attack in Attack:
            changed = attacked(pack, case, attack, today=today)
            index = new_index()
            build_index(changed, embedder=embedder, index=index, on=today, progress=lambda done, total: None)
            fields: Mapping[str, object] = {"id": case.id, "text": case.message, "channel": case.channel}
            mention = parse_mention(fields, pack=pack, default_channel=None, position=case.id)
            (turns[attack],) = await answer_with(changed, index)([mention])
            progress(1)
        scores.extend(judge(case, turns))
    return scores
