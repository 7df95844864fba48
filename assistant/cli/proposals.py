"""`assistant proposals`: what agents' edits teach, for a person to accept or reject."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import options

if TYPE_CHECKING:
    from assistant.domain.brand import Pack
    from assistant.domain.wording import Proposal
    from assistant.ports import Store


@click.command()
@options.knowledge
@click.option("--accept", metavar="ID", help="Write this one into the pack.")
@click.option("--reject", metavar="ID", help="Never propose this one again.")
@click.option("--by", "--agent", "agent", default="command line", show_default=True, help="Who decides.")
@click.option("--accepted", is_flag=True, help="List what was accepted, and whether it helped.")
@click.option("--measure", metavar="ID", help="Keep whether this accepted one helped, by two runs of the suites.")
@click.option("--before", type=click.Path(path_type=Path), metavar="RUN", help="The run before the pack changed.")
@click.option("--after", type=click.Path(path_type=Path), metavar="RUN", help="The run after it.")
def proposals(
    knowledge: Path | None,
    accept: str | None,
    reject: str | None,
    agent: str,
    accepted: bool,
    measure: str | None,
    before: Path | None,
    after: Path | None,
) -> int:
    """Draw proposals from agents' edits and list the open ones, or decide on one; only accepting changes the pack.

    A line each: id, kind, what it is about, how many edits stand behind it, and the wording proposed. With --accepted:
    what the suites said before and after it was taken up. Exit status 1 where the proposal measured did harm.
    """
    from assistant.compose import build_store, load_brand, utc_now
    from assistant.settings import read_settings
    from assistant.workflows.measure_proposal import measure_proposal
    from assistant.workflows.take_up import take_up

    if sum(map(bool, (accept, reject, measure))) > 1:
        raise click.UsageError("one at a time: --accept, --reject or --measure")
    settings = read_settings()
    pack = load_brand(settings, knowledge)
    with closing(build_store(settings)) as store:
        if measure:
            if before is None or after is None:
                raise click.UsageError("--measure needs --before RUN and --after RUN")
            found = measure_proposal(store, measure, before=before, after=after, pack=pack, at=utc_now())
            click.echo(_line(found))
            return int(found.effect is not None and found.effect.verdict == "harmed")
        if chosen := accept or reject:
            folder = knowledge or settings.knowledge
            decided = take_up(store, chosen, accept=bool(accept), pack=pack, folder=folder, agent=agent, clock=utc_now)
            then = "; the pack holds it, `assistant index` takes it up" if accept else ""
            click.echo(f"{decided.id}  {decided.state.value}{then}")
            return 0
        _list(store, pack, accepted=accepted)
    return 0


def _list(store: "Store", pack: "Pack", *, accepted: bool) -> None:
    from assistant.compose import utc_now
    from assistant.desk.lessons import propose
    from assistant.domain.wording import ProposalState

    with store.begin() as tx:
        if not accepted:
            propose(tx, pack=pack, at=utc_now())
        state = ProposalState.ACCEPTED if accepted else ProposalState.OPEN
        found = tx.proposals(brand_id=pack.brand.id, state=state)
    for each in found:
        click.echo(_line(each))
    if not found:
        click.echo("no proposal was accepted yet" if accepted else "no open proposals: three edits that agree make one")


def _line(proposal: "Proposal") -> str:
    parts = [proposal.id, proposal.kind.value, proposal.subject, str(len(proposal.edits)), proposal.text]
    if (effect := proposal.effect) is not None:
        parts.append(f"{effect.verdict}: {effect.fixed} fixed, {effect.broken} broken")
    return "  ".join(part for part in parts if part)
