"""`assistant canaries`: planted errors that show how carefully drafts are read."""

import asyncio
import secrets
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import options
from assistant.cli.progress import busy

if TYPE_CHECKING:
    from assistant.domain.brand import Pack
    from assistant.domain.canary import CatchRate


_COSTS = {
    "none": "a draft is accepted at once",
    "confirm": "accepting a draft must be confirmed",
    "hold": "what is accepted waits two minutes",
}


@click.group()
def canaries() -> None:
    """Plant wrong drafts among those for review, and see how many the reviewers catch.

    A canary is never sent, whatever is done with it. Where a queue surely catches fewer than 90 % (upper bound of the
    newest 60), accepting must be confirmed; under 60 % what was accepted waits two minutes before it leaves.
    """


@canaries.command("plant")
@click.option("-n", "count", type=click.IntRange(1, 50), default=3, show_default=True, help="How many.")
@click.option("--queue", help="Only in this queue.")
@options.knowledge
def plant_command(count: int, queue: str | None, knowledge: Path | None) -> int:
    """Plant them; where is not said, only in the log.

    Exit status: 0 done; 1 fewer than asked could be made.
    """
    from assistant.compose import open_assistant
    from assistant.settings import read_settings
    from assistant.workflows.plant_canaries import plant_canaries

    with (
        busy("answering questions to spoil"),
        open_assistant(read_settings(), knowledge=knowledge) as assistant,
    ):
        _require_queue(queue, assistant.pack)
        planted = asyncio.run(
            plant_canaries(
                count,
                queue=queue,
                store=assistant.require_store(),
                respond=assistant.respond,
                pack=assistant.pack,
                clock=assistant.clock,
                new_id=lambda: secrets.token_hex(8),
                seed=secrets.randbits(32),
            )
        )
    click.echo(f"{len(planted)} planted")
    return 0 if len(planted) == count else 1


def _require_queue(name: str | None, pack: "Pack") -> None:
    names = [queue.name for queue in pack.queues.queues]
    if name is not None and name not in names:
        raise click.UsageError(f"--queue {name}: no such queue; there are {', '.join(names)}")


@canaries.command("rates")
@options.knowledge
def rates_command(knowledge: Path | None) -> int:
    """Catch rate by queue with its 95 % interval, and what accepting costs there now."""
    from assistant.compose import build_store, load_brand
    from assistant.desk.canaries import rates
    from assistant.settings import read_settings

    settings = read_settings()
    pack = load_brand(settings, knowledge)
    with closing(build_store(settings)) as store, store.read() as look:
        _print(rates(look, brand_id=pack.brand.id))
    return 0


def _print(found: "Sequence[CatchRate]") -> None:
    for rate in found:
        seen = f"{rate.caught} of {rate.n} caught [{rate.low:.1%}, {rate.high:.1%}]" if rate.n else "none judged yet"
        click.echo(f"{rate.queue}: {seen}; {_COSTS[rate.friction.value]}")
    if not found:
        click.echo("no canary was planted yet")
