"""What the environment says, and what it doesn't."""

import pytest
from click.testing import CliRunner

from assistant.cli import cli
from assistant.errors import SettingInvalid
from assistant.settings import read_settings


def test_a_variable_without_a_value_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose and unit files write `NAME=` for what nobody gave."""
    for name in ("ASSISTANT_API_KEY", "ASSISTANT_DATABASE_URL", "ASSISTANT_CHROMA_URL", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, "")
    settings = read_settings()
    assert (settings.api_key, settings.database_url, settings.chroma_url) == (None, None, None)
    assert not settings.uses_model


def test_an_empty_key_does_not_open_the_service_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_API_KEY", "")
    with pytest.raises(SettingInvalid, match="needs a key"):
        CliRunner().invoke(cli, ["serve", "--host", "0.0.0.0", "--port", "0"], catch_exceptions=False)  # noqa: S104


@pytest.mark.parametrize("url", ["nonsense", "mysql://host/assistant", "sqlite:///assistant.db"])
def test_another_database_than_postgres_is_refused_by_the_variables_name(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_DATABASE_URL", url)
    with pytest.raises(SettingInvalid, match=r"ASSISTANT_DATABASE_URL: .*postgresql://user:password@host/database"):
        read_settings()
