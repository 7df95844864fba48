"""Index a brand's pack: the articles its customers may be told, in the language the assistant answers in."""

from datetime import date

from assistant.domain.brand import Pack
from assistant.kb.index import Built, Progress, build
from assistant.ports import Embedder, PassageIndex


def build_index(pack: Pack, *, embedder: Embedder, index: PassageIndex, on: date, progress: Progress) -> Built:
    """Bring `index` up to date with `pack`; nothing is done where it already is.

    `on` is the day in the brand's time zone; articles not valid on it are left out, so an index is built again when one
    begins or ends to hold. The index is in the first of the brand's `answers_in`.
    """
    language = pack.brand.answers_in[0]
    return build(pack.articles, embedder=embedder, index=index, on=on, language=language, progress=progress)
