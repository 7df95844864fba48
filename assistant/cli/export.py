"""`assistant export`: everything the store holds of the brand, as files."""

from pathlib import Path

import click

from assistant.cli import options


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@options.progress
@options.knowledge
def export(folder: Path, show_progress: bool, knowledge: Path | None) -> int:
    """Write every row of the brand into FOLDER, a JSONL file a table, and manifest.json with counts and hashes.

    Passwords and sessions stay out; customers' words and names are in it. A service that runs is not disturbed.
    """
    from assistant import compose
    from assistant.cli.progress import progress_bar
    from assistant.compose.engine import export_brand
    from assistant.settings import read_settings

    settings = read_settings()
    pack = compose.load_brand(settings, knowledge)
    with progress_bar("rows", None, forced=show_progress) as advance:
        written = export_brand(settings, pack.brand.id, folder, progress=advance)
    for table, (rows, _) in written.items():
        click.echo(f"{table:20} {rows:>9} rows")
    click.echo(f"{folder}/manifest.json says what is whole.")
    return 0
