"""`assistant restored`: what to do after a backup was restored, before workers start."""

from contextlib import closing
from pathlib import Path

import click

from assistant.cli import options


@click.command()
@click.option("--by", "--agent", "agent", default="command line", show_default=True, help="Who restored it.")
@options.knowledge
def restored(agent: str, knowledge: Path | None) -> None:
    """Say that the store was restored from a backup. Replies to messages from before are then looked up on their
    network before anything is posted, since they may have gone out after the backup; where that can't be told, a person
    decides.
    """
    from assistant.compose import build_store, load_brand, utc_now
    from assistant.desk.restored import note_restored
    from assistant.settings import read_settings

    settings = read_settings()
    brand_id = load_brand(settings, knowledge).brand.id
    with closing(build_store(settings)) as store, store.begin() as tx:
        note_restored(tx, brand_id=brand_id, by=agent, at=utc_now())
        waiting = sum(tx.tally(brand_id=brand_id).get(state, 0) for state in ("due", "failed", "sending"))
        unanswered = tx.backlog(brand_id=brand_id, limit=1_000_000)
    click.echo(f"replies that wait to be sent: {waiting}, messages without an answer: {unanswered}")
    click.echo("Each is looked up on its network before anything is posted.")
