"""A judge's card: how well it agrees with people, and whether it may gate.

Without a fresh card of at least `LEAST_LABELS` human labels and kappa `LEAST_KAPPA` a judge informs and decides
nothing. The card's sensitivity and specificity correct the rates it measures (Rogan and Gladen; the interval is Lang
and Reiczigel's).
"""

import hashlib
import math
from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field, ValidationError

from assistant.domain.mistake import first_of
from assistant.domain.value import Value
from assistant.errors import Infrastructure, SuiteInvalid
from assistant.evals.judge import Judge, Shown, Verdict
from assistant.evals.statistics import Z95, Interval, wilson

LABELS_FILE = "labels.jsonl"
CARD_FILE = "card.json"
LEAST_LABELS = 200
LEAST_KAPPA = 0.7
FRESH_DAYS = 90
"""Models behind one name change; chosen, not measured."""


class HumanLabel(Value):
    """A reply a person graded by the rubric; `labelled_by` names the person in the brand's own words."""

    id: str = Field(min_length=1)
    message: str
    reply: str
    passages: tuple[str, ...] = ()
    label: Literal["pass", "fail"]
    labelled_by: str = Field(min_length=1)

    @property
    def shown(self) -> Shown:
        """What the judge is shown: everything but the label."""
        return Shown(message=self.message, reply=self.reply, passages=self.passages)


class Card(Value):
    """Agreement with people. An unsure judge counts as one that said fail: it is never a pass.

    `sensitivity` is the share of people's passes it passes, `specificity` of their fails it fails, each with Wilson's
    95 % interval.
    """

    judge: str
    rubric: str
    labels: str
    model: str
    votes: int
    made_at: datetime
    n: int
    passes: int
    people: int
    unsure: int
    agreement: float
    kappa: float
    sensitivity: float
    sensitivity_low: float
    sensitivity_high: float
    specificity: float
    specificity_low: float
    specificity_high: float

    @property
    def lacking(self) -> str:
        """Why it may not gate, whatever else changed; empty where it may."""
        if self.n < LEAST_LABELS:
            return f"{self.n} human labels, {LEAST_LABELS - self.n} more are needed"
        if min(self.passes, self.n - self.passes) == 0:
            return "people gave one verdict only: agreement by chance can't be told from agreement"
        if self.kappa < LEAST_KAPPA:
            return f"kappa {self.kappa:.2f}, {LEAST_KAPPA} is needed"
        return ""


class Standing(NamedTuple):
    """Whether a judge may gate now: its card, and why not, which is empty where it may."""

    card: Card | None
    why_not: str


def read_labels(folder: Path) -> tuple[HumanLabel, ...]:
    """The labels people gave; none where there is no file. Raises `SuiteInvalid` with every bad line."""
    path = folder / LABELS_FILE
    if not path.exists():
        return ()
    problems: list[str] = []
    labels: dict[str, HumanLabel] = {}
    for number, line in enumerate(path.read_bytes().removeprefix(BOM_UTF8).split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            label = HumanLabel.model_validate_json(line)
        except ValidationError as invalid:
            problems.append(f"{path}:{number}: {first_of(invalid)}")
            continue
        if label.id in labels:
            problems.append(f"{path}:{number}: id: {label.id!r} stands there already")
        labels[label.id] = label
    if problems:
        raise SuiteInvalid(problems)
    return tuple(labels.values())


def labels_hash(labels: Sequence[HumanLabel]) -> str:
    """Names exactly these labels."""
    rows = sorted(label.model_dump_json() for label in labels)
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:16]


