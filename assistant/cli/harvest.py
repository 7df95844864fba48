"""`assistant eval harvest`: what failed live or was changed by agents, as proposed cases."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import click

from assistant.cli import options
from assistant.cli.places import FolderToWrite


@click.command("harvest")
@click.argument("turn_ids", nargs=-1, metavar="[TURN]...")
@click.option("--wrong", multiple=True, help="Words the reply should not have said; repeat it for several.")
@click.option("--good", is_flag=True, help="TURN's reply went out as drafted and was good: propose what must stay.")
@click.option("--days", type=click.IntRange(1, 3650), default=7, show_default=True, help="Without TURN: edits since.")
@click.option("--out", "folder", type=FolderToWrite(), help="Suite folder to add to.")
@options.knowledge
def harvest(
    turn_ids: tuple[str, ...],
    wrong: tuple[str, ...],
    good: bool,
    days: int,
    folder: Path | None,
    knowledge: Path | None,
) -> int:
    """Propose cases from live turns, without personal data: those named, else those whose drafts agents edited.

    They are kept under ASSISTANT_DATA_DIR/harvest, which `assistant eval run` can run; read each before you move its
    line into a suite.
    """
    from assistant.compose import build_store, load_brand, utc_now
    from assistant.compose.harvested import folder as kept_in
    from assistant.evals.harvest import add_to
    from assistant.settings import read_settings
    from assistant.workflows.harvest import Harvest, harvest_edits, harvest_good, harvest_turn

    if (wrong or good) and not turn_ids:
        raise click.UsageError(f"{'--wrong' if wrong else '--good'} is about a TURN; name it")
    if wrong and good:
        raise click.UsageError("a good reply says nothing wrong: give --good or --wrong")
    settings = read_settings()
    pack = load_brand(settings, knowledge)
    with closing(build_store(settings)) as store:
        if good:
            named = [harvest_good(turn_id, store=store, pack=pack) for turn_id in turn_ids]
            found = Harvest(named, len(named))
        elif turn_ids:
            named = [harvest_turn(turn_id, wrong=wrong, store=store, pack=pack) for turn_id in turn_ids]
            found = Harvest(named, len(named))
        else:
            found = harvest_edits(since=utc_now() - timedelta(days=days), store=store, pack=pack)
    out = folder or kept_in(settings)
    new = add_to(out, found.cases)
    for case in found.cases:
        click.echo(f"{case.id}  {case.description}  {', '.join(each.name for each in case.assertions)}")
    click.echo(_summed(len(found.cases), new, found.looked_at, days=days, out=out))
    return 0


def _summed(cases: int, new: int, looked_at: int, *, days: int, out: Path) -> str:
    """How it went; where nothing came of it, why."""
    if cases:
        return f"{new} new case(s) in {out}, {cases - new} there already"
    if not looked_at:
        return f"no draft was edited in the last {days} days: --days looks further back"
    return (
        f"no case: of {looked_at} edit(s) in the last {days} days none changed a fact or took words out that a rule "
        "could hold; name a TURN and its --wrong words"
    )
