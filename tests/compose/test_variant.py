"""A change that nothing would read is refused instead of found to change nothing."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from assistant import compose
from assistant.compose.replay import replay_brand
from assistant.compose.variant import must_be_read, variant_of
from assistant.errors import ChartInvalid, ModelUnavailable
from assistant.settings import Settings

PROMPTS = Path("prompts")


@pytest.fixture
def other(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROMPTS, tmp_path / "prompts"))


def change(folder: Path, name: str) -> None:
    (folder / name).write_text((folder / name).read_text("utf-8") + "Be brief.\n", "utf-8")


def test_a_models_prompt_needs_a_model(other: Path) -> None:
    change(other, "draft_reply.system.j2")
    with pytest.raises(ModelUnavailable, match=r"draft_reply\.system\.j2.*OPENAI_API_KEY"):
        must_be_read(other, beside=PROMPTS, by_model=False)
    must_be_read(other, beside=PROMPTS, by_model=True)


def test_what_the_drafter_without_a_model_reads_and_the_same_again_pass(other: Path) -> None:
    must_be_read(other, beside=PROMPTS, by_model=False)
    change(other, "reply_extractive.j2")
    must_be_read(other, beside=PROMPTS, by_model=False)


def test_a_chart_with_a_mistake_is_said_before_a_model_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compose, "build_embedder", lambda *given, **named: pytest.fail("a model was loaded first"))
    chart = tmp_path / "chart.yaml"
    chart.write_text("id: [", encoding="utf-8")
    change = variant_of([f"chart={chart}"])
    with pytest.raises(ChartInvalid):
        replay_brand(
            Settings(data_dir=tmp_path / "data"),
            change,
            change="chart",
            since=timedelta(days=1),
            limit=9,
            knowledge=None,
            progress=lambda steps, total: None,
        )
