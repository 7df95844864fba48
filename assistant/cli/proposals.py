"""`assistant proposals`: what agents' edits teach, for a person to accept or reject."""

from pathlib import Path

import click

from assistant.cli import options


@click.command()
@options.knowledge
@click.option("--accept", metavar="ID", help="Hand this one to the pack's authors.")
@click.option("--reject", metavar="ID", help="Never propose this one again.")
@click.option("--agent", default="command line", show_default=True, help="Who decides.")
def proposals(knowledge: Path | None, accept: str | None, reject: str | None, agent: str) -> int:
    """Draw proposals from agents' edits and list the open ones, or decide on one. The pack is never changed.

    A line each: id, kind, what it is about, how many edits stand behind it, and the wording proposed.
    """
    from assistant.compose import build_store, load_brand, utc_now
    from assistant.desk.lessons import decide, propose
    from assistant.domain.wording import ProposalState
    from assistant.settings import read_settings

    if accept and reject:
        raise click.UsageError("decide on one at a time: --accept or --reject")
    settings = read_settings()
    pack, store = load_brand(settings, knowledge), build_store(settings)
    try:
        with store.begin() as tx:
            if chosen := accept or reject:
                decided = decide(tx, chosen, pack=pack, accept=bool(accept), agent=agent, at=utc_now())
                click.echo(f"{decided.id}  {decided.state.value}")
                return 0
            propose(tx, pack=pack, at=utc_now())
            for each in tx.proposals(brand_id=pack.brand.id, state=ProposalState.OPEN):
                click.echo(
                    "  ".join((each.id, each.kind.value, each.subject, str(len(each.edits)), each.text)).rstrip()
                )
    finally:
        store.close()
    return 0
