"""`assistant demo`: the main job in one go, with the shipped brand and its sample mentions."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import options
from assistant.cli.places import RowsToRead
from assistant.cli.progress import progress_bar
from assistant.cli.rows import BadRows, read_rows
from assistant.errors import InputInvalid, ModelUnavailable

if TYPE_CHECKING:
    from assistant.compose import Assistant
    from assistant.domain.conversation import TurnRecord
    from assistant.domain.mention import Mention
    from assistant.domain.turn import Turn
    from assistant.settings import Settings

BATCH = 20
"""Mentions between two steps of the progress bar."""


@click.command()
@click.option("--mentions", type=RowsToRead(), help="Mentions to answer (default: the pack's sample).")
@click.option("--rows", type=click.IntRange(0), default=40, show_default=True, help="Lines of the table; 0 shows none.")
@click.option("--serve/--no-serve", default=True, show_default=True, help="Serve the API and the console afterwards.")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port (default: ASSISTANT_PORT, 8000).")
@options.knowledge
def demo(mentions: Path | None, rows: int, serve: bool, port: int | None, knowledge: Path | None) -> int:
    """Index, train, answer the sample mentions, show what was decided and why, then serve on localhost."""
    from assistant import compose, log
    from assistant.cli.table import Summary, print_turns
    from assistant.compose.knowledge import index_brand, train_brand
    from assistant.settings import read_settings
    from assistant.workflows.train import TakesOver

    settings = read_settings()
    log.configure(level="warning", json=settings.log_as_json)
    pack = compose.load_brand(settings, knowledge)
    click.echo(f"{pack.brand.name}: {len(pack.articles)} articles, {len(pack.intents)} intents", err=True)
    with progress_bar("indexing", None, forced=False) as advance:
        index_brand(settings, pack, rebuild=False, progress=advance)
    with progress_bar("training", None, forced=False) as advance:
        trained = train_brand(settings, pack, progress=advance, takes_over=TakesOver.UNLESS_WORSE)
    if trained.aside is not None:
        click.echo("the new model reads worse and isn't used; `assistant train` says what speaks against it", err=True)
    with progress_bar("certifying", None, forced=False) as advance:
        proven = _proven(settings, knowledge, advance)
    click.echo(proven)
    with compose.open_assistant(settings, knowledge=knowledge) as assistant:
        bad = BadRows()
        sample = mentions or (knowledge or settings.knowledge) / "mentions" / "sample.jsonl"
        summary = Summary.started()
        began = assistant.clock()
        records = _answer(assistant, _read(assistant, sample, bad))
        turns = [record.turn for record in records]
        summary.add(turns, stood=sum(record.created_at < began for record in records))
        if rows:
            print_turns(_varied(turns, rows))
        summary.show(bad=len(bad.found))
        if summary.stood:
            click.echo(afresh(settings))
        status = bad.report(None)
        if serve:
            from assistant.cli.serve import serve_assistant

            serve_assistant(assistant, host=settings.host, port=settings.port if port is None else port)
    return status


def afresh(settings: "Settings") -> str:
    """How what was answered before is answered again, from nothing."""
    other = "ASSISTANT_DATABASE_URL naming an empty database and " if settings.database_url is not None else ""
    return (
        f"To answer them afresh, run it with {other}a new folder: `ASSISTANT_DATA_DIR=FOLDER make run` "
        f"(or `assistant demo`); {settings.data_dir} stays as it is"
    )


def _proven(settings: "Settings", knowledge: Path | None, progress: Callable[[int, int], None]) -> str:
    """What may be sent by itself, in words. A model that is away proves nothing and stops nobody."""
    from assistant.cli.certify import in_words
    from assistant.compose.certificates import certify_brand

    try:
        return in_words(certify_brand(settings, knowledge=knowledge, progress=progress))
    except ModelUnavailable as away:
        return f"{away}; all drafts wait for people. Once it is there: `assistant certify --shipped`"


def _read(assistant: "Assistant", path: Path, bad: BadRows) -> "list[Mention]":
    kept: list[Mention] = []
    for line in read_rows(path, bad):
        try:
            kept.append(assistant.parse(line.row, position=f"line-{line.number}"))
        except InputInvalid as problem:
            bad.add(line.number, str(problem))
    return kept


def _answer(assistant: "Assistant", mentions: "Sequence[Mention]") -> "list[TurnRecord]":
    from assistant.compose.loop import outcome
    from assistant.workflows.answer import answer

    kept: list[TurnRecord] = []
    store, pack = assistant.require_store(), assistant.pack
    with progress_bar("mentions", len(mentions), forced=False) as advance:
        for start in range(0, len(mentions), BATCH):
            batch = mentions[start : start + BATCH]
            working = answer(batch, store=store, respond=assistant.respond, pack=pack, clock=assistant.clock)
            kept.extend(outcome(working))
            advance(len(batch))
    return kept


def _varied(turns: "Sequence[Turn]", rows: int) -> "list[Turn]":
    """The first of each decision in turn, so that a short table shows all of them."""
    by_decision: dict[str, list[Turn]] = {}
    for turn in turns:
        by_decision.setdefault(turn.route.decision, []).append(turn)
    share = max(1, rows // max(1, len(by_decision)))
    return [turn for group in by_decision.values() for turn in group[:share]]
