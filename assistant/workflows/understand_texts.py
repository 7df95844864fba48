"""Read bare texts with any model folder: one flat row of judgements each."""

from collections.abc import Mapping, Sequence

import numpy as np

from assistant.domain.brand import Pack
from assistant.domain.mention import MAX_TEXT, Mention
from assistant.domain.understanding import Understanding
from assistant.pipeline.understand import embed, understand
from assistant.ports import Embedder, Heads, Languages


def understand_texts(
    texts: Sequence[str], *, ids: Sequence[str], embedder: Embedder, heads: Heads, languages: Languages, pack: Pack
) -> list[Mapping[str, object]]:
    """One row a text, in order, as `assistant understand` writes it; the labels are those of `heads`."""
    mentions = [_mention(row_id, text, pack) for row_id, text in zip(ids, texts, strict=True)]
    read_as = embed(mentions, embedder)
    vectors, parts = np.stack([each.vector for each in read_as]), [each.parts for each in read_as]
    read = understand(mentions, vectors, heads=heads, languages=languages, pack=pack, parts=parts)
    return [_row(row_id, found) for row_id, found in zip(ids, read, strict=True)]


def _mention(row_id: str, text: str, pack: Pack) -> Mention:
    brand = pack.brand.id
    return Mention(id=row_id, brand_id=brand, channel="", external_id=row_id, text=text[:MAX_TEXT])


def _row(row_id: str, read: Understanding) -> Mapping[str, object]:
    return {
        "id": row_id,
        "label": read.intent,
        "confidence": read.intent_confidence,
        "in_scope": read.in_scope,
        "in_scope_confidence": read.in_scope_confidence,
        "escalate": [
            {"category": fired.category.value, "score": fired.score, "certain": fired.certain}
            for fired in read.sensitivity
        ],
        "injection": {"score": read.injection.score, "flag": read.injection.flag},
        "stance": read.stance.value,
        "respond": read.respond,
        "sentiment": read.sentiment.value,
        "urgency": read.urgency.value,
        "language": read.language,
    }
