"""`assistant pack new`, `assistant import` and `assistant approve`: a brand's folder from what it has already."""

from pathlib import Path

import click

from assistant.cli import options
from assistant.cli.places import FolderToRead, FolderToWrite
from assistant.cli.rows import write_text

_pack = FolderToRead("begin a pack with `assistant pack new`")
_SHOWN = 20
"""Things named on the screen; the rest is counted, or stands in --errors FILE."""


@click.group()
def pack() -> None:
    """Begin a brand pack."""


@pack.command()
@click.argument("folder", type=FolderToWrite())
@click.option("--name", required=True, help="The brand's name as customers know it.")
@click.option("--language", default="en", show_default=True, help="Two letters: the language it answers in.")
@click.option("--time-zone", default="UTC", show_default=True, help="Such as Europe/Dublin.")
def new(folder: Path, name: str, language: str, time_zone: str) -> int:
    """Write every file a pack needs into FOLDER. Files that are there are left alone."""
    from assistant.kb.new_pack import NewBrand, new_pack

    written = new_pack(folder, NewBrand(name=name, language=language, time_zone=time_zone))
    click.echo(f"wrote {', '.join(written)} in {folder}" if written else f"{folder} has every file already")
    click.echo(f"next: assistant import SOURCE --into {folder}")
    return 0


@click.command(name="import")
@click.argument("source")
@click.option("--into", "into", type=_pack, required=True, help="A brand pack.")
@click.option("--area", help="Folder below articles/ (default: the source's own name).")
@click.option(
    "--audience",
    type=click.Choice(["public", "customers", "agents"]),
    default="public",
    show_default=True,
    help="Who may be told.",
)
@click.option("--approved", is_flag=True, help="Somebody of the brand has read them: no drafts.")
@options.errors_file
def import_(source: str, into: Path, area: str | None, audience: str, approved: bool, errors_file: Path | None) -> int:
    """Make articles of SOURCE: a file (HTML, PDF, DOCX, Markdown, text, CSV, JSONL), a folder, a page or a sitemap.

    A help desk is zendesk:ADDRESS, freshdesk:ADDRESS or chatwoot:ADDRESS; docs/guides/knowledge-care.md names its keys.

    Articles are drafts, which nobody is told, until `assistant approve`. The same source can be imported again: what
    did not change stays as it is. Exit status 1 where something could not be read.
    """
    from assistant.compose.sources import import_into

    done, unreadable = import_into(source, into, area=area, audience=audience, approved=approved)
    click.echo(f"{len(done.added)} added, {len(done.changed)} changed, {len(done.unchanged)} unchanged in {into}")
    if done.internal:
        click.echo(f"{len(done.internal)} are for agents only")
    if not approved and (done.added or done.changed):
        click.echo(f"they are drafts: read them, then run assistant approve --all --into {into}")
    lines = [f"{'left out' if each.withheld else 'not read'}: {each.place}: {each.reason}" for each in unreadable]
    if errors_file is not None:
        write_text(errors_file, "".join(f"{line}\n" for line in lines))
    else:
        shown = (
            lines if len(lines) <= _SHOWN else [*lines[:_SHOWN], f"... and {len(lines) - _SHOWN} more (--errors FILE)"]
        )
        for line in shown:
            click.echo(line, err=True)
    return 0 if all(each.withheld for each in unreadable) else 1


@click.command()
@click.argument("article_ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "every", is_flag=True, help="Every draft of the pack.")
@click.option("--into", "into", type=_pack, required=True, help="A brand pack.")
def approve(article_ids: tuple[str, ...], every: bool, into: Path) -> int:
    """Let customers be told what these drafts say, from the next `assistant index` on."""
    from assistant.kb.approve import approve as approve_articles

    if every == bool(article_ids):
        raise click.UsageError("name the articles, or give --all")
    approved = approve_articles(into, None if every else set(article_ids))
    click.echo(f"approved {len(approved)} articles; next: assistant index --knowledge {into}")
    return 0
