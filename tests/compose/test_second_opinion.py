"""A second opinion is asked for by a setting, of the drafter's own model and within its limits."""

import pytest
from pydantic import SecretStr

from assistant.adapters.model_drafter import ModelDrafter
from assistant.compose.drafting import build, second_of
from assistant.errors import SettingInvalid
from assistant.settings import Settings


def settings(**changes: object) -> Settings:
    return Settings().model_copy(update={"openai_api_key": SecretStr("test"), "model": "tiny", **changes})


def test_nobody_reads_twice_unless_it_is_asked_for() -> None:
    chosen = settings()
    assert second_of(chosen, build(chosen)) is None


def test_the_drafters_model_reads_within_the_same_limits() -> None:
    chosen = settings(second_opinion=True)
    drafter = build(chosen)
    second = second_of(chosen, drafter)
    assert second is not None
    assert second.reader.name == "tiny"
    assert second.languages == {"en"}
    assert isinstance(drafter, ModelDrafter)
    assert second.reader.chat is drafter.chat  # type: ignore[attr-defined]  # one budget and one breaker for both


def test_a_multilingual_embedding_model_leaves_only_doubts_about_meaning() -> None:
    chosen = settings(second_opinion=True, embedding_model="many-languages")
    second = second_of(chosen, build(chosen))
    assert second is not None
    assert second.languages == frozenset()


def test_without_a_model_the_setting_is_a_mistake_and_says_so() -> None:
    chosen = settings(second_opinion=True, drafter="extractive")
    with pytest.raises(SettingInvalid, match="OPENAI_API_KEY"):
        second_of(chosen, build(chosen))
