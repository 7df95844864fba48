"""Groups questions nobody's article answers, by meaning, the most asked first."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from assistant.domain.gaps import Asked, Gap
from assistant.ports import Vectors

ALIKE = 0.55
"""Least cosine between a question and the middle of its group, as MiniLM gives for questions on one subject."""
EXAMPLES = 5
"""Questions, answers and conversations named of one gap."""


def gaps(
    asked: Sequence[Asked], vectors: Vectors, *, at_least: int = 2, propose: Callable[[Gap], str] = lambda gap: ""
) -> tuple[Gap, ...]:
    """Groups of at least that many questions; `vectors` holds one unit row for each, `propose` writes the draft.

    Whoever asks the same thing twice in one conversation counts once. Every group is named by its questions, so a gap
    keeps its id while its most typical question stays the same.
    """
    once = {(each.conversation_id, each.text): place for place, each in enumerate(asked)}
    places = sorted(once.values())
    groups = _grouped([vectors[place] for place in places])
    made = [
        _gap([asked[places[member]] for member in members], vectors[[places[member] for member in members]])
        for members in groups
    ]
    wide = [gap for gap in made if gap.count >= at_least]
    ordered = sorted(wide, key=lambda gap: (-gap.count, -gap.last_at.timestamp(), gap.id))
    return tuple(gap.model_copy(update={"proposal": propose(gap)}) for gap in ordered)


def _grouped(rows: Sequence[Vectors]) -> list[list[int]]:
    """Each row joins the group whose middle is nearest, where it is near enough; then once more with all middles known,
    so that the order they came in matters little."""
    if not rows:
        return []
    matrix = np.stack(rows)
    sums, middles, begun = np.zeros_like(matrix), np.zeros_like(matrix), 0
    for row in matrix:
        place = _nearest(row, middles[:begun])
        if place is None:
            place, begun = begun, begun + 1
        sums[place] += row
        middles[place] = sums[place] / max(float(np.linalg.norm(sums[place])), 1e-9)
    groups: dict[int, list[int]] = {}
    for number, best in enumerate((matrix @ middles[:begun].T).argmax(axis=1).tolist()):
        groups.setdefault(best, []).append(number)
    return list(groups.values())


def _nearest(row: Vectors, middles: Vectors) -> int | None:
    if not len(middles):
        return None
    cosines = middles @ row
    best = int(cosines.argmax())
    return best if cosines[best] >= ALIKE else None


def _gap(members: Sequence[Asked], vectors: Vectors) -> Gap:
    order = np.argsort(-(vectors @ vectors.sum(axis=0)), kind="stable").tolist()
    typical = [members[place] for place in order]
    answers = tuple(dict.fromkeys(answer for each in typical for answer in each.answers))
    intents = Counter(each.intent for each in members if each.intent)
    nearest, times = Counter(each.nearest for each in members).most_common(1)[0]
    return Gap(
        id=hashlib.sha256(typical[0].text.encode("utf-8", "surrogatepass")).hexdigest()[:12],
        count=len(members),
        example=typical[0].text,
        questions=tuple(dict.fromkeys(each.text for each in typical))[:EXAMPLES],
        conversations=tuple(dict.fromkeys(each.conversation_id for each in typical))[:EXAMPLES],
        answers=answers[:EXAMPLES],
        intents=tuple(intent for intent, _ in intents.most_common(EXAMPLES)),
        nearest=nearest if 2 * times > len(members) else "",
        first_at=min(each.at for each in members),
        last_at=max(each.at for each in members),
    )
