"""Tests of this folder start real servers, which takes minutes: `make peers` asks for them."""

import pytest


@pytest.fixture(autouse=True, scope="session")
def _asked_for(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--peers"):
        pytest.skip("real servers are started by `make peers` only")
