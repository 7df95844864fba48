"""Wires `assistant index tune`: the brand's passages and questions in, its own search weights into the data folder."""

from contextlib import closing

from assistant.compose import asker_of, build_embedder, build_store, utc_now, weights_file
from assistant.domain.brand import Pack
from assistant.domain.readers import anybody
from assistant.kb.index import indexed_passages
from assistant.kb.tune import Tuned, questions_of, tune
from assistant.scoring import weights
from assistant.settings import Settings

MOST = 5_000
"""Accepted drafts looked at, the newest."""


def tune_brand(settings: Settings, pack: Pack) -> Tuned:
    """Fit, and keep what was fitted for every search from now on. Raises `InputInvalid` on too few questions."""
    passages = indexed_passages(pack.articles, on=pack.brand.day(utc_now()), readers=anybody(pack))
    with closing(build_store(settings)) as store, store.read() as look:
        accepted = look.accepted_citations(brand_id=pack.brand.id, limit=MOST)
    embedder = build_embedder(settings)
    tuned = tune(passages, questions_of(pack, passages, accepted), embedder, asker_of(settings, embedder))
    weights.write(weights_file(settings, pack), tuned.weights)
    return tuned
