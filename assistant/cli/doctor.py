"""`assistant doctor`: does each part work, and is the record whole?"""

from pathlib import Path

import click

from assistant.cli import options


@click.command()
@click.option("--verify-log", "only_log", is_flag=True, help="Look at every entry of the log instead.")
@options.knowledge
def doctor(only_log: bool, knowledge: Path | None) -> int:
    """Say of pack, models, index, store and drafter whether they work, and what to do where one doesn't.

    A drafter works where its prompts can be read, and a model where its server answers, takes the key and has it.

    With --verify-log every entry of the hash-chained log is held against the one before; the first that doesn't
    follow is named. Exit status: 0 all is well; 1 something isn't.
    """
    from assistant.compose.doctor import examine, verify
    from assistant.settings import read_settings

    settings = read_settings()
    well = True
    for checked in [verify(settings)] if only_log else examine(settings, knowledge):
        well = well and checked.ok
        click.echo(f"{checked.part:<7} {'ok' if checked.ok else 'NOT OK'}: {checked.said}")
    return 0 if well else 1
