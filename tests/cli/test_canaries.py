"""`assistant canaries`: what it says of a queue that isn't there."""

import click
import pytest

from assistant.cli.canaries import _require_queue
from tests.desk_builders import make_pack


def test_a_queue_that_is_not_there_is_wrong_usage_and_not_nothing_planted() -> None:
    for known in (None, "care"):
        _require_queue(known, make_pack())
    with pytest.raises(click.UsageError, match="--queue nope: no such queue; there are care, safety"):
        _require_queue("nope", make_pack())
