"""Options that several commands share."""

from pathlib import Path

import click

from assistant.cli.places import FileToWrite

knowledge = click.option(
    "--knowledge", type=click.Path(path_type=Path), default=None, help="Folder of the brand pack (default: knowledge)."
)
errors_file = click.option(
    "--errors",
    "errors_file",
    type=FileToWrite(),
    default=None,
    help="Where bad lines are named (default: standard error).",
)
out_file = click.option(
    "--out",
    "out_file",
    type=FileToWrite(),
    required=True,
    help="Where rows are written; - for standard output.",
)
progress = click.option("--progress", "show_progress", is_flag=True, help="Show progress even when not on a terminal.")
