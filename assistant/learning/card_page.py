"""What a model card says, as values and as a page for people."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from pydantic import Field

from assistant.domain.value import Value
from assistant.learning.change import Change
from assistant.learning.rows import OOS
from assistant.learning.statistics import Interval

FEW = 8
"""Fewer examples of a label than this are named on the card: below, a label is mostly guessed from its name."""


class LabelCard(Value):
    """One label: its examples, and the share of them recognised when held out (None where none was)."""

    label: str
    n: int
    recognised: float | None


class LanguageCard(Value):
    """Held-out examples in one language (`und`: it could not be told), and the share of them recognised."""

    language: str
    recognised: Interval


class Confusion(Value):
    """Examples of `truth` that were read as `taken_for` when held out, with up to three of them."""

    truth: str
    taken_for: str
    count: int
    examples: tuple[str, ...]


class Bin(Value):
    """Held-out rows whose confidence fell in one bin: mean confidence against share that was right."""

    confidence: float
    right: float
    n: int


class Point(Value):
    """Answering only from `threshold` (inclusive) covers this share of rows at this share of errors among them."""

    threshold: float
    coverage: float
    error: float
    n: int


class SuggestedThreshold(Value):
    """The lowest threshold whose error, by a one-sided 95 % Clopper-Pearson bound, stays within the wanted rate.

    None where no threshold does: too few rows, or too many errors even among the surest.
    """

    wanted_error: float
    threshold: float | None
    coverage: float = 0.0
    n: int = 0
    errors: int = 0
    upper_bound: float | None = None


class Own(Value):
    """What the brand's own least confidence in an intent, as it stood at training, lets through, and how much is wrong.

    `upper_bound` is the one-sided 95 % Clopper-Pearson bound of the share that is wrong.
    """

    threshold: float
    coverage: float
    n: int
    errors: int
    upper_bound: float


class Doubt(Value):
    """An example to look at: `line` of its file (0 where it has none), and what it is close to or read as."""

    line: int
    text: str
    label: str
    other_label: str
    other_text: str = ""
    score: float


class Scope(Value):
    """How well the gate tells what is out of scope; `real` False means left-out labels stood in for it.

    `kept` and `turned_away` are the shares at the threshold with their intervals; None on cards from before they were.
    """

    real: bool
    n: int
    auroc: float
    false_positive_rate_95: float
    threshold: float
    in_scope_right_and_kept: float
    out_of_scope_turned_away: float
    kept: Interval | None = None
    turned_away: Interval | None = None


class Validation(Value):
    """The same head on rows it never saw: `n` with a label, `n_out_of_scope` without.

    At the card's threshold `kept` of the former are kept and right, `turned_away` of the latter turned away. A label
    no example has (`unknown`) can only be read wrongly.
    """

    n: int
    n_out_of_scope: int = 0
    accuracy: Interval | None
    calibration_error: float | None
    scope: Scope | None
    kept: Interval | None = None
    turned_away: Interval | None = None
    unknown: tuple[str, ...] = ()


class Card(Value):
    """Everything measured by cross-validation unless it says otherwise; shares in [0, 1].

    `repeated` rows say what another says under the same label, and don't count. Long lists are cut; `listed` says how
    many there were of `confusions`, `doubtful` and `near_duplicates`.
    """

    fingerprint: str
    embedder: str
    n: int
    n_out_of_scope: int
    n_tested: int
    repeated: int = 0
    labels: tuple[LabelCard, ...]
    accuracy: Interval | None
    calibration_error: float | None
    reliability: tuple[Bin, ...]
    confusions: tuple[Confusion, ...]
    risk_coverage: tuple[Point, ...]
    suggestions: tuple[SuggestedThreshold, ...]
    own: Own | None = None
    scope: Scope | None
    few_examples: tuple[str, ...]
    doubtful: tuple[Doubt, ...]
    near_duplicates: tuple[Doubt, ...]
    listed: Mapping[str, int] = Field(default_factory=dict)
    validation: Validation | None = None
    change: Change | None = None
    languages: str = "English by meaning and words; other languages by words alone, as far as the examples hold them."
    by_language: tuple[LanguageCard, ...] = ()


Row = TypeVar("Row")


def render(card: Card) -> str:
    """The card in Markdown."""
    return "\n".join(
        [
            *_summary(card),
            *_section(
                "Thresholds", card.suggestions, "wanted error | threshold | covers | errors | bound", _suggestion
            ),
            *_section("Risk and coverage", card.risk_coverage, "coverage | threshold | error | rows", _point),
            *_section("Reliability", card.reliability, "mean confidence | right | rows", _bin),
            *_section(
                _titled(card, "Confusions", "confusions"),
                card.confusions,
                "is | taken for | times | for example",
                _confusion,
            ),
            *_section(
                _titled(card, "Examples the others contradict", "doubtful"),
                card.doubtful,
                "line | text | label | read as",
                _doubt,
            ),
            *_section(
                _titled(card, "Near-duplicates across labels", "near_duplicates"),
                card.near_duplicates,
                "line | text | label | close to",
                _duplicate,
            ),
            *_section("Languages", card.by_language, "language | recognised", _language),
            *_section("Labels", card.labels, "label | examples | recognised", _label),
        ]
    )


def _summary(card: Card) -> Iterator[str]:
    yield "# Model card"
    yield ""
    yield f"- model {card.fingerprint}, embedder {card.embedder}"
    yield f"- {card.n} examples of {len(card.labels)} labels, {card.n_out_of_scope} out-of-scope examples"
    for label in card.labels:
        if label.label != OOS and label.label.casefold() == OOS:
            yield f"- {label.label} is a label like any other; `{OOS}` in small letters marks what is out of scope"
    if card.repeated:
        yield f"- {card.repeated} rows repeat another of the same label and don't count"
    if card.accuracy is None:
        yield "- accuracy: not measured, too few examples to hold any out"
    else:
        yield f"- cross-validated accuracy {_interval(card.accuracy)}"
        yield f"- calibration error {card.calibration_error:.3f} (15 bins)"
    if card.own is not None:
        yield (
            f"- from the brand's own threshold {card.own.threshold:.3f} on: covers {card.own.coverage:.1%}, "
            f"{card.own.errors} of {card.own.n} wrong (bound ≤ {card.own.upper_bound:.1%})"
        )
    if card.scope is not None:
        source = "the out-of-scope examples" if card.scope.real else "left-out labels, since few examples were given"
        yield f"- in scope or not, measured on {source}: {_scope(card)}"
    if card.validation is not None:
        yield from _validation(card.validation)
    if card.change is not None:
        yield from (f"- {line}" for line in card.change.lines())
    if card.few_examples:
        yield f"- labels with fewer than {FEW} examples, guessed mostly by name: {', '.join(card.few_examples)}"
    yield f"- languages: {card.languages}"


def _scope(card: Card) -> str:
    scope = card.scope
    if scope is None:
        return "not measured"
    return (
        f"AUROC {scope.auroc:.3f}, false positives at 95 % kept {scope.false_positive_rate_95:.1%}; "
        f"at the threshold {scope.threshold:.3f} {_share(scope.kept, scope.in_scope_right_and_kept)} of in-scope rows "
        f"are kept and right, {_share(scope.turned_away, scope.out_of_scope_turned_away)} of the others turned away"
    )


def _share(interval: Interval | None, value: float) -> str:
    return f"{value:.1%}" if interval is None else _interval(interval)


def _validation(found: Validation) -> Iterator[str]:
    if found.accuracy is not None and found.calibration_error is not None:
        yield f"- on the validation file: accuracy {_interval(found.accuracy)}, " + (
            f"calibration error {found.calibration_error:.3f}"
        )
    if found.kept is not None:
        yield f"- on the validation file: kept at the threshold and right {_interval(found.kept)}"
    if found.turned_away is not None:
        rows = "row" if found.n_out_of_scope == 1 else "rows"
        yield f"- on the validation file: {found.n_out_of_scope} out-of-scope {rows}, " + (
            f"turned away {_interval(found.turned_away)}"
        )
    if found.unknown:
        yield f"- the validation file has labels that no example has: {', '.join(found.unknown)}"


def _titled(card: Card, title: str, name: str) -> str:
    shown, found = len(getattr(card, name)), card.listed.get(name, 0)
    return f"{title} (the first {shown} of {found})" if found > shown else title


def _section(title: str, rows: Sequence[Row], head: str, line: Callable[[Row], Sequence[str]]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    if not rows:
        yield "None."
        return
    yield f"| {head} |"
    yield "|" + "---|" * (head.count("|") + 1)
    for row in rows:
        yield "| " + " | ".join(_cell(part) for part in line(row)) + " |"


def _cell(text: str) -> str:
    flat = " ".join(text.split()).replace("|", "\\|")
    return flat if len(flat) <= 160 else flat[:159] + "…"


def _interval(interval: Interval) -> str:
    return f"{interval.value:.1%} ({interval.low:.1%} to {interval.high:.1%}, n = {interval.n})"


def _suggestion(row: SuggestedThreshold) -> Sequence[str]:
    if row.threshold is None or row.upper_bound is None:
        return f"{row.wanted_error:.0%}", "none", "-", "-", "-"
    counted = f"{row.errors} of {row.n}"
    return f"{row.wanted_error:.0%}", f"{row.threshold:.3f}", f"{row.coverage:.1%}", counted, f"≤ {row.upper_bound:.2%}"


def _point(row: Point) -> Sequence[str]:
    return f"{row.coverage:.0%}", f"{row.threshold:.3f}", f"{row.error:.1%}", str(row.n)


def _bin(row: Bin) -> Sequence[str]:
    return f"{row.confidence:.2f}", f"{row.right:.2f}", str(row.n)


def _confusion(row: Confusion) -> Sequence[str]:
    return row.truth, row.taken_for, str(row.count), " / ".join(row.examples)


def _doubt(row: Doubt) -> Sequence[str]:
    return str(row.line or "-"), row.text, row.label, f"{row.other_label} ({row.score:.2f})"


def _duplicate(row: Doubt) -> Sequence[str]:
    return str(row.line or "-"), row.text, row.label, f"{row.other_label}: {row.other_text} ({row.score:.2f})"


def _language(row: LanguageCard) -> Sequence[str]:
    return row.language, _interval(row.recognised)


def _label(row: LabelCard) -> Sequence[str]:
    return row.label, str(row.n), "-" if row.recognised is None else f"{row.recognised:.0%}"
