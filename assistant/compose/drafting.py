"""Wires who drafts: the extractive drafter, or a model behind its limits with the extractive one behind it."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from assistant.compose.clock import utc_now
from assistant.domain.brand import Pack
from assistant.errors import SettingInvalid, StoreUnavailable
from assistant.ports import Drafter, Embedder, Respond, Store
from assistant.ports.drafting import Show, WatchedChat
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.pipeline.reread import Second

LOCAL_LANGUAGES = frozenset({"en"})
"""What the local embedding model reads by meaning."""


def build(settings: Settings, store: Store | None = None, embedder: Embedder | None = None) -> Drafter:
    """The drafter the settings ask for; with a store, a model's limits hold for all processes together.

    With the `embedder` of usual vectors, approved wording is chosen by meaning as well as by words.

    Raises `PromptInvalid`, `SettingInvalid`.
    """
    from assistant.adapters.extractive import Extractive
    from assistant.prompts import Prompts

    prompts = Prompts(settings.prompts)
    extractive = Extractive(prompts, embedder, kept=settings.data_dir / "cache")
    if not settings.uses_model:
        return extractive
    from assistant.adapters.model_drafter import ModelDrafter

    return ModelDrafter(build_chat(settings, store), prompts, fallback=extractive)


def second_of(settings: Settings, drafter: Drafter) -> "Second | None":
    """Who reads what the classifiers doubt: the drafter's model, within the same limits; None unless it is asked for.

    Raises `SettingInvalid` where it is asked for and no model is set up.
    """
    from assistant.adapters.model_drafter import ModelDrafter
    from assistant.adapters.model_reader import ModelReader
    from assistant.pipeline.reread import Second
    from assistant.prompts import Prompts

    if not settings.second_opinion:
        return None
    if not isinstance(drafter, ModelDrafter):
        raise SettingInvalid("ASSISTANT_SECOND_OPINION is on without a model; set OPENAI_API_KEY or OPENAI_BASE_URL")
    reader = ModelReader(drafter.chat, Prompts(settings.prompts))
    return Second(reader, languages=read_by_meaning(settings))


def read_by_meaning(settings: Settings) -> frozenset[str]:
    """The languages the embedding model reads by meaning; none named: whatever the one that a setting names knows."""
    return LOCAL_LANGUAGES if settings.embedding_model is None else frozenset()


def build_chat(settings: Settings, store: Store | None = None) -> WatchedChat:
    """The model behind cache, budget and breaker, which remember in the store where there is one.

    Raises `SettingInvalid` where money is limited without prices.
    """
    from assistant.adapters.circuit_breaker import CircuitBreaker
    from assistant.adapters.guarded_chat import AnswerCache, GuardedChat
    from assistant.adapters.model_budget import ModelBudget, Prices
    from assistant.adapters.model_keep import MemoryKeep
    from assistant.adapters.openai_chat import OpenAIChat
    from assistant.adapters.sql.store import SqlStore

    prices = Prices(settings.model_usd_per_million_in, settings.model_usd_per_million_out)
    if settings.model_usd_per_hour is not None and prices == Prices():
        raise SettingInvalid(
            "ASSISTANT_MODEL_USD_PER_HOUR is set without prices; set ASSISTANT_MODEL_USD_PER_MILLION_IN and _OUT"
        )
    chat = OpenAIChat(
        model=settings.model,
        api_key=settings.openai_api_key,
        base_url=settings.openai_base_url,
        timeout_s=settings.model_timeout_s,
    )
    keep = store.model_keep() if isinstance(store, SqlStore) else MemoryKeep()
    tokens, usd = settings.model_tokens_per_hour, settings.model_usd_per_hour
    return GuardedChat(
        chat,
        cache=AnswerCache(utc_now, keep=keep),
        budget=ModelBudget(utc_now, tokens=tokens, usd=usd, prices=prices, keep=keep),
        breaker=CircuitBreaker(utc_now, keep=keep),
    )


def watched(respond: Respond, drafter: Drafter, show: Show) -> Respond:
    """The pipeline with its drafter watched; where there is nothing to watch, the pipeline as it is."""
    from assistant.adapters.model_drafter import ModelDrafter
    from assistant.pipeline.respond import Pipeline

    if isinstance(respond, Pipeline) and isinstance(drafter, ModelDrafter):
        return respond.with_drafter(drafter.watched(show))
    return respond


def said_of(store: Store | None, pack: Pack) -> Callable[[], Sequence[str]]:
    """What the public read within the pack's time for not repeating words; nothing without a store, or where it fails:
    variety is no reason to leave a mention unanswered, and the desk looks again before it sends."""

    def read() -> Sequence[str]:
        if store is None:
            return ()
        since = utc_now() - timedelta(minutes=pack.automation.same_words_minutes)
        try:
            with store.read() as look:
                return [each.text for each in look.said_since(since, brand_id=pack.brand.id)]
        except StoreUnavailable:
            return ()

    return read
