"""The log of a stage that failed: what the operator must mend, and nothing a customer wrote."""

from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from assistant.errors import Infrastructure
from assistant.pipeline.journeys import Journey, isolated
from tests.desk_builders import make_mention

REMEDY = "http://127.0.0.1:8010: the Chroma server does not answer any more; start it again"


@pytest.mark.parametrize(("failure", "said"), [(Infrastructure(REMEDY), REMEDY), (ValueError("my card is 4111"), None)])
def test_only_what_the_operator_can_mend_is_quoted(failure: Exception, said: str | None) -> None:
    def broken(journeys: Sequence[Journey]) -> Sequence[Journey]:
        raise failure

    with capture_logs() as logged:
        isolated("retrieve", broken, [Journey(make_mention("1"))])
    assert [line.get("problem") for line in logged] == [said]
