"""`assistant chart`: check, run, compare and draw triage charts."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import options
from assistant.cli.places import FileToRead, FileToWrite, RowsToRead
from assistant.cli.rows import BadRows, read_rows, write_text
from assistant.cli.statuses import NOT_HELD
from assistant.errors import HeadsMissing, IndexMissing, Infrastructure, InputInvalid, PackInvalid

if TYPE_CHECKING:
    from assistant.charts.evaluate import ChartOutcome
    from assistant.charts.facts import Facts
    from assistant.compose import Assistant
    from assistant.domain.brand import Pack
    from assistant.domain.mention import Mention
    from assistant.domain.turn import Turn
    from assistant.domain.understanding import Understanding

_LONGEST_PLACE = 400
"""Characters: a path is said whole, a text that was taken for one is not."""


@dataclass(frozen=True)
class Outside:
    """What the commands take from the rest of the assistant; tests hand in their own, which needs no model.

    `understanding_of` returns None where a stage failed, and raises what the missing part raises.
    """

    pack_of: Callable[[Path | None], "Pack"]
    understanding_of: Callable[["Mention", Path | None], "Understanding | None"]


@click.group(no_args_is_help=True)
@click.pass_context
def chart(ctx: click.Context) -> None:
    """Triage charts: who answers what, by when, and where nobody should.

    docs/guides/charts.md tells how to write one.
    """
    ctx.obj = ctx.obj or _outside()


@chart.command()
@options.knowledge
@click.pass_obj
def check(outside: Outside, knowledge: Path | None) -> int:
    """Prove every chart of the pack sound: each leaf reachable and owned, no overlap, nothing left over.

    Exit status: 0 all are; 1 one is not, each mistake as file:line: field: what; 3 the pack can't be read.
    """
    from assistant.charts.check import check as check_chart
    from assistant.charts.load import load_chart
    from assistant.charts.satisfy import words_of

    words = words_of(outside.pack_of(knowledge))
    found = False
    for path in _charts_of(knowledge):
        try:
            loaded = load_chart(path)
            problems: Sequence[str] = [str(problem) for problem in check_chart(loaded, words)]
        except PackInvalid as invalid:
            problems = invalid.problems
        else:
            if not problems:
                click.echo(f"{path}: sound, {len(loaded.nodes)} questions, {len(loaded.leaves)} leaves")
        for problem in problems:
            found = True
            click.echo(problem)
    return NOT_HELD if found else 0


@chart.command()
@click.argument("files", type=FileToRead(), metavar="FILE...", nargs=-1, required=True)
@click.option("--mention", "given", required=True, help="A row as for `assistant run`, as JSON or a file holding it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a chart.")
@options.knowledge
@click.pass_obj
def run(outside: Outside, files: tuple[Path, ...], given: str, as_json: bool, knowledge: Path | None) -> int:
    """Lead one mention through a chart, or through several side by side, and say where and why.

    The mention may carry an `understanding` as a Turn shows it; without one the trained heads read the text.
    """
    from assistant.charts.evaluate import evaluate
    from assistant.charts.load import load_chart

    charts = [load_chart(file) for file in files]
    facts = _facts(outside, _object(given), knowledge)
    for loaded in charts:
        outcome = evaluate(loaded, facts)
        if as_json:
            click.echo(json.dumps(outcome.model_dump(mode="json"), ensure_ascii=False))
        else:
            click.echo("\n".join(_told(outcome)))
    return 0


@chart.command()
@click.argument("old", type=FileToRead())
@click.argument("new", type=FileToRead())
@click.option("--on", "turns_file", type=RowsToRead(), required=True, help="Turns, as `run` writes them.")
@options.errors_file
@options.knowledge
@click.pass_obj
def diff(
    outside: Outside, old: Path, new: Path, turns_file: Path, errors_file: Path | None, knowledge: Path | None
) -> int:
    """Say which recorded turns chart NEW would lead elsewhere than chart OLD."""
    from assistant.charts.diff import diff as diff_charts
    from assistant.charts.load import load_chart

    bad = BadRows()
    compared = diff_charts(load_chart(old), load_chart(new), _turns(turns_file, bad), outside.pack_of(knowledge))
    for change in compared.changes:
        click.echo(f"{change.mention_id}  {' '.join(change.text.split())[:100]}")
        for label, side in (("old", change.old), ("new", change.new)):
            click.echo(f"  {label}  {side.decision}  {side.outcome}  {' > '.join(side.path)}")
        click.echo(f"  differs in {', '.join(change.fields)}")
    unread = f", {compared.unread} never understood" if compared.unread else ""
    click.echo(f"{len(compared.changes)} of {compared.compared} turns would go elsewhere{unread}")
    return bad.report(errors_file)


@chart.command()
@click.argument("file", type=FileToRead())
@click.option("--out", "out_file", type=FileToWrite(), required=True, help="The SVG file to write.")
def draw(file: Path, out_file: Path) -> int:
    """Draw a chart as one SVG file that needs nothing else."""
    from assistant.charts.load import load_chart
    from assistant.charts.picture import draw as draw_chart

    write_text(out_file, draw_chart(load_chart(file)))
    return 0


def _outside() -> Outside:
    from assistant import compose
    from assistant.settings import read_settings

    def pack_of(knowledge: Path | None) -> "Pack":
        return compose.load_brand(read_settings(), knowledge)

    def understanding_of(mention: "Mention", knowledge: Path | None) -> "Understanding | None":
        with compose.open_assistant(read_settings(), knowledge=knowledge, with_store=False) as assistant:
            (turn,) = asyncio.run(_respond(assistant, mention))
        return turn.understanding

    return Outside(pack_of=pack_of, understanding_of=understanding_of)


async def _respond(assistant: "Assistant", mention: "Mention") -> Sequence["Turn"]:
    return await assistant.respond([mention])


def _charts_of(knowledge: Path | None) -> Sequence[Path]:
    from assistant.settings import read_settings

    folder = (knowledge or read_settings().knowledge) / "charts"
    if not (paths := sorted(folder.glob("*.yaml"))):
        click.echo(f"{folder}: no chart here, so none binds (docs/guides/charts.md)")
    return paths


def _object(given: str) -> Mapping[str, object]:
    try:
        text = given if given.lstrip().startswith("{") else Path(given).read_text(encoding="utf-8-sig")
        row: object = json.loads(text)
    except OSError as error:
        place = given if len(given) <= _LONGEST_PLACE else f"{given[:_LONGEST_PLACE]}..."
        raise Infrastructure(
            f"--mention: {place}: {error.strerror}; give a JSON object, or a file that holds one"
        ) from error
    except UnicodeDecodeError as error:
        raise Infrastructure(f"--mention: {given}: not UTF-8 at byte {error.start + 1}; save it as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise InputInvalid(f"--mention: not JSON: {error}") from error
    if not isinstance(row, dict):
        raise InputInvalid("--mention: one JSON object is needed")
    return row


def _facts(outside: Outside, row: Mapping[str, object], knowledge: Path | None) -> "Facts":
    """The facts of the row: its own `understanding` where it carries one, else what the heads read in its text."""
    from assistant.charts.facts import facts_of
    from assistant.desk.intake import parse_mention

    pack = outside.pack_of(knowledge)
    given = row.get("understanding")
    source = row.get("mention", row)
    if not isinstance(source, Mapping):
        raise InputInvalid("--mention: `mention` is an object as a row for `assistant run`")
    text = {"text": ""} if given is not None else {}
    mention = parse_mention({**text, **source}, pack=pack, position="argument")
    understanding = _read(outside, mention, knowledge) if given is None else _understanding(given)
    return facts_of(mention, understanding, pack, known_customer=row.get("known_customer") is True)


def _read(outside: Outside, mention: "Mention", knowledge: Path | None) -> "Understanding":
    way_out = "or give `understanding` in the JSON, as a Turn shows it"
    try:
        understanding = outside.understanding_of(mention, knowledge)
    except (HeadsMissing, IndexMissing) as missing:
        raise type(missing)(f"{missing}, {way_out}") from missing
    if understanding is None:
        raise InputInvalid(f"--mention: reading it failed; `assistant reply` shows where, {way_out}")
    return understanding


def _understanding(given: object) -> "Understanding":
    """An understanding as a Turn shows it; what is left out is what an ordinary, certain question would have."""
    from pydantic import ValidationError

    from assistant.domain.mistake import first_of
    from assistant.domain.understanding import Understanding

    plain = {
        "intent": None,
        "intent_confidence": 1.0,
        "in_scope": True,
        "in_scope_confidence": 1.0,
        "sentiment": "neutral",
        "urgency": "low",
        "stance": "question",
        "respond": True,
        "language": "en",
        "injection": {"score": 0.0, "flag": False},
    }
    if not isinstance(given, Mapping):
        raise InputInvalid("--mention: `understanding` is an object as a Turn shows it")
    try:
        return Understanding.model_validate({**plain, **given})
    except ValidationError as invalid:
        raise InputInvalid(f"--mention: {first_of(invalid, within='understanding')}") from invalid


def _turns(path: Path, bad: BadRows) -> Iterator["Turn"]:
    from pydantic import ValidationError

    from assistant.domain.mistake import first_of
    from assistant.domain.turn import Turn

    for line in read_rows(path, bad):
        try:
            yield Turn.model_validate(line.row)
        except ValidationError as invalid:
            bad.add(line.number, f"no Turn: {first_of(invalid)}")


def _told(outcome: "ChartOutcome") -> Iterator[str]:
    yield f"path      {' > '.join(outcome.path)}"
    yield f"outcome   {outcome.outcome}"
    yield f"decision  {outcome.decision}"
    escalation = f", then {outcome.escalate_to}" if outcome.escalate_to else ""
    yield f"owner     {outcome.owner}"
    yield f"SLA       {'none' if outcome.sla_minutes is None else f'{outcome.sla_minutes} minutes{escalation}'}"
    yield f"next      {outcome.next_step}"
    for action in outcome.actions:
        yield f"action    {action}" + (f" (rule: {outcome.rule})" if outcome.rule else "")
    for name, value in outcome.fields.items():
        yield f"field     {name}: {value}"
    for name, sentence in outcome.checks.items():
        yield f"check     {name}: {sentence}"
    for reason in outcome.reasons:
        yield f"reason    {reason}"
    yield ""
