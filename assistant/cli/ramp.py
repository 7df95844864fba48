"""`assistant ramp`: how much of each certified slice is sent by itself, and moving one a step."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import options
from assistant.domain.automation import Step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.compose import Assistant
    from assistant.domain.automation import AutomationState
    from assistant.domain.certificate import Permit, Standing
    from assistant.domain.label import LabelCounts


@click.command()
@click.argument("slice_", metavar="[SLICE]", required=False)
@click.option(
    "--to",
    type=click.Choice([step.value for step in Step]),
    help="Move SLICE there: down at will, up one step at a time.",
)
@click.option("--by", "--agent", "by", default="command line", show_default=True, help="Who decides.")
@click.option("--why", default="", help="Why, for the record.")
@options.knowledge
def ramp(slice_: str | None, to: str | None, by: str, why: str, knowledge: Path | None) -> int:
    """Show every slice: its step, its certificate, its labels of 30 days, what is on hold. With SLICE --to, move it.

    A step up needs a certificate from labels of the step before: `assistant certify --from-desk`. Where audits break
    the promise, or a detector trips, a slice goes back to shadow and on hold by itself.
    """
    if bool(slice_) != bool(to):
        raise click.UsageError("give SLICE and --to STEP together, or neither")
    from assistant import compose
    from assistant.settings import read_settings

    with compose.open_assistant(read_settings(), knowledge=knowledge) as opened:
        if slice_ and to:
            _move(opened, slice_, to, by=by, why=why)
        _show(opened)
    return 0


def _move(opened: "Assistant", slice_: str, to: str, *, by: str, why: str) -> None:
    from assistant.desk.automation import move

    with opened.require_store().begin() as tx:
        move(tx, opened.pack, slice_=slice_, to=Step(to), proof=opened.proof(), by=by, why=why, at=opened.clock())


def _show(opened: "Assistant") -> None:
    from datetime import timedelta

    from assistant.desk.labels import counts
    from assistant.evals.certificate import WHOLE

    brand_id, now = opened.pack.brand.id, opened.clock()
    with opened.require_store().read() as look:
        state = look.automation(brand_id)
        labelled = {
            each.slice: each for each in counts(look, brand_id=brand_id, since=now - timedelta(days=30), now=now)
        }
    proof_now = opened.proof()
    versions = proof_now.versions if proof_now else {}
    standings = {permit.certificate.slice: (permit, standing) for permit, standing in opened.certificates()}
    slices = sorted({*standings, *labelled, *(each.slice for each in state.ramps)} - {WHOLE})
    for name in slices:
        moved = state.ramp(name)
        step = state.step(name, start=opened.pack.automation.ramp_start)
        since = f"since {moved.since:%Y-%m-%d}" if moved else "from the start"
        known = standings.get(name)
        proof = _proof(*known, versions=versions) if known else "none"
        click.echo(f"{name}: {step.value} {since}")
        click.echo(f"  certificate: {proof}")
        click.echo(f"  labels of 30 days: {_labels(labelled.get(name))}")
    if not slices:
        click.echo("no slice has a label or a certificate yet, nothing is sent by itself: docs/guides/certificates.md")
    _print_holds(state)


def _proof(permit: "Permit", standing: "Standing", *, versions: "Mapping[str, str]") -> str:
    """What it rests on, whether it stands, and what changed where that is why it doesn't."""
    from assistant.domain.certificate import Standing

    changed = f": {', '.join(permit.differs_in(versions))}" if standing is Standing.CHANGED else ""
    return f"{standing.value}{changed}; from the {permit.origin.value}"


def _labels(counted: "LabelCounts | None") -> str:
    if counted is None:
        return "none"
    return (
        f"{counted.errors} wrong of {counted.labelled}, {counted.ripe} count; blind {counted.blind_errors} of "
        f"{counted.blind}, {counted.unjudged} unjudged"
    )


def _print_holds(state: "AutomationState") -> None:
    lines: Sequence[str] = [f"on hold: {held.scope}: {held.reason} ({held.by})" for held in state.holds]
    for line in ["the kill switch is on", *lines] if state.kill_switch else lines:
        click.echo(line)
