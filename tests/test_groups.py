"""What shares a server, a browser or a trained brand runs in one worker; a runner that forgets it costs minutes."""

import os

import pytest


@pytest.mark.xdist_group("kept")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process runs all tests")
def test_the_runner_keeps_a_group_together(request: pytest.FixtureRequest) -> None:
    assert request.node.nodeid.endswith("@kept")
