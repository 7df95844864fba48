"""`assistant migrate`: the embedded store moves to Postgres, checked."""

import click

from assistant.errors import InputInvalid


@click.command()
@click.option("--to", "target", default=None, help="Address of the empty database (default: ASSISTANT_DATABASE_URL).")
def migrate(target: str | None) -> int:
    """Copy the embedded store to Postgres and compare rows and hashes. Stop everything that writes to it first."""
    from assistant.cli.progress import progress_bar
    from assistant.compose.engine import move_store
    from assistant.settings import read_settings

    settings = read_settings()
    given = settings.database_url.get_secret_value() if settings.database_url else None
    where = target or given
    if where is None:
        raise InputInvalid("say where to: --to postgresql://user:password@host/database, or ASSISTANT_DATABASE_URL")
    with progress_bar("rows", None, forced=False) as advance:
        moved = move_store(settings, where, progress=advance)
    for table, (rows, sha256) in moved.items():
        click.echo(f"{table:20} {rows:>9} rows  same content  {sha256[:16]}")
    click.echo("Set ASSISTANT_DATABASE_URL to this address and start again. The old file stays as it was.")
    return 0
