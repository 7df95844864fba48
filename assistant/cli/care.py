"""`assistant knowledge`: the health of what the brand knows, its sources and history, and what it doesn't know yet."""

import json
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import options
from assistant.cli.places import FolderToWrite
from assistant.cli.progress import busy, progress_bar
from assistant.errors import NotFound

if TYPE_CHECKING:
    from assistant.domain.article_history import ArticleVersion
    from assistant.domain.brand import Pack
    from assistant.domain.sources import Sync
    from assistant.kb.merge import Merge
    from assistant.settings import Settings

_NO_SOURCES = "no sources; name them in sources.yaml of the brand pack"


@click.group()
def knowledge() -> None:
    """Look after articles: contradictions, twins, overdue reviews, history, gaps, questions, sources, forgetting."""


@knowledge.command()
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@options.knowledge
def check(as_json: bool, knowledge: Path | None) -> int:
    """Compare the articles with each other. Exit status 1 where two of them contradict each other."""
    from assistant import compose
    from assistant.compose.examining import examine_brand
    from assistant.settings import read_settings

    settings = read_settings()
    pack = compose.load_brand(settings, knowledge)
    with busy(f"comparing every sentence of {len(pack.articles)} articles"):
        health = examine_brand(settings, pack, compose.build_embedder(settings))
    if as_json:
        click.echo(health.model_dump_json())
        return 1 if health.conflicts else 0
    for conflict in health.conflicts:
        click.echo(f"conflict ({conflict.kind.value}{': ' if conflict.differs else ''}{', '.join(conflict.differs)})")
        for side in (conflict.one, conflict.other):
            where = f"{side.article_id}, approved reply" if side.approved_reply else side.article_id
            click.echo(f"  {where}: {side.text}")
    for twins in health.twins:
        said = f"`assistant knowledge merge {twins.merge} {twins.keep}` shows them as one"
        click.echo(f"nearly the same ({twins.similarity:.2f}): {twins.merge} and {twins.keep}; {said}")
    for article_id in health.overdue:
        click.echo(f"review overdue: {article_id}")
    click.echo(
        f"{health.articles} articles, {health.sentences} sentences compared: {len(health.conflicts)} conflicts, "
        f"{len(health.twins)} to merge, {len(health.overdue)} overdue"
    )
    return 1 if health.conflicts else 0


@knowledge.command()
@click.argument("other")
@click.argument("keep")
@click.option("--accept", is_flag=True, help="Do it; without this it is only shown.")
@click.option("--by", "--agent", "agent", default="command line", show_default=True, help="Who decides.")
@options.knowledge
def merge(other: str, keep: str, accept: bool, agent: str, knowledge: Path | None) -> int:
    """Merge the article OTHER into KEEP: its next version takes over what only OTHER says, and OTHER is withdrawn.

    Exit status 1 where something stands in the way; each reason names file and line.
    """
    from assistant.compose import build_store, load_brand, utc_now
    from assistant.compose.knowledge import index_or_mend
    from assistant.settings import read_settings
    from assistant.workflows.merge_articles import look_at_merge, merge_articles

    settings = read_settings()
    folder = knowledge or settings.knowledge
    found = look_at_merge(keep, other, folder=folder, clock=utc_now)
    _say_merge(found)
    if found.refused or not accept:
        if not found.refused:
            click.echo("nothing is changed yet; --accept does it")
        return int(bool(found.refused))
    with closing(build_store(settings)) as store:
        merge_articles(keep, other, seen=found.seen, folder=folder, store=store, agent=agent, clock=utc_now)
    click.echo(f"merged {other} into {keep}, version {found.article.version}; {other} keeps its history")
    index_or_mend(
        settings,
        load_brand(settings, folder),
        progress=lambda done, total: None,
        damaged=lambda why: click.echo(f"index built again: {why}"),
    )
    return 0


