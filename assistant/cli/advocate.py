"""`assistant advocate`: customers who agreed to be asked when others have a question."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click

from assistant.domain.person import Handle

if TYPE_CHECKING:
    from assistant.domain.brand import Pack
    from assistant.ports import Transaction


@click.group()
def advocate() -> None:
    """Customers who agreed to be invited to others' questions; strategies.yaml says to which."""


@advocate.command()
@click.argument("account", nargs=-1, required=True, metavar="CHANNEL=HANDLE...")
@click.option("--topic", "topics", multiple=True, required=True, help="A topic or intent they know; repeat for more.")
@click.option("--language", "languages", multiple=True, required=True, help="A language they write; repeat for more.")
@click.option("--consent", required=True, help="When and how they agreed to be named in public.")
@click.option("--by", required=True, help="Who of ours notes it.")
def add(account: tuple[str, ...], topics: tuple[str, ...], languages: tuple[str, ...], consent: str, by: str) -> int:
    """Note that a customer agreed; the same account again replaces what was noted."""
    from assistant.desk.advocates import take_up

    handles = [_handle(each) for each in account]
    with _open() as (tx, pack, at):
        said = take_up(
            tx, handles=handles, topics=topics, languages=languages, consent=consent, by=by, pack=pack, at=at
        )
    click.echo(f"{said.id} may be invited about {', '.join(said.topics)}")
    return 0


@advocate.command(name="list")
def list_advocates() -> int:
    """Everybody who agreed, and what came of their invitations."""
    from assistant.desk.advocates import invites_of
    from assistant.domain.peer import PeerEnd

    with _open() as (tx, pack, _):
        agreed = tx.advocates(brand_id=pack.brand.id)
        for each in agreed:
            asked = invites_of(tx, each.id, brand_id=pack.brand.id)
            held = sum(invite.verdict is PeerEnd.CONFIRMED for invite in asked)
            accounts = " ".join(f"{handle.channel}={handle.handle}" for handle in each.handles)
            topics, languages = ", ".join(each.topics), ", ".join(each.languages)
            click.echo(f"{each.id}\t{accounts}\t{topics}\t{languages}\tinvited {len(asked)}, held {held}")
    if not agreed:
        click.echo("nobody agreed to be asked yet", err=True)
    return 0


@advocate.command()
@click.argument("advocate_id")
@click.option("--by", required=True, help="Who of ours notes it.")
def remove(advocate_id: str, by: str) -> int:
    """They are never invited again, and their name goes from invitations."""
    from assistant.desk.advocates import let_go

    with _open() as (tx, pack, at):
        let_go(tx, advocate_id, by=by, brand_id=pack.brand.id, at=at)
    click.echo(f"{advocate_id} won't be invited any more")
    return 0


def _handle(account: str) -> Handle:
    channel, _, handle = account.partition("=")
    if not channel or not handle:
        raise click.UsageError(f"{account!r}: write the channel and the account, such as x=@somebody")
    return Handle(channel=channel, handle=handle)


@contextmanager
def _open() -> "Iterator[tuple[Transaction, Pack, datetime]]":
    from assistant import compose
    from assistant.settings import read_settings

    settings = read_settings()
    pack = compose.load_brand(settings, None)
    with closing(compose.build_store(settings)) as store, store.begin() as tx:
        yield tx, pack, compose.utc_now()
