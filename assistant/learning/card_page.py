"""What a model card says, as values and as a page for people."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from assistant.domain.value import Value
from assistant.learning.change import Change
from assistant.learning.statistics import Interval


class LabelCard(Value):
    """One label: its examples, and the share of them recognised when held out (None where none was)."""

    label: str
    n: int
    recognised: float | None


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


class Suggestion(Value):
    """The lowest threshold whose error, by a one-sided 95 % Clopper-Pearson bound, stays within the wanted rate.

    None where no threshold does: too few rows, or too many errors even among the surest.
    """

    wanted_error: float
    threshold: float | None
    coverage: float = 0.0
    n: int = 0
    errors: int = 0
    upper_bound: float | None = None


class Doubt(Value):
    """An example to look at: `line` of its file (0 where it has none), and what it is close to or read as."""

    line: int
    text: str
    label: str
    other_label: str
    other_text: str = ""
    score: float


class Scope(Value):
    """How well the gate tells what is out of scope; `real` False means left-out labels stood in for it."""

    real: bool
    n: int
    auroc: float
    false_positive_rate_95: float
    threshold: float
    in_scope_right_and_kept: float
    out_of_scope_turned_away: float


class Validation(Value):
    """The same head on rows it never saw; out-of-scope rows count in `scope` alone."""

    n: int
    accuracy: Interval
    calibration_error: float
    scope: Scope | None


class Card(Value):
    """Everything measured by cross-validation unless it says otherwise; shares in [0, 1]."""

    fingerprint: str
    embedder: str
    n: int
    n_out_of_scope: int
    n_tested: int
    labels: tuple[LabelCard, ...]
    accuracy: Interval | None
    calibration_error: float | None
    reliability: tuple[Bin, ...]
    confusions: tuple[Confusion, ...]
    risk_coverage: tuple[Point, ...]
    suggestions: tuple[Suggestion, ...]
    scope: Scope | None
    few_examples: tuple[str, ...]
    doubtful: tuple[Doubt, ...]
    near_duplicates: tuple[Doubt, ...]
    validation: Validation | None = None
    change: Change | None = None
    languages: str = "English by meaning and words; other languages by words alone, as far as the examples hold them."


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
            *_section("Confusions", card.confusions, "is | taken for | times | for example", _confusion),
            *_section("Examples the others contradict", card.doubtful, "line | text | label | read as", _doubt),
            *_section(
                "Near-duplicates across labels", card.near_duplicates, "line | text | label | close to", _duplicate
            ),
            *_section("Labels", card.labels, "label | examples | recognised", _label),
        ]
    )


def _summary(card: Card) -> Iterator[str]:
    yield "# Model card"
    yield ""
    yield f"- model {card.fingerprint}, embedder {card.embedder}"
    yield f"- {card.n} examples of {len(card.labels)} labels, {card.n_out_of_scope} out-of-scope examples"
    if card.accuracy is None:
        yield "- accuracy: not measured, too few examples to hold any out"
    else:
        yield f"- cross-validated accuracy {_interval(card.accuracy)}"
        yield f"- calibration error {card.calibration_error:.3f} (15 bins)"
    if card.scope is not None:
        source = "the out-of-scope examples" if card.scope.real else "left-out labels, since few examples were given"
        yield f"- in scope or not, measured on {source}: {_scope(card)}"
    if card.validation is not None:
        yield f"- on the validation file: accuracy {_interval(card.validation.accuracy)}, " + (
            f"calibration error {card.validation.calibration_error:.3f}"
        )
    if card.change is not None:
        yield from (f"- {line}" for line in card.change.lines())
    if card.few_examples:
        yield f"- labels with too few examples: {', '.join(card.few_examples)}"
    yield f"- languages: {card.languages}"


def _scope(card: Card) -> str:
    scope = card.scope
    if scope is None:
        return "not measured"
    return (
        f"AUROC {scope.auroc:.3f}, false positives at 95 % kept {scope.false_positive_rate_95:.1%}; "
        f"at the threshold {scope.threshold:.3f} {scope.in_scope_right_and_kept:.1%} of in-scope rows are kept and "
        f"right, {scope.out_of_scope_turned_away:.1%} of the others turned away"
    )


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


def _suggestion(row: Suggestion) -> Sequence[str]:
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


def _label(row: LabelCard) -> Sequence[str]:
    return row.label, str(row.n), "-" if row.recognised is None else f"{row.recognised:.0%}"
