"""`assistant eval judge`: how well judges agree with people, and whether they may gate."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import options
from assistant.cli.progress import progress_bar
from assistant.cli.statuses import NOT_DECIDABLE, NOT_HELD
from assistant.cli.stopping import stopping
from assistant.errors import SuiteInvalid
from assistant.evals.folders import JUDGES

if TYPE_CHECKING:
    from assistant.evals.judge_card import Card


@click.group("judge")
def judge() -> None:
    """Judges hold replies against a rubric; only one that agrees with people may gate."""


@judge.command("card")
@click.argument("name")
@options.progress
def card_command(name: str, show_progress: bool) -> int:
    """Ask judge NAME about every reply people labelled, and write its card.

    NAME is a folder, or a name under evals/judges, with rubric.md and labels.jsonl. A label is a line of JSON: id,
    message, reply, passages, label (pass or fail), labelled_by. Labels are people's work; none are made up here.
    Stopped or without its model half-way, the same command goes on where it was.

    Exit status: 0 it may gate; 1 it agrees too little with people; 2 too few labels, and how many are missing; 3 no
    model, or a file can't be read.
    """
    from assistant.compose.judging import make_card
    from assistant.evals.judge import load_judge
    from assistant.evals.judge_card import LEAST_LABELS, read_labels
    from assistant.settings import read_settings

    folder = _folder(name)
    load_judge(folder)
    labels = len(read_labels(folder))
    if labels < LEAST_LABELS:
        click.echo(f"{folder.name}: {labels} human labels, {LEAST_LABELS - labels} more are needed; no card was made")
        return NOT_DECIDABLE
    stands = "what the judge said is kept; the same command goes on"
    with stopping(stands), progress_bar("labels", labels, forced=show_progress) as advance:
        card = make_card(read_settings(), folder, progress=advance)
    _print(card)
    return NOT_HELD if card.lacking else 0


def _folder(name: str) -> Path:
    if (given := Path(name)).is_dir():
        return given
    if (known := JUDGES / name).is_dir():
        return known
    there = ", ".join(sorted(path.name for path in JUDGES.glob("*") if path.is_dir())) or "none"
    raise SuiteInvalid([f"{name}: no such judge; give a folder, or a name under {JUDGES} ({there})"])


def _print(card: "Card") -> None:
    click.echo(f"{card.judge} with {card.model}: {card.n} labels of {card.people} person(s), {card.unsure} unsure")
    click.echo(f"agreement {card.agreement:.1%}, kappa {card.kappa:.2f}")
    for name, rate, low, high in (
        ("passes what people pass", card.sensitivity, card.sensitivity_low, card.sensitivity_high),
        ("fails what people fail", card.specificity, card.specificity_low, card.specificity_high),
    ):
        click.echo(f"{name} {rate:.1%} [{low:.1%}, {high:.1%}]")
    click.echo(f"may not gate: {card.lacking}" if card.lacking else "may gate")
