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


def test_a_misspelt_setting_is_refused_with_the_one_that_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt address of the database would put everything into a file, without a word."""
    monkeypatch.setenv("ASSISTANT_DATABSE_URL", "postgresql://assistant@127.0.0.1/assistant")
    monkeypatch.setenv("ASSISTANT_PROT", "9000")
    monkeypatch.setenv("ASSISTANT_OPENAI_API_KEY", "sk-hush")
    with pytest.raises(SettingInvalid) as refused:
        read_settings()
    assert "ASSISTANT_DATABSE_URL: there is no such setting; write ASSISTANT_DATABASE_URL" in str(refused.value)
    assert "ASSISTANT_PROT: there is no such setting; write ASSISTANT_PORT" in str(refused.value)
    assert "ASSISTANT_OPENAI_API_KEY: there is no such setting; write OPENAI_API_KEY" in str(refused.value)
    assert "hush" not in str(refused.value)


def test_what_others_put_into_the_environment_is_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """A channel's and a source's secrets, and what Kubernetes says of a service named after us."""
    for name in (
        "ASSISTANT_CHANNEL_MODEL",
        "ASSISTANT_SOURCE_PORT",
        "ASSISTANT_WEB_SERVICE_HOST",
        "ASSISTANT_WEB_PORT",
    ):
        monkeypatch.setenv(name, "x")
    assert read_settings().port == 8000


@pytest.mark.parametrize("url", ["notaurl", "localhost:11434/v1", "ftp://host/v1"])
def test_a_models_address_that_is_none_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", url)
    with pytest.raises(SettingInvalid, match=r": OPENAI_BASE_URL: .*write one like http://127.0.0.1:11434/v1"):
        read_settings()


def test_what_is_set_by_halves_names_the_other_half(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_DRAFTER", "model")
    with pytest.raises(SettingInvalid, match="there is none; set OPENAI_API_KEY or OPENAI_BASE_URL"):
        read_settings()
    monkeypatch.setenv("ASSISTANT_DRAFTER", "auto")
    monkeypatch.setenv("ASSISTANT_OIDC_ISSUER", "https://login.example/desk")
    with pytest.raises(SettingInvalid, match="without ASSISTANT_OIDC_CLIENT_ID"):
        read_settings()
