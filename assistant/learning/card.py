"""The model card: what a person needs to trust a trained head, or to fix the examples behind it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.learning.card_page import (
    FEW,
    Bin,
    Card,
    Confusion,
    Doubt,
    LabelCard,
    LanguageCard,
    Own,
    Point,
    Scope,
    SuggestedThreshold,
    Validation,
)
from assistant.learning.change import Change, Paired, Verdicts, counted_alike, paired, verdicts
from assistant.learning.intents import FittedIntents, Material, Tested
from assistant.learning.rows import OOS, Example
from assistant.learning.statistics import auroc, clopper_pearson_upper, false_positive_rate, wilson
from assistant.ports import Vectors
from assistant.scoring.features import Floats
from assistant.scoring.wide import plain

WANTED_ERRORS = (0.01, 0.02, 0.05, 0.1)
_BOUND_CONFIDENCE = 0.95
_SAME = 0.92
"""Cosine from which two texts say the same thing to the model."""
_SURE = 0.85
"""Held-out confidence in another label from which an example's own label is doubted."""
_LISTED = 30
_SHOWN = 300
"""Characters of an example's text on the card."""
_BINS = 15


def make_card(
    examples: Sequence[Example],
    outside: Sequence[Example],
    labels: Sequence[str],
    material: Material,
    fitted: FittedIntents,
    *,
    fingerprint: str,
    embedder: str,
    repeated: int,
    own: float | None = None,
) -> Card:
    """The card of a head, from its cross-validated readings; rows of `examples` and `outside` are the material's.

    `own` is the least confidence the brand asks for.
    """
    tested = fitted.tested
    truth = material.labels[tested.rows]
    best = tested.log_probabilities.argmax(axis=1)
    confidence = np.exp(tested.log_probabilities.max(axis=1)) if len(best) else np.empty(0, np.float32)
    right = best == truth
    confusions = _confusions(examples, labels, tested, truth, best)
    doubtful = _doubtful(examples, labels, tested, truth, best, confidence)
    alike = _near_duplicates([*examples, *outside], np.vstack([material.vectors, material.oos_vectors]))
    return Card(
        fingerprint=fingerprint,
        embedder=embedder,
        n=len(examples),
        n_out_of_scope=len(material.oos_texts),
        n_tested=len(right),
        repeated=repeated,
        labels=_label_cards(labels, material, truth, right),
        accuracy=wilson(int(right.sum()), len(right)),
        calibration_error=calibration_error(confidence, right),
        reliability=reliability(confidence, right),
        confusions=confusions[:_LISTED],
        risk_coverage=risk_coverage(confidence, right),
        suggestions=tuple(suggest(confidence, right, wanted) for wanted in WANTED_ERRORS),
        own=from_own(confidence, right, own) if own is not None else None,
        scope=scope_of(tested.in_scope, right, tested.oos_in_scope, fitted.gate.threshold, real=tested.oos_is_real),
        few_examples=tuple(label for i, label in enumerate(labels) if (material.labels == i).sum() < FEW),
        doubtful=doubtful[:_LISTED],
        near_duplicates=alike[:_LISTED],
        listed={"confusions": len(confusions), "doubtful": len(doubtful), "near_duplicates": len(alike)},
    )


BY_EMBEDDER = "By meaning as far as the embedder {embedder} knows them, and by words, as far as the examples hold them."


def with_languages(card: Card, spoken: Sequence[str], right: Sequence[bool], *, by_meaning: frozenset[str]) -> Card:
    """The card with what works in each language: `spoken` and `right` of each held-out row.

    `by_meaning`: the languages the embedder reads by meaning; none named means whatever it knows.
    """
    counted: defaultdict[str, list[bool]] = defaultdict(list)
    for language, ok in zip(spoken, right, strict=True):
        counted[language].append(ok)
    ranked = sorted(counted.items(), key=lambda each: (-len(each[1]), each[0]))
    found = [(language, wilson(sum(each), len(each))) for language, each in ranked]
    parts = tuple(LanguageCard(language=language, recognised=share) for language, share in found if share is not None)
    said = card.languages if by_meaning else BY_EMBEDDER.format(embedder=card.embedder)
    return card.model_copy(update={"by_language": parts, "languages": said})


