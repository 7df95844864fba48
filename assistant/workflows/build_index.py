"""Index a brand's pack: for each kind of its readers the articles these may be told."""

from datetime import date

from assistant.domain.brand import Pack
from assistant.domain.readers import all_readers
from assistant.kb.index import Built, Progress, build
from assistant.ports import Embedder, Library


def build_index(
    pack: Pack, *, embedder: Embedder, index: Library, on: date, progress: Progress, afresh: bool = False
) -> Built:
    """Bring `index` up to date with `pack`; nothing is done where it already is, unless it is to be made `afresh`.

    `on` is the day in the brand's time zone; articles not valid on it are left out, so an index is built again when one
    begins or ends to hold.
    """
    readers = all_readers(pack)
    return build(
        pack.articles, embedder=embedder, library=index, readers=readers, on=on, progress=progress, afresh=afresh
    )
