"""`assistant chart` from the outside: what it prints and its exit status."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from assistant.charts.chart import NO_REPLY
from assistant.cli.chart import Outside, chart
from assistant.domain.mention import Mention
from assistant.domain.understanding import Understanding
from assistant.errors import AssistantError, HeadsMissing, InputInvalid
from assistant.kb.pack import load_pack
from tests.chart_builders import KNOWLEDGE, an_understanding, small_text, the_pack
from tests.charts.test_diff import a_turn

_LARKSPUR = str(KNOWLEDGE / "charts" / "larkspur.yaml")
_AIR_FORCE = str(KNOWLEDGE / "charts" / "air_force.yaml")


def _understand(mention: Mention, knowledge: Path | None) -> Understanding | None:
    if mention.text == "untrained":
        raise HeadsMissing("nothing was trained yet; run `assistant train`")
    if mention.text == "broken":
        return None
    return an_understanding({"stance": "praise" if "love" in mention.text else "question"})


_OUTSIDE = Outside(
    pack_of=lambda knowledge: load_pack(knowledge) if knowledge else the_pack(), understanding_of=_understand
)


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(chart, arguments, obj=_OUTSIDE, standalone_mode=False)


def _raised(*arguments: str) -> AssistantError:
    error = _run(*arguments).exception
    assert isinstance(error, AssistantError)
    return error


def _copy_without_charts(folder: Path) -> None:
    shutil.copytree(KNOWLEDGE, folder, ignore=shutil.ignore_patterns("charts"))
    policy = folder / "automation.yaml"
    text = policy.read_text(encoding="utf-8")
    assert "charts: [larkspur]" in text
    policy.write_text(text.replace("charts: [larkspur]", "charts: []"), encoding="utf-8")


def test_the_shipped_charts_are_sound() -> None:
    outcome = _run("check", "--knowledge", str(KNOWLEDGE))
    assert outcome.return_value == 0
    assert outcome.output.count(": sound, ") == 5


def test_check_names_file_and_line_of_every_mistake(tmp_path: Path) -> None:
    _copy_without_charts(tmp_path / "pack")
    folder = tmp_path / "pack" / "charts"
    folder.mkdir()
    (folder / "a.yaml").write_text(small_text(("    sla_minutes: 10\n", "")), encoding="utf-8")
    (folder / "b.yaml").write_text(small_text(("stance: [troll, spam]", "stance: sour")), encoding="utf-8")
    (folder / "c.yaml").write_text(small_text(), encoding="utf-8")
    outcome = _run("check", "--knowledge", str(tmp_path / "pack"))
    assert outcome.return_value == 1
    first, second, third = outcome.output.splitlines()
    assert first == f"{folder / 'a.yaml'}:21: leaves.person: an answer is due but sla_minutes says not when"
    assert second.startswith(f"{folder / 'b.yaml'}:18: nodes.stance.branches[0].when.stance: 'sour' is no word")
    assert third == f"{folder / 'c.yaml'}: sound, 2 questions, 3 leaves"


def test_a_pack_may_do_without_charts(tmp_path: Path) -> None:
    _copy_without_charts(tmp_path / "pack")
    outcome = _run("check", "--knowledge", str(tmp_path / "pack"))
    assert outcome.return_value == 0
    assert outcome.output == f"{tmp_path / 'pack' / 'charts'}: no chart here, so none binds (docs/guides/charts.md)\n"


def test_run_shows_way_end_owner_promise_and_reasons() -> None:
    mention = {"text": "Where is my bag?!", "understanding": {"stance": "complaint", "intent": "delayed_bag"}}
    outcome = _run("run", _LARKSPUR, "--mention", json.dumps(mention))
    assert outcome.return_value == 0
    lines = outcome.output.splitlines()
    assert lines[0].startswith("path      larkspur > danger > tricked")
    assert lines[0].endswith(" > trace_bag")
    assert lines[1:5] == [
        "outcome   trace_bag",
        "decision  REVIEW",
        "owner     baggage",
        "SLA       60 minutes, then care",
    ]
    assert "reason    What went wrong? Bags (topic baggage, urgency low, intent delayed_bag)." in lines


def test_run_says_no_reply_where_it_is_that() -> None:
    mention = {"text": "x", "understanding": {"stance": "troll", "respond": False, "sentiment": "negative"}}
    outcome = _run("run", _AIR_FORCE, _LARKSPUR, "--mention", json.dumps(mention), "--json")
    first, second = (json.loads(line) for line in outcome.output.splitlines())
    assert (first["outcome"], second["outcome"]) == (NO_REPLY, NO_REPLY)
    assert (first["owner"], second["owner"]) == ("headquarters", "care")
    assert first["path"][0] == "air_force"


def test_run_reads_the_text_where_no_understanding_is_given() -> None:
    outcome = _run("run", _LARKSPUR, "--mention", '{"text": "love it", "channel": "email"}')
    assert "outcome   say_thanks" in outcome.output


def test_run_takes_a_turn_from_a_file(tmp_path: Path) -> None:
    turn = tmp_path / "turn.json"
    turn.write_text(json.dumps(a_turn("m1", stance="misguided").row()), encoding="utf-8")
    assert "outcome   fix_the_facts" in _run("run", _LARKSPUR, "--mention", str(turn)).output


def test_run_believes_that_a_customer_is_known() -> None:
    mention = {"text": "x", "known_customer": True, "understanding": {"stance": "question"}}
    outcome = _run("run", str(KNOWLEDGE / "charts" / "radian6.yaml"), "--mention", json.dumps(mention))
    assert "field     source_tag: client" in outcome.output


@pytest.mark.parametrize(
    ("mention", "said"),
    [
        ("{", "--mention: not JSON"),
        ('{"understanding": 3}', "`understanding` is an object"),
        ('{"understanding": {"stance": "sour"}}', "understanding.stance: must be 'question'"),
        ('{"mention": "x"}', "`mention` is an object"),
        ('{"text": 3}', "text: a number given"),
        ("{}", "text: missing"),
        ('{"text": "broken"}', "reading it failed"),
    ],
)
def test_a_mention_that_can_not_be_used(mention: str, said: str) -> None:
    error = _raised("run", _LARKSPUR, "--mention", mention)
    assert isinstance(error, InputInvalid)
    assert said in str(error)


def test_a_list_is_no_mention(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("[]", encoding="utf-8")
    assert "one JSON object" in str(_raised("run", _LARKSPUR, "--mention", str(tmp_path / "list.json")))


def test_without_heads_the_way_out_is_named() -> None:
    error = _raised("run", _LARKSPUR, "--mention", '{"text": "untrained"}')
    assert isinstance(error, HeadsMissing)
    assert "or give `understanding` in the JSON" in str(error)


def _turns(path: Path, lines: Sequence[str]) -> str:
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def test_diff_names_the_turns_that_would_go_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(small_text(), encoding="utf-8")
    (tmp_path / "new.yaml").write_text(small_text(("[troll, spam]", "[troll]")), encoding="utf-8")
    rows = [a_turn("calm"), a_turn("ad", stance="spam", respond=False), a_turn("odd", understood=False)]
    turns = _turns(tmp_path / "turns.jsonl", [*(json.dumps(row.row()) for row in rows), "{}"])

    outcome = _run("diff", str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml"), "--on", turns)

    assert outcome.return_value == 1, "one line was no Turn"
    assert outcome.stdout.splitlines() == [
        "ad  Hello there",
        "  old  NO_REPLY  NO_REPLY  small > sensitive > stance > silence",
        "  new  AUTO_REPLY  answer  small > sensitive > stance > answer",
        "  differs in decision, outcome, sla_minutes",
        "1 of 2 turns would go elsewhere, 1 never understood",
    ]
    assert outcome.stderr.startswith("line 4: no Turn: mention_id: is missing; add it")


def test_draw_writes_one_svg(tmp_path: Path) -> None:
    out = tmp_path / "x.svg"
    assert _run("draw", _AIR_FORCE, "--out", str(out)).return_value == 0
    root = ET.fromstring(out.read_text(encoding="utf-8"))  # noqa: S314 - drawn here a moment ago
    assert root.tag == "{http://www.w3.org/2000/svg}svg"


def test_a_chart_that_can_not_be_used_is_no_mistake_of_the_pack(tmp_path: Path) -> None:
    (tmp_path / "empty.yaml").touch()
    said = _raised("draw", str(tmp_path / "empty.yaml"), "--out", str(tmp_path / "x.svg"))
    assert str(said) == f"1 mistake in the triage chart:\n  {tmp_path / 'empty.yaml'}:1: file: holds nothing; write it"