def held_verdicts(material: Material, labels: Sequence[str], fitted: FittedIntents) -> Mapping[str, Verdicts]:
    """Of each row that was held out, whether its label was read rightly, and whether it was with its scope too.

    `turned_away` are the verdicts on rows out of scope. `learnt` names every row there was to learn from.
    """
    tested, threshold = fitted.tested, fitted.gate.threshold
    texts = [material.texts[row] for row in tested.rows]
    truth = [labels[label] for label in material.labels[tested.rows]]
    best = [labels[place] for place in tested.log_probabilities.argmax(axis=1)]
    right = np.array([said == label for said, label in zip(best, truth, strict=True)], dtype=bool)
    kept, others = tested.in_scope >= threshold, list(material.oos_texts) if tested.oos_is_real else []
    turned_away = tested.oos_in_scope < threshold
    everything = [*material.texts, *material.oos_texts]
    named = [*(labels[label] for label in material.labels), *(OOS for _ in material.oos_texts)]
    return {
        "learnt": verdicts(everything, named, np.ones(len(everything), dtype=bool)),
        "intents": verdicts(texts, truth, right),
        "scope": verdicts(texts, truth, right & kept),
        "turned_away": verdicts(others, [OOS] * len(others), turned_away[: len(others)]),
    }


def change_of(
    old: Card, new: Card, *, before: Mapping[str, Verdicts], after: Mapping[str, Verdicts], checked: Paired | None
) -> Change:
    """The new model against the old one, by the verdicts on rows both held out and on validation rows."""
    same = {each.label for each in old.labels} == {each.label for each in new.labels}
    return Change(
        before=old.fingerprint,
        examples_before=old.n + old.n_out_of_scope,
        examples=new.n + new.n_out_of_scope,
        comparable=same and old.embedder == new.embedder,
        intents=paired(before.get("intents", {}), after["intents"]),
        scope=counted_alike(
            paired(before.get("scope", {}), after["scope"]),
            paired(before.get("turned_away", {}), after["turned_away"]),
        ),
        validation=checked,
    )


def validated(
    confidence: Floats,
    right: NDArray[np.bool_],
    inside: Floats,
    outside: Floats,
    *,
    threshold: float,
    unknown: set[str],
) -> Validation:
    """A head's figures on rows it never saw: `inside` and `outside` are in-scope probabilities of either kind."""
    return Validation(
        n=len(right),
        n_out_of_scope=len(outside),
        accuracy=wilson(int(right.sum()), len(right)),
        calibration_error=calibration_error(confidence, right),
        scope=scope_of(inside, right, outside, threshold, real=True),
        kept=wilson(int((right & (inside >= threshold)).sum()), len(inside)),
        turned_away=wilson(int((outside < threshold).sum()), len(outside)),
        unknown=tuple(sorted(unknown)),
    )


def calibration_error(confidence: Floats, right: NDArray[np.bool_]) -> float | None:
    """Expected calibration error over 15 bins of equal width."""
    if not len(right):
        return None
    return float(
        sum(abs(part.confidence - part.right) * part.n for part in reliability(confidence, right)) / len(right)
    )


def reliability(confidence: Floats, right: NDArray[np.bool_]) -> tuple[Bin, ...]:
    """Bins of equal width that hold any row."""
    place = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    return tuple(
        Bin(
            confidence=float(confidence[place == bin_].mean()),
            right=float(right[place == bin_].mean()),
            n=int((place == bin_).sum()),
        )
        for bin_ in range(_BINS)
        if (place == bin_).any()
    )


def risk_coverage(confidence: Floats, right: NDArray[np.bool_]) -> tuple[Point, ...]:
    """Points at every tenth of coverage, the surest first."""
    if not len(right):
        return ()
    order = np.argsort(-confidence, kind="stable")
    errors = np.cumsum(~right[order])
    points = []
    for share in np.linspace(0.1, 1, 10):
        count = max(1, round(share * len(order)))
        points.append(
            Point(
                threshold=float(confidence[order[count - 1]]),
                coverage=count / len(order),
                error=float(errors[count - 1] / count),
                n=count,
            )
        )
    return tuple(points)


