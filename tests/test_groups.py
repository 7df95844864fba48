"""What shares a server, a browser or a trained brand runs in one worker; a runner that forgets it costs minutes."""

import pytest


@pytest.mark.xdist_group("kept")
def test_the_runner_keeps_a_group_together(request: pytest.FixtureRequest) -> None:
    if not hasattr(request.config, "workerinput"):
        pytest.skip("one process runs all tests")
    assert request.node.nodeid.endswith("@kept")
