"""The `assistant` command: runs it and turns what was raised into a message and an exit status."""

import sys

import click

from assistant.cli import cli, stopping
from assistant.cli.statuses import INFRASTRUCTURE, NOT_HELD, USAGE
from assistant.errors import (
    AssistantError,
    Infrastructure,
    ModelUnavailable,
    NotFound,
    PackInvalid,
    PromptInvalid,
    SettingInvalid,
    SuiteInvalid,
)

_LISTED = {
    "agent": "assistant agent list",
    "advocate": "assistant advocate list",
    "model": "assistant models",
    "proposal": "assistant proposals",
    "question for": "assistant knowledge questions",
    "slice": "assistant ramp",
    "source": "assistant knowledge sources",
}
"""Where to see what there is of a thing that somebody named wrongly."""


def main() -> None:
    """Run the command line. Exit status: 0 done, 1 some input was bad, 2 not decidable, 3 infrastructure, 64 usage."""
    stopping.listen()
    status = _run(sys.argv[1:])
    if status in {stopping.INTERRUPTED, stopping.TERMINATED}:
        stopping.leave(status)
    sys.exit(status)


def _run(arguments: list[str]) -> int:
    try:
        outcome: object = cli.main(args=arguments, prog_name="assistant", standalone_mode=False)
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.UsageError as usage:
        usage.show()
        return USAGE
    except click.Abort as stopped:
        return stopping.ended_by(stopped.__cause__)
    except KeyboardInterrupt as stopped:
        return stopping.ended_by(stopped)
    except AssistantError as error:
        listed = _LISTED.get(error.what) if isinstance(error, NotFound) else None
        click.echo(f"assistant: {error}{f'; `{listed}` lists them' if listed else ''}", err=True)
        infrastructure = isinstance(
            error, (Infrastructure, ModelUnavailable, PackInvalid, PromptInvalid, SettingInvalid, SuiteInvalid)
        )
        return INFRASTRUCTURE if infrastructure else NOT_HELD
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        click.echo(f"assistant: {place}{error.strerror or error}", err=True)
        return INFRASTRUCTURE
    return outcome if isinstance(outcome, int) else 0


if __name__ == "__main__":
    main()
