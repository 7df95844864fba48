"""Incidents and charts of a pack are checked, each mistake by file, line and field."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.compose.triage import load_triage
from assistant.domain.incident import open_at
from assistant.errors import PackInvalid
from assistant.kb.pack import load_pack
from tests.chart_builders import KNOWLEDGE

AT = datetime(2026, 11, 22, 8, tzinfo=UTC)
INCIDENTS = """\
- id: fog
  title: Fog
  topics: [disruption]
  valid_from: 2026-11-22T05:00:00+00:00
  valid_until: 2026-11-22T12:00:00+00:00
- id: belt
  title: Belt down
  intents: [lost_bag]
  valid_from: 2026-11-22T07:00:00+01:00
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped pack with few articles."""
    shutil.copytree(KNOWLEDGE, tmp_path / "pack", ignore=shutil.ignore_patterns("mentions", "articles"))
    shutil.copytree(KNOWLEDGE / "articles" / "baggage", tmp_path / "pack" / "articles" / "baggage")
    return tmp_path / "pack"


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(PackInvalid) as invalid:
        load_pack(folder)
    return list(invalid.value.problems)


def test_incidents_are_open_from_their_beginning_until_just_before_their_end(folder: Path) -> None:
    text = INCIDENTS.replace("lost_bag", load_pack(folder).intents[0].id)
    (folder / "incidents.yaml").write_text(text, encoding="utf-8")
    incidents = load_pack(folder).incidents
    open_ids = {
        hours: [each.id for each in open_at(incidents, AT + timedelta(hours=hours))] for hours in (-4, -3, 3, 4)
    }
    assert open_ids == {-4: [], -3: ["fog"], 3: ["fog", "belt"], 4: ["belt"]}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "topics: [disruption]",
            "topics: [weather]",
            "incidents.yaml:3: [0].topics[0]: no intent has the topic 'weather'",
        ),
        ("intents: [lost_bag]", "intents: [nope]", "incidents.yaml:8: [1].intents[0]: 'nope' is not an intent"),
        ("id: belt", "id: fog", "incidents.yaml:6: [1].id: 'fog' is an incident already"),
        ("T12:00:00+00:00", "T04:00:00+00:00", "incidents.yaml:5: [0].valid_until: does not lie after valid_from"),
        ("T05:00:00+00:00", "T05:00:00", "incidents.yaml:4: [0].valid_from: "),
        ("  topics: [disruption]\n", "", "incidents.yaml:1: [0]: touches nothing"),
    ],
)
def test_mistakes_in_incidents_are_named(folder: Path, old: str, new: str, said: str) -> None:
    intent = load_pack(folder).intents[0].id
    changed = INCIDENTS.replace(old, new).replace("lost_bag", intent)
    (folder / "incidents.yaml").write_text(changed, encoding="utf-8")
    assert any(problem.startswith(said) for problem in mistakes(folder)), mistakes(folder)


def test_a_pack_without_incidents_or_charts_needs_no_such_file(folder: Path) -> None:
    (folder / "incidents.yaml").unlink()
    policy = folder / "automation.yaml"
    policy.write_text(policy.read_text("utf-8").replace("charts: [larkspur]", "charts: []"), encoding="utf-8")
    pack = load_pack(folder)
    assert pack.incidents == ()
    assert load_triage(folder, pack).charts == ()


def test_a_chart_that_is_not_there_or_not_sound_is_named(folder: Path) -> None:
    policy = folder / "automation.yaml"
    text = policy.read_text("utf-8")
    policy.write_text(text.replace("charts: [larkspur]", "charts: [larkspur, nowhere, larkspur]"), encoding="utf-8")
    said = "\n".join(mistakes(folder))
    assert "charts[1]: there is no charts/nowhere.yaml" in said
    assert "charts[2]: 'larkspur' is written twice" in said
    policy.write_text(text, encoding="utf-8")
    pack = load_pack(folder)
    assert load_triage(folder, pack).fingerprint
    chart = folder / "charts" / "larkspur.yaml"
    chart.write_text(chart.read_text("utf-8").replace("when: {incidents: any}", "when: {topic: weather}"), "utf-8")
    with pytest.raises(PackInvalid, match=r"larkspur\.yaml:\d+: when\.topic: the pack has no topic 'weather'"):
        load_triage(folder, pack)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("calendars.yaml", "care: long_day", "care: nights", "tracks.care: 'nights' is not among the calendars"),
        ("calendars.yaml", "  baggage: long_day", "  bags: long_day", "tracks.bags: 'bags' is not a queue"),
        ("calendars.yaml", "Europe/Dublin", "Europe/Nowhere", "calendars[0].time_zone: 'Europe/Nowhere' is not"),
        ("calendars.yaml", "queue: travelling_now", "queue: nobody", "follow_the_sun.care[0]: 'nobody' is not a queue"),
        ("calendars.yaml", "2026-12-28T00", "2026-12-17T00", "calendars[1].events[0].valid_until: does not lie after"),
        ("calendars.yaml", 'opens: "08:00"', 'opens: "8 am"', "calendars[0].shifts[0].opens: "),
        ("strategies.yaml", "queues: [safety", "queues: [panic", "promotions[6].queues[0]: 'panic' is not a queue"),
        (
            "strategies.yaml",
            "larkspurair.example/perch",
            "example.org/perch",
            "rules[2].link: 'https://example.org/perch'",
        ),
        ("strategies.yaml", "carry_on_size", "bags", "rules[0].intents[0]: the pack has no intent 'bags'"),
        ("strategies.yaml", "happened: [reopened]", "happened: [rain]", "promotions[7].happened[0]: "),
        ("agents.yaml", "approvals: [legal_and_press]", "approvals: [care]", "approvals[0]: 'care' has no ladder"),
        ("agents.yaml", "approvals: [legal_and_press]", "approvals: [law]", "approvals[0]: 'law' is not a queue"),
        ("agents.yaml", "calendar: office", "calendar: never", "agents[4].calendar: 'never' is not in calendars.yaml"),
        ("agents.yaml", "id: jonas", "id: aoife", "agents[1].id: 'aoife' is written twice"),
        ("agents.yaml", "[en, de]", "[en, ga]", "agents[1].languages[1]: 'ga' is not in `languages`"),
        ("agents.yaml", "minutes: 5}", "minutes: 0}", "ladders.safety[0].acknowledge_minutes: "),
        ("agents.yaml", "  safety:", "  saftey:", "ladders.saftey: 'saftey' is no queue and no team of a chart"),
        ("calendars.yaml", 'opens: "08:00"', 'opens: "08:00Z"', "calendars[0].shifts[0].opens: "),
    ],
)
def test_mistakes_in_calendars_strategies_and_agents_are_named(
    folder: Path, file: str, old: str, new: str, said: str
) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(problem.startswith(file) and f": {said}" in problem for problem in mistakes(folder)), mistakes(folder)


def test_a_ladder_may_be_a_team_of_a_chart(folder: Path) -> None:
    for file, old, new in (
        ("agents.yaml", "ladders:\n", "ladders:\n  duty_officer: [{who: Sam, acknowledge_minutes: 5}]\n"),
        ("automation.yaml", "charts: [larkspur]", "charts: [larkspur, air_force]"),
    ):
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    assert load_pack(folder).on_call.ladder("duty_officer")


def test_who_asks_peers_has_words_to_invite_them_with(folder: Path) -> None:
    brand = folder / "brand.yaml"
    text = brand.read_text("utf-8")
    brand.write_text(text.replace("{advocate}, you know", "{name}, you know"), "utf-8")
    assert any("`invite_peer` in brand.yaml needs {advocate}" in problem for problem in mistakes(folder))
    start, end = text.index("  thank_peer:"), text.index("  correct_peer:")
    brand.write_text(text[:start] + text[end:], "utf-8")
    assert any("a rule asks peers: write `invite_peer` and `thank_peer`" in problem for problem in mistakes(folder))