def card_of(
    judge: Judge,
    labels: Sequence[HumanLabel],
    verdicts: Sequence[Verdict],
    *,
    model: str,
    votes: int,
    at: datetime,
) -> Card:
    """The card of these verdicts on these labels, in the same order."""
    told = [(label.label == "pass", verdict is Verdict.PASSES) for label, verdict in zip(labels, verdicts, strict=True)]
    both = sum(human and said for human, said in told)
    neither = sum(not human and not said for human, said in told)
    passes, n = sum(human for human, _ in told), len(told)
    agreement = (both + neither) / n if n else 0.0
    passed_rate, human_rate = (sum(said for _, said in told) / n, passes / n) if n else (0.0, 0.0)
    chance = passed_rate * human_rate + (1 - passed_rate) * (1 - human_rate)
    right, wrong = wilson(both, passes), wilson(neither, n - passes)
    return Card(
        judge=judge.name,
        rubric=judge.fingerprint,
        labels=labels_hash(labels),
        model=model,
        votes=votes,
        made_at=at,
        n=n,
        passes=passes,
        people=len({label.labelled_by for label in labels}),
        unsure=sum(verdict is Verdict.UNSURE for verdict in verdicts),
        agreement=agreement,
        kappa=(agreement - chance) / (1 - chance) if chance < 1 else 0.0,
        sensitivity=both / passes if passes else 0.0,
        sensitivity_low=right.low,
        sensitivity_high=right.high,
        specificity=neither / (n - passes) if n > passes else 0.0,
        specificity_low=wrong.low,
        specificity_high=wrong.high,
    )


def write_card(folder: Path, card: Card) -> None:
    """Raises `Infrastructure`."""
    path = folder / CARD_FILE
    try:
        path.write_text(card.model_dump_json(indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise Infrastructure(f"{path}: {error.strerror or error}") from error


def standing(folder: Path, judge: Judge, *, model: str, drafter: str, at: datetime) -> Standing:
    """Whether the judge may gate with this model on what this drafter wrote."""
    try:
        card = Card.model_validate_json((folder / CARD_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Standing(None, f"no card: `assistant eval judge card {judge.name}` makes one of people's labels")
    return Standing(card, next(_reasons(card, folder, judge, model=model, drafter=drafter, at=at), ""))


def _reasons(card: Card, folder: Path, judge: Judge, *, model: str, drafter: str, at: datetime) -> Iterator[str]:
    if card.rubric != judge.fingerprint:
        yield "the rubric changed since its card was made"
    if card.labels != labels_hash(read_labels(folder)):
        yield "the labels changed since its card was made"
    if card.model != model:
        yield f"its card was made with {card.model}, not with {model}"
    if model == drafter:
        yield f"{model} wrote the replies: a model doesn't grade itself"
    if at - card.made_at > timedelta(days=FRESH_DAYS):
        yield f"its card is older than {FRESH_DAYS} days"
    if card.lacking:
        yield card.lacking


def corrected(passed: int, n: int, card: Card) -> tuple[float | None, Interval]:
    """The pass rate people would give, from the judge's, with a 95 % interval; None where the judge tells nothing."""
    power = card.sensitivity + card.specificity - 1
    if n == 0 or power <= 0:
        return None, Interval(0.0, 1.0)
    rate = _clamped((passed / n + card.specificity - 1) / power)
    return rate, _lang_reiczigel(passed, n, card)


def _lang_reiczigel(passed: int, n: int, card: Card) -> Interval:
    square = Z95 * Z95
    seen_n, seen = n + square, (passed + square / 2) / (n + square)
    right_n, wrong_n = card.passes + 2, card.n - card.passes + 2
    right = (card.passes * card.sensitivity + 1) / right_n
    wrong = ((card.n - card.passes) * card.specificity + 1) / wrong_n
    power = right + wrong - 1
    if power <= 0:
        return Interval(0.0, 1.0)
    rate = (seen + wrong - 1) / power
    spread_right, spread_wrong = right * (1 - right) / right_n, wrong * (1 - wrong) / wrong_n
    shift = 2 * square * (rate * spread_right - (1 - rate) * spread_wrong)
    spread = seen * (1 - seen) / seen_n + rate * rate * spread_right + (1 - rate) ** 2 * spread_wrong
    half = Z95 * math.sqrt(spread) / power
    return Interval(_clamped(rate + shift - half), _clamped(rate + shift + half))


def _clamped(rate: float) -> float:
    return min(1.0, max(0.0, rate))
