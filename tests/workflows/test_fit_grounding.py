"""A brand's own threshold: fitted on its approved wording, stated with its data, and what the gate goes by."""

from pathlib import Path

import pytest

from assistant.domain.brand import Grounding, Pack
from assistant.errors import InputInvalid
from assistant.gate import judge_text
from assistant.kb.pack import load_pack
from assistant.workflows.fit_grounding import MOST_FALSE, fit_grounding
from tests.gate_builders import mention, pack, passage

SHIPPED = load_pack(Path(__file__).parents[2] / "knowledge")


def with_threshold(threshold: float) -> Pack:
    known = pack()
    grounding = Grounding(threshold=threshold, fitted_on="a test")
    return known.model_copy(update={"brand": known.brand.model_copy(update={"grounding": grounding})})


def test_the_shipped_brand_states_what_its_own_wording_gives() -> None:
    found = fit_grounding(SHIPPED)
    stated = SHIPPED.brand.grounding
    assert stated is not None
    assert stated.threshold == pytest.approx(found.grounding.threshold, abs=0.05)  # articles may change a little
    assert found.good_blocked < 3 * MOST_FALSE * found.good
    assert found.wrong_blocked > 0.9 * found.wrong


def test_a_pack_with_little_wording_can_not_tell() -> None:
    with pytest.raises(InputInvalid, match="too few approved sentences"):
        fit_grounding(pack())


@pytest.mark.parametrize(("threshold", "clean"), [(0.0, True), (1.0, False)])
def test_the_gate_goes_by_the_brands_own_threshold(threshold: float, *, clean: bool) -> None:
    text = "Flex tickets can have a full refund until 2 hours before they leave."
    verdict = judge_text(text, passages=[passage()], mention=mention(), pack=with_threshold(threshold), automated=False)
    assert verdict.clean is clean