def suggest(confidence: Floats, right: NDArray[np.bool_], wanted: float) -> SuggestedThreshold:
    """Walk from the surest rows down in steps of one percent; stop at the first step whose bound is over the limit.

    A fixed sequence that stops at its first failure keeps the 95 % of the bound for the threshold it ends on. Equals
    are never parted: the threshold lets all of them through.
    """
    needed = int(np.ceil(np.log(1 - _BOUND_CONFIDENCE) / np.log(1 - wanted)))
    order = np.argsort(-confidence, kind="stable")
    ranked, errors = confidence[order], np.cumsum(~right[order])
    found = SuggestedThreshold(wanted_error=wanted, threshold=None)
    for size in range(needed, len(order) + 1, max(1, len(order) // 100)):
        count = int(np.searchsorted(-ranked, -ranked[size - 1], side="right"))
        upper = clopper_pearson_upper(int(errors[count - 1]), count, _BOUND_CONFIDENCE)
        if upper > wanted:
            break
        found = SuggestedThreshold(
            wanted_error=wanted,
            threshold=float(ranked[count - 1]),
            coverage=count / len(order),
            n=count,
            errors=int(errors[count - 1]),
            upper_bound=upper,
        )
    return found


def from_own(confidence: Floats, right: NDArray[np.bool_], threshold: float) -> Own | None:
    """What a threshold that somebody chose (inclusive) lets through; None where that is nothing."""
    through = confidence >= threshold
    n, errors = int(through.sum()), int((through & ~right).sum())
    if not n:
        return None
    bound = clopper_pearson_upper(errors, n, _BOUND_CONFIDENCE)
    return Own(threshold=threshold, coverage=n / len(right), n=n, errors=errors, upper_bound=bound)


def scope_of(
    inside: Floats, right: NDArray[np.bool_], outside: Floats, threshold: float, *, real: bool
) -> Scope | None:
    """How the gate did on in-scope rows (and whether their label was right) and on out-of-scope ones."""
    if not len(inside) or not len(outside):
        return None
    return Scope(
        real=real,
        n=len(outside),
        auroc=auroc(inside, outside),
        false_positive_rate_95=false_positive_rate(inside, outside, kept=0.95),
        threshold=threshold,
        in_scope_right_and_kept=float((right & (inside >= threshold)).mean()),
        out_of_scope_turned_away=float((outside < threshold).mean()),
        kept=wilson(int((right & (inside >= threshold)).sum()), len(inside)),
        turned_away=wilson(int((outside < threshold).sum()), len(outside)),
    )


def _label_cards(
    labels: Sequence[str], material: Material, truth: NDArray[np.int64], right: NDArray[np.bool_]
) -> tuple[LabelCard, ...]:
    counts = np.bincount(material.labels, minlength=len(labels))
    seen = np.bincount(truth, minlength=len(labels))
    hit = np.bincount(truth, weights=right, minlength=len(labels))
    return tuple(
        LabelCard(label=label, n=int(counts[i]), recognised=float(hit[i] / seen[i]) if seen[i] else None)
        for i, label in enumerate(labels)
    )


def _confusions(
    examples: Sequence[Example],
    labels: Sequence[str],
    tested: Tested,
    truth: NDArray[np.int64],
    best: NDArray[np.int64],
) -> tuple[Confusion, ...]:
    found: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    for row, is_, taken_for in zip(tested.rows, truth, best, strict=True):
        if is_ != taken_for:
            found[int(is_), int(taken_for)].append(_shown(examples[row].text))
    ranked = Counter({pair: len(texts) for pair, texts in found.items()}).most_common()
    return tuple(
        Confusion(truth=labels[a], taken_for=labels[b], count=count, examples=tuple(found[a, b][:3]))
        for (a, b), count in ranked
    )


def _doubtful(
    examples: Sequence[Example],
    labels: Sequence[str],
    tested: Tested,
    truth: NDArray[np.int64],
    best: NDArray[np.int64],
    confidence: Floats,
) -> tuple[Doubt, ...]:
    """Examples that the others contradict: read as another label with high confidence when held out."""
    sure = np.flatnonzero((best != truth) & (confidence >= _SURE))
    return tuple(
        Doubt(
            line=examples[tested.rows[i]].line,
            text=_shown(examples[tested.rows[i]].text),
            label=labels[truth[i]],
            other_label=labels[best[i]],
            score=float(confidence[i]),
        )
        for i in sure[np.argsort(-confidence[sure])]
    )


def _near_duplicates(examples: Sequence[Example], wide: Vectors) -> tuple[Doubt, ...]:
    """Pairs of different labels, out of scope among them, that say the same thing; closest first."""
    found: list[tuple[float, int, int]] = []
    vectors = plain(wide)
    for start in range(0, len(examples), 2000):
        cosines = vectors[start : start + 2000] @ vectors.T
        for a, b in np.argwhere(cosines >= _SAME):
            first, second = start + int(a), int(b)
            if first < second and examples[first].label != examples[second].label:
                found.append((float(cosines[a, b]), first, second))
    return tuple(
        Doubt(
            line=examples[a].line,
            text=_shown(examples[a].text),
            label=examples[a].label,
            other_label=examples[b].label,
            other_text=_shown(examples[b].text),
            score=min(1.0, score),
        )
        for score, a, b in sorted(found, reverse=True)
    )


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
