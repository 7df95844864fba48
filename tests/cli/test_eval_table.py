"""Tables of eval runs stay readable where nobody set a width: in a log, in a file."""

import pytest

from assistant.cli.eval_table import print_comparison
from assistant.evals.compare import Comparison, Costs, MetricChange


def test_names_are_whole_in_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    change = MetricChange(
        suite="public-failures",
        metric="care:urls-allowlisted",
        pairs=168,
        before=0.822,
        after=0.8,
        broken=("a", "b"),
        fixed=("c",),
        difference=-0.022,
        low=-0.067,
        high=0.012,
        p_value=1.0,
        p_adjusted=1.0,
    )
    costs = Costs(seconds=4, tokens=0, ms_per_turn=1)
    print_comparison(
        Comparison(changes=(change,), slices=(), flips=(), only_before=(), only_after=(), before=costs, after=costs)
    )
    (row,) = [line for line in capsys.readouterr().out.splitlines() if "168" in line]
    assert row.split()[:3] == ["public-failures", "care:urls-allowlisted", "168"]
    assert row.split()[-3:] == ["2", "1", "1.000"]