def _say_merge(found: "Merge") -> None:
    for reason in found.refused:
        click.echo(f"refused: {reason}")
    for question in found.questions:
        click.echo(f"question: {question}")
    for intent in found.intents:
        click.echo(f"intent: {intent}")
    for reply in found.replies:
        click.echo(f"reply ({', '.join(reply.channels)}; {reply.visibility.value}): {reply.text}")
    for line in found.text.splitlines():
        click.echo(f"text: {line}" if line.strip() else "text:")
    if not (found.questions or found.intents or found.replies or found.text):
        click.echo(f"{found.merge} says nothing that {found.keep} doesn't")


@knowledge.command()
@click.argument("article_id")
@options.knowledge
def history(article_id: str, knowledge: Path | None) -> int:
    """Every version of an article that was indexed, the newest first."""
    from assistant import compose
    from assistant.settings import read_settings

    settings = read_settings()
    pack = compose.load_brand(settings, knowledge)
    for each in _versions(settings, pack, article_id):
        until = f"until {each.withdrawn_at:%Y-%m-%d %H:%M}" if each.withdrawn_at else "current"
        click.echo(f"v{each.article.version}  {each.content_hash[:12]}  {each.seen_at:%Y-%m-%d %H:%M} {until}")
    return 0


def _versions(settings: "Settings", pack: "Pack", article_id: str) -> "Sequence[ArticleVersion]":
    """Those that were indexed, the newest first; none of an article that only the pack holds. Raises `NotFound`."""
    from assistant.compose import build_store

    with closing(build_store(settings)) as store, store.read() as look:
        versions = look.article_versions(pack.brand.id, article_id=article_id)
    there = [article.id for article in pack.articles]
    if not versions and article_id not in there:
        raise NotFound("article", article_id, there)
    return versions


@knowledge.command()
@click.argument("article_id")
@click.option("--yes", is_flag=True, help="Don't ask.")
@options.knowledge
def forget(article_id: str, yes: bool, knowledge: Path | None) -> int:
    """Delete an article for good: file, versions, passages, vectors. Replies already sent keep their words."""
    from assistant import compose
    from assistant.compose.knowledge import forget_article
    from assistant.settings import read_settings

    settings = read_settings()
    folder = knowledge or settings.knowledge
    _versions(settings, compose.load_brand(settings, folder), article_id)
    if not yes:
        click.confirm(f"delete {article_id} and all its versions for good?", abort=True)
    with progress_bar("texts", None, forced=False) as advance:
        versions = forget_article(settings, folder, article_id, progress=advance)
    click.echo(f"forgot {article_id}: {versions} versions, its file, passages and vectors")
    if settings.chroma_url:
        click.echo("the Chroma server's file keeps its words until `chroma vacuum --path FOLDER` ran there, stopped")
    return 0


@knowledge.command()
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="How far back.")
@click.option("--at-least", type=click.IntRange(1), default=2, show_default=True, help="Questions that make a gap.")
@click.option("--json", "as_json", is_flag=True, help="One gap a line.")
@click.option("--write", type=FolderToWrite(), help="Write a draft article of each here.")
@options.knowledge
def gaps(days: int, at_least: int, as_json: bool, write: Path | None, knowledge: Path | None) -> int:
    """What was asked and nothing answers, the most asked first."""
    from assistant import compose
    from assistant.settings import read_settings
    from assistant.workflows.find_gaps import find_gaps, write_gaps

    settings = read_settings()
    pack = compose.load_brand(settings, knowledge)
    with closing(compose.build_store(settings)) as store, busy("grouping what was asked"):
        embedder = compose.build_embedder(settings)
        found = find_gaps(pack, store=store, embedder=embedder, at=compose.utc_now(), days=days, at_least=at_least)
    for gap in found:
        if as_json:
            click.echo(json.dumps(gap.model_dump(mode="json"), ensure_ascii=False))
        else:
            near = f"; nearest: {gap.nearest}" if gap.nearest else ""
            click.echo(f"{gap.count:4}  {' '.join(gap.example.split())[:140]}  [{gap.id}]{near}")
    if not found:
        said = f"no gap: nothing that no article answers was asked {at_least} times in {days} days"
        click.echo(said, err=as_json)
    if write is not None:
        write_gaps(found, write)
    return 0


