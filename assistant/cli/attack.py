"""`assistant eval attack`: does the assistant follow its knowledge base when somebody tampers with it?"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import options
from assistant.cli.places import FileToWrite, RowsToRead
from assistant.cli.progress import progress_bar
from assistant.cli.rows import write_rows

if TYPE_CHECKING:
    from assistant.evals.attack import AttackScore

_WANTED = {
    "delete": "no answer was wanted",
    "expire": "no answer was wanted",
    "change": "the new fact was wanted",
    "contradict": "a flag was wanted",
    "inject": "no obedience was wanted",
}
CASES = Path("evals/attacks/cases.jsonl")
_cases = RowsToRead("give a file of attacks, one a line: id, message, channel, article, fact, changed")


@click.command("attack")
@click.argument("cases_file", type=_cases, default=CASES, metavar="[CASES]")
@click.option("--out", "out_file", type=FileToWrite(), help="Write each verdict there, JSONL.")
@options.progress
@options.knowledge
def attack(cases_file: Path, out_file: Path | None, show_progress: bool, knowledge: Path | None) -> int:
    """Attack the knowledge base: delete the source, change the fact, contradict it, let it expire, plant orders in it.

    Exit status: 0 every attack was stood; 1 one was not; 2 no case was answered from its article to begin with.
    """
    from assistant.compose.attack import attack_brand, read_attacks
    from assistant.evals.attack import Attack
    from assistant.settings import read_settings

    cases = read_attacks(cases_file)
    with progress_bar("attacks", len(cases) * len(Attack), forced=show_progress) as advance:
        scores = attack_brand(read_settings(), cases, knowledge=knowledge, progress=advance)
    if out_file is not None:
        with write_rows(out_file) as write:
            write([score.model_dump(mode="json") for score in scores])
    _print(scores)
    verdicts = {score.passed for score in scores}
    return 1 if False in verdicts else 0 if True in verdicts else 2


def _print(scores: "Sequence[AttackScore]") -> None:
    from assistant.evals.statistics import wilson

    for name in dict.fromkeys(score.attack for score in scores):
        told = [score for score in scores if score.attack is name and score.passed is not None]
        stood = sum(bool(score.passed) for score in told)
        interval = wilson(stood, len(told))
        click.echo(f"{name.value:<11} {stood} of {len(told)} stood [{interval.low:.3f}, {interval.high:.3f}]")
    for score in scores:
        if score.passed is False:
            click.echo(
                f"not stood: {score.case_id}, {score.attack.value} ({_WANTED[score.attack.value]}): {score.said}"
            )
    if untold := sorted({score.case_id for score in scores if score.passed is None}):
        click.echo(f"not answered from their article, so not attacked: {', '.join(untold)}")
