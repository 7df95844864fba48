"""Every leaf of every shipped chart, reached by a mention of its own."""

import pytest

from assistant.charts.chart import NO_REPLY, Action
from assistant.charts.evaluate import evaluate
from assistant.domain.vocabulary import Decision
from tests.chart_builders import CHARTS, shipped, some_facts, the_pack
from tests.charts.leaves import LEAVES, Given

_CASES = [(chart, leaf, given) for chart, leaves in LEAVES.items() for leaf, given in leaves.items()]


@pytest.mark.parametrize(("name", "leaf_id", "given"), _CASES, ids=[f"{chart}-{leaf}" for chart, leaf, _ in _CASES])
def test_a_mention_of_this_kind_ends_in_its_leaf(name: str, leaf_id: str, given: Given) -> None:
    chart = shipped(name)
    leaf = chart.leaf(leaf_id)
    assert leaf is not None

    outcome = evaluate(chart, some_facts(**given))

    assert outcome.path[-1] == leaf_id
    assert (outcome.outcome, outcome.decision, outcome.owner) == (leaf.outcome, leaf.decision, leaf.owner)
    assert (outcome.sla_minutes, outcome.next_step, outcome.tags) == (leaf.sla_minutes, leaf.next_step, leaf.tags)
    assert len(outcome.reasons) == len(outcome.trace) + 1
    assert outcome.reasons[-1] == leaf.why
    assert not any("{" in text for text in outcome.fields.values())


@pytest.mark.parametrize(("name", "leaf_id", "given"), _CASES, ids=[f"{chart}-{leaf}" for chart, leaf, _ in _CASES])
def test_the_trace_names_every_question_on_the_way_in_order(name: str, leaf_id: str, given: Given) -> None:
    chart = shipped(name)

    outcome = evaluate(chart, some_facts(**given))

    assert outcome.path == (name, *(step.node for step in outcome.trace), leaf_id)
    for step, following in zip(outcome.trace, outcome.path[2:], strict=True):
        node = chart.node(step.node)
        assert node is not None
        assert following in node.targets()
        assert step.ask == node.ask


def test_no_leaf_is_forgotten() -> None:
    assert {path.stem for path in CHARTS} == set(LEAVES)
    for name, leaves in LEAVES.items():
        assert {leaf.id for leaf in shipped(name).leaves} == set(leaves)


def test_a_file_is_named_after_its_chart() -> None:
    assert {path.stem: shipped(path.stem).id for path in CHARTS} == {name: name for name in LEAVES}


def test_air_force_looks_at_every_reply_for_five_considerations() -> None:
    for leaf in shipped("air_force").leaves:
        carried = set() if leaf.outcome == NO_REPLY else {"transparency", "sourcing", "timeliness", "tone", "influence"}
        assert set(leaf.checks) == carried


def test_air_force_tells_headquarters_of_a_troll() -> None:
    outcome = evaluate(shipped("air_force"), some_facts(**LEAVES["air_force"]["monitor_and_notify"]))
    assert (outcome.outcome, outcome.owner) == (NO_REPLY, "headquarters")


def test_asce_acts_within_the_hour_and_tells_the_author_of_a_first_breach() -> None:
    chart = shipped("asce")
    assert {leaf.sla_minutes for leaf in chart.leaves if leaf.decision is not Decision.NO_REPLY} == {60}
    breaches = [leaf for leaf in chart.leaves if leaf.rule is not None]
    assert {leaf.rule for leaf in breaches} == {"respect", "privacy", "no_selling", "on_topic", "no_tampering"}
    assert all(leaf.sla_minutes == 60 and leaf.escalate_to == "duty_manager" for leaf in breaches)
    assert all(Action.RECORD in leaf.actions for leaf in breaches)
    assert {action for leaf in breaches for action in leaf.actions} == set(Action) - {Action.SHARE}


def test_radian6_fills_in_its_eight_fields_for_every_post() -> None:
    fields = {
        "source_tag",
        "classification",
        "post_tag",
        "priority",
        "sentiment",
        "engagement_level",
        "assign_to",
        "note",
    }
    for leaf_id, given in LEAVES["radian6"].items():
        outcome = evaluate(shipped("radian6"), some_facts(**given))
        assert set(outcome.fields) == fields, leaf_id
        assert all(outcome.fields.values()), leaf_id
    incident = evaluate(shipped("radian6"), some_facts(**LEAVES["radian6"]["escalate_incident"]))
    assert incident.fields["post_tag"] == "app_down and login_down"
    assert incident.fields["note"] == "Open: app_down and login_down. Subject: loyalty."


def test_larkspur_owners_are_queues_where_work_waits() -> None:
    queues = {queue.name for queue in the_pack().queues.queues}
    assert {leaf.owner for leaf in shipped("larkspur").leaves} <= queues
    assert set(shipped("larkspur").teams) == queues