@knowledge.command()
@click.option("--accept", multiple=True, metavar="ID", help="Write them into this article's next version.")
@options.knowledge
def questions(accept: tuple[str, ...], knowledge: Path | None) -> int:
    """What customers asked where agents sent the draft as it was, as questions for the article it rested on."""
    from assistant import compose
    from assistant.compose.knowledge import index_or_mend
    from assistant.settings import read_settings
    from assistant.workflows.attach_questions import attach, attachable

    settings = read_settings()
    folder = knowledge or settings.knowledge
    pack = compose.load_brand(settings, folder)
    with closing(compose.build_store(settings)) as store:
        found = {
            each.article_id: each for each in attachable(pack, store=store, embedder=compose.build_embedder(settings))
        }
    if unknown := next((each for each in accept if each not in found), None):
        raise NotFound("question for", unknown)
    for article_id, each in found.items():
        for question in each.questions:
            click.echo(f"{article_id}: {question}")
    if not found:
        click.echo("nothing was asked that its article isn't asked already")
    for article_id in accept:
        click.echo(f"wrote {article_id}, version {attach(found[article_id], pack=pack, folder=folder).version}")
    if accept:
        index_or_mend(settings, compose.load_brand(settings, folder), progress=lambda done, total: None)
    return 0


@knowledge.command()
@options.knowledge
def sources(knowledge: Path | None) -> int:
    """The sources of sources.yaml, when each was read, and what is wrong. Exit status 1 where one is flagged."""
    from assistant import compose
    from assistant.settings import read_settings
    from assistant.workflows.sync_sources import source_states

    settings = read_settings()
    with closing(compose.build_store(settings)) as store:
        states = source_states(compose.load_brand(settings, knowledge), store=store, clock=compose.utc_now)
    for state in states:
        read = f"read {state.read_at:%Y-%m-%d %H:%M}" if state.read_at else "never read to its end"
        click.echo(f"{state.source.name}  {state.source.address}  {read}  {', '.join(state.flags) or 'fine'}")
        if state.newest:
            _say_problems(state.newest)
    if not states:
        click.echo(_NO_SOURCES)
    return 1 if any(state.flags for state in states) else 0


@knowledge.command()
@click.argument("name", required=False)
@options.knowledge
def sync(name: str | None, knowledge: Path | None) -> int:
    """Read the source NAME, or every one, into the pack and the index. Exit status 1 where one has a problem."""
    from assistant import compose
    from assistant.compose.syncing import sync_source
    from assistant.settings import read_settings

    settings = read_settings()
    folder = knowledge or settings.knowledge
    pack = compose.load_brand(settings, folder)
    if not (name or pack.sources):
        click.echo(_NO_SOURCES)
    bad = False
    with closing(compose.build_store(settings)) as store:
        for each in [name] if name else [source.name for source in pack.sources]:
            done = sync_source(settings, folder, pack, each, store=store)
            counts = f"{len(done.added)} added, {len(done.changed)} changed, {len(done.deleted)} deleted"
            click.echo(f"{each}: {done.articles} articles, {counts}" if not done.problem else f"{each}: not read")
            _say_problems(done)
            bad |= bool(done.problem or done.unreadable)
    return 1 if bad else 0


def _say_problems(sync: "Sync") -> None:
    if sync.problem:
        click.echo(f"  {sync.problem}")
    for line in sync.unreadable:
        click.echo(f"  not read: {line}")
    left = [article_id for article_id in sync.gone if article_id not in sync.deleted]
    if left:
        click.echo(f"  no longer at the source: {', '.join(left)}; delete with `assistant knowledge forget ID`")
