"""Two runs, case by case."""

from assistant.domain.vocabulary import Decision
from assistant.evals.compare import compare
from assistant.evals.gates import judge_gates
from assistant.evals.report import html
from assistant.evals.results import StoredTurn
from tests.eval_builders import case, row, run, suite, turn


def test_broken_and_fixed_cases_are_named() -> None:
    before = run([row("a"), row("b", False), row("c"), row("gone")], seconds=2)
    after = run([row("a", False, reason="said too much"), row("b"), row("c"), row("new", False)])
    found = compare(before, after)
    (change,) = found.changes
    assert (change.pairs, change.broken, change.fixed) == (3, ("small/a",), ("small/b",))
    assert (change.p_value, change.difference) == (1.0, 0.0)
    assert (found.only_before, found.only_after) == (("small/gone",), ("small/new",))
    assert [(flip.case, flip.before, flip.after) for flip in found.flips] == [
        ("small/a", True, False),
        ("small/b", False, True),
    ]
    assert (found.before.seconds, found.after.seconds) == (2, 1)
    assert "said too much" in html(after, gates=(), comparison=found)


def test_a_flip_shows_what_was_said_before_and_after() -> None:
    said = StoredTurn(key="k", epoch=0, suite="small", case_id="a", turn=turn("Bags are free."))
    now = said.model_copy(update={"turn": turn(None, Decision.HANDOFF)})
    before, after = run([row("a")], turns=(said,)), run([row("a", False)], turns=(now,))
    (flip,) = compare(before, after).flips
    assert flip.said_before == "AUTO_REPLY: Bags are free. – AI assistant"
    assert flip.said_after == "HANDOFF, no draft"
    page = html(after, gates=(), comparison=compare(before, after))
    assert "Bags are free." in page
    assert "HANDOFF, no draft" in page
    (untold,) = compare(run([row("a")]), run([row("a", False)])).flips
    assert (untold.said_before, untold.said_after) == ("", "")


def test_six_breaks_are_beyond_chance_and_five_are_not() -> None:
    def broken(n: int) -> bool:
        before = run([row(f"c{i}") for i in range(50)])
        after = run([row(f"c{i}", i >= n) for i in range(50)])
        return bool(compare(before, after).worse)

    assert broken(6)
    assert not broken(5)


def test_slices_are_corrected_for_being_many() -> None:
    names = ("x", "email", "chat")
    before = run([row(f"{name}{i}", slice=name) for name in names for i in range(20)])
    after = run([row(f"{name}{i}", not (name == "x" and i < 6), slice=name) for name in names for i in range(20)])
    by_name = {change.slice: change for change in compare(before, after).slices}
    assert by_name["x"].p_value == 0.03125
    assert by_name["x"].p_adjusted == 3 * 0.03125


def test_a_broken_critical_case_counts_alone() -> None:
    before = run([row("a", severity="critical"), row("b", False, severity="critical")])
    after = run([row("a", False, severity="critical"), row("b", False, severity="critical")])
    assert compare(before, after).broken_critical == ("small/a",)


def test_unscored_pairs_are_no_regression_but_a_flip() -> None:
    found = compare(run([row("a"), row("b")]), run([row("a", None), row("b")]))
    (change,) = found.changes
    assert (change.pairs, change.broken) == (1, ())
    assert found.flips[0].after is None


def test_what_cannot_be_told_any_more_is_not_said_to_be_as_before() -> None:
    found = compare(run([row("a", severity="critical")]), run([row("a", None, severity="critical")]))
    assert found.is_undecided
    assert found.in_short == "undecided: critical cases can't be told any more: small/a"
    apart = compare(run([row("a")]), run([row("b")]))
    assert apart.is_undecided
    assert apart.in_short == "undecided: no case could be told in both"
    fewer = compare(run([row("a"), row("b")]), run([row("a"), row("b", None)]))
    assert fewer.in_short == "no case passes or fails otherwise than before, but 1 can't be told any more"
    assert not compare(run([row("a")]), run([row("a")])).is_undecided


def test_a_baseline_gates() -> None:
    before = run([row(f"c{i}") for i in range(100)])
    after = run([row(f"c{i}", i >= 6) for i in range(100)])
    results = judge_gates([suite(case(), least=0.85)], after.scores, baseline=compare(before, after))
    assert [(result.metric, result.outcome.value) for result in results] == [
        ("care:route", "passed"),
        ("care:route vs baseline", "failed"),
    ]


def test_repetitions_count_as_one_case() -> None:
    before = run([row("a", epoch=epoch) for epoch in range(3)])
    after = run([row("a", epoch != 1, epoch=epoch) for epoch in range(3)])
    (change,) = compare(before, after).changes
    assert (change.pairs, change.broken) == (1, ("small/a",))
    assert len(compare(before, after).flips) == 1


def test_more_repetitions_are_no_regression() -> None:
    before = run([row(f"c{i}") for i in range(10)])
    after = run([row(f"c{i}", epoch == 0, epoch=epoch) for i in range(10) for epoch in range(2)])
    for found in (compare(before, after), compare(after, before)):
        (change,) = found.changes
        assert (change.pairs, change.broken, change.fixed, found.flips) == (10, (), (), ())


def test_the_page_shows_what_changed_before_it_lists_slices_and_only_slices_that_did() -> None:
    before = run([row(f"{name}{i}", slice=name) for name in ("odd", "even") for i in range(3)])
    after = run([row(f"{name}{i}", name == "even" or i > 0, slice=name) for name in ("odd", "even") for i in range(3)])
    page = html(after, gates=(), comparison=compare(before, after))
    changed = page[page.index('id="baseline"') : page.index('id="failed"')]
    assert "<td>odd</td>" in changed
    assert "<td>even</td>" not in changed
    assert changed.index("small/odd0") < changed.index("<td>odd</td>")
