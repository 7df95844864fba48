"""When a new model is called worse than the one before it."""

from assistant.learning.change import Paired, counted_alike, paired


def flips(n: int, *, gained: int = 0, lost: int = 0) -> Paired | None:
    """`n` rows of which half were right before, and so many are read otherwise now."""
    before = {f"{row}": row < n // 2 for row in range(n)}
    after = before | {f"{row}": False for row in range(lost)} | {f"{n - 1 - row}": True for row in range(gained)}
    return paired(before, after)


def test_a_threshold_that_trades_fairly_is_no_loss() -> None:
    """60 of 2,000 rows of one kind are the same share as 6 of 200 of the other."""
    alone = flips(2_000, lost=60)
    assert alone is not None
    assert alone.is_worse
    both = counted_alike(flips(2_000, lost=60), flips(200, gained=6))
    assert both is not None
    assert (both.before, both.after, both.gained, both.lost) == (0.5, 0.5, 6, 60)
    assert not both.is_worse


def test_a_loss_of_either_kind_is_one() -> None:
    for one, other in ((flips(2_000, lost=60), flips(200)), (flips(2_000), flips(200, lost=12))):
        both = counted_alike(one, other)
        assert both is not None
        assert both.is_worse
        assert both.after < both.before
        assert both.high < 0


def test_few_flips_and_gains_are_no_loss() -> None:
    for one, other in ((flips(2_000, lost=2), flips(200)), (flips(2_000, gained=60), flips(200, gained=5))):
        both = counted_alike(one, other)
        assert both is not None
        assert not both.is_worse


def test_where_one_kind_has_no_rows_the_other_decides() -> None:
    assert counted_alike(flips(50, lost=9), paired({}, {})) == flips(50, lost=9)
    assert counted_alike(None, None) is None
