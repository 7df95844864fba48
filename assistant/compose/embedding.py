"""Wires what turns texts into vectors."""

from assistant.ports import Embedder
from assistant.settings import Settings


def build_embedder(settings: Settings, *, wide: bool = False) -> Embedder:
    """The local embedding model, whose graph is built once into the data folder, or the one a setting names.

    Wide vectors are for what reads mentions, usual ones for search, in many languages where a setting says so; a server
    has one kind.
    """
    if settings.embedding_model is not None:
        from assistant.adapters.openai_embedder import OpenAIEmbedder

        return OpenAIEmbedder(
            model=settings.embedding_model,
            api_key=settings.openai_api_key,
            base_url=settings.openai_base_url,
            timeout_s=settings.model_timeout_s,
        )
    from assistant.adapters.minilm import MiniLM

    minilm = MiniLM(
        settings.data_dir / "cache", precision=settings.embedding_precision, threads=settings.threads, wide=wide
    )
    if wide or settings.embedding_languages == "english":
        return minilm
    from assistant.adapters.lingua import Lingua
    from assistant.adapters.many_languages import ManyLanguages

    return ManyLanguages(minilm, Lingua(("en",)))


def asker_of(embedder: Embedder) -> Embedder | None:
    """What embeds questions to an index of this embedder's; None where the embedder itself does."""
    from assistant.adapters.many_languages import ManyLanguages

    return embedder.questions if isinstance(embedder, ManyLanguages) else None
