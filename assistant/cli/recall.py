"""`assistant recall`: which replies stood on a version of an article, and taking them back."""

import asyncio
from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import options
from assistant.errors import InputInvalid, NotFound, those_like

if TYPE_CHECKING:
    from assistant.domain.brand import Pack
    from assistant.domain.recall import Recall
    from assistant.settings import Settings


@click.command()
@click.argument("target", metavar="ARTICLE@VERSION")
@click.option("--apply", "apply_it", is_flag=True, help="Do it. Without, nothing is changed.")
@click.option("--days", type=click.IntRange(1, 3650), default=90, show_default=True, help="How far back to look.")
@click.option("--by", "--agent", "agent", default="command line", show_default=True, help="Who recalls it.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@options.knowledge
def recall(target: str, apply_it: bool, days: int, agent: str, as_json: bool, knowledge: Path | None) -> None:
    """List every reply that stood on ARTICLE@VERSION, by channel, reach and age; those who acted on it come first.

    With --apply the worker is asked to delete each where its channel can, again where the network is away; its
    conversation opens with a correction that waits for a person and says what came of it; its question becomes a
    regression case under ASSISTANT_DATA_DIR/harvest. Put the article right and run `assistant index` before:
    corrections are drafted from what the index holds.
    """
    from assistant.compose import load_brand, utc_now
    from assistant.settings import read_settings
    from assistant.workflows.recall import parse_target

    settings = read_settings()
    pack = load_brand(settings, knowledge)
    try:
        article_id, version = parse_target(target)
    except InputInvalid as problem:
        there = [f"{article.id}@{article.version}" for article in pack.articles]
        raise click.UsageError(f"{problem}; {those_like(target, there)}") from problem
    _require(article_id, version, settings, pack, since=utc_now() - timedelta(days=days))
    found = _found(article_id, version, agent=agent if apply_it else None, days=days, knowledge=knowledge)
    click.echo(found.model_dump_json(indent=2)) if as_json else _print(found)


def _require(article_id: str, version: int, settings: "Settings", pack: "Pack", *, since: datetime) -> None:
    """Somebody who mistyped it must not read that no reply stood on it. What was forgotten may still have replies."""
    from assistant.compose import build_store

    with closing(build_store(settings)) as store, store.read() as look:
        if look.uses_of(article_id, version, brand_id=pack.brand.id, since=since):
            return
        kept = look.article_versions(pack.brand.id, article_id=article_id)
    versions = {each.article.version for each in kept}
    versions |= {article.version for article in pack.articles if article.id == article_id}
    if not versions:
        raise NotFound("article", article_id, [article.id for article in pack.articles])
    if version not in versions:
        raise NotFound("version", f"{article_id}@{version}", [f"{article_id}@{each}" for each in sorted(versions)])


def _found(article_id: str, version: int, *, agent: str | None, days: int, knowledge: Path | None) -> "Recall":
    """A dry run where no agent asks for more."""
    from assistant.compose import open_assistant
    from assistant.compose.harvested import keep
    from assistant.settings import read_settings
    from assistant.workflows.recall import blast_radius, recall

    settings = read_settings()
    with open_assistant(settings, knowledge=knowledge) as opened:
        store, channels, pack, clock = opened.require_store(), opened.channels, opened.pack, opened.clock
        if agent is None:
            return blast_radius(article_id, version, store=store, channels=channels, pack=pack, clock=clock, days=days)
        return asyncio.run(
            recall(
                article_id,
                version,
                store=store,
                channels=channels,
                respond=opened.respond,
                pack=pack,
                clock=clock,
                agent=agent,
                days=days,
                keep_cases=lambda cases: keep(settings, cases),
            )
        )


def _print(found: "Recall") -> None:
    for one in found.replies:
        reach = f"reach {one.reach}" if one.reach is not None else "reach unknown"
        acted = "wrote again since" if one.acted else "silent since"
        done = f"correction {one.correction}" if one.correction else ""
        said = "  ".join((one.reply_id, one.channel, f"{one.age_hours:.1f} h ago", reach, acted, one.way.value, done))
        click.echo(said.rstrip())
    channels = ", ".join(f"{name} {count}" for name, count in Counter(o.channel for o in found.replies).most_common())
    wrote = sum(one.acted for one in found.replies)
    click.echo(f"{len(found.replies)} reply(ies) stood on {found.article_id}@{found.version}", nl=False)
    click.echo(f": {channels}; {wrote} of these customers wrote again" if found.replies else "")
    if found.applied:
        leaving = sum(one.way == "pull_back" for one in found.replies)
        click.echo(
            f"{leaving} handed to the worker to be deleted; {len(found.regression_cases)} regression case(s) kept"
        )
    elif found.replies:
        click.echo("nothing was changed; --apply does it")
