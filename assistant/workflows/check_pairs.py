"""Judges one reply against its passages, sentence by sentence, for `assistant check --pairs`."""

from collections.abc import Mapping, Sequence

from assistant.domain.mention import MAX_TEXT
from assistant.errors import InputInvalid
from assistant.guardrails.grounding import score
from assistant.guardrails.kinds import NEEDS_SOURCE
from assistant.guardrails.support import Measured, holds, measure_reply, statements

MAX_PASSAGES = 1000


def check_pair(row: Mapping[str, object], *, position: str) -> Mapping[str, object]:
    """The verdict on a row `id`, `passages`, `reply` and, where known, the `mention` it answers; `position` names a row
    without id.

    `score` rates all that the reply says; `supported` is the verdict of the gate, which asks nothing of questions,
    empathy and courtesy. The mention supports who and which, and conditions it says hold, never more. A claim's
    `source` is the passage (counted from 0) and the sentence it stands on, or null; `missing` names what no passage
    holds, or a passage says differently or limits. Raises `InputInvalid`.
    """
    reply, passages = _text(row, "reply", "give the text to check"), _passages(row)
    mention = _text(row, "mention", "give the text that the reply answers") if "mention" in row else ""
    measured = measure_reply(reply, passages, customer=mention)
    return {
        "id": _id(row, position),
        "supported": holds(measured),
        "score": round(score(statements(measured)), 6),
        "claims": [_claim(each) for each in measured],
    }


def _claim(measured: Measured) -> Mapping[str, object]:
    needed = measured.kind in NEEDS_SOURCE
    supported = measured.supported if needed else not measured.missing
    reading = measured.statement.reading
    against = (measured.contradiction, measured.dropped) if needed else ()
    return {
        "text": measured.sentence,
        "kind": measured.kind.value,
        "supported": supported,
        "source": {"passage": reading.place, "quote": reading.quote}
        if needed and supported and reading.quote
        else None,
        "missing": [fact.text for fact in measured.missing] + list(filter(None, against)),
    }


def _id(row: Mapping[str, object], position: str) -> str | int:
    given = row.get("id")
    if given is None:
        return position
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise InputInvalid("id: give a text or a whole number")
    return _sound("id", given) if isinstance(given, str) else given


def _text(row: Mapping[str, object], field: str, wanted: str) -> str:
    text = row.get(field)
    if not isinstance(text, str) or not text.strip():
        raise InputInvalid(f"{field}: {wanted}")
    if len(text) > MAX_TEXT:
        raise InputInvalid(f"{field}: {len(text)} characters; at most {MAX_TEXT} are checked")
    return _sound(field, text)


def _passages(row: Mapping[str, object]) -> Sequence[str]:
    passages = row.get("passages")
    if not isinstance(passages, list) or not all(isinstance(passage, str) for passage in passages):
        raise InputInvalid("passages: give a list of texts")
    if len(passages) > MAX_PASSAGES:
        raise InputInvalid(f"passages: {len(passages)} passages; at most {MAX_PASSAGES} are checked")
    return [_sound("passages", passage) for passage in passages]


def _sound(field: str, text: str) -> str:
    """JSON may escape half a character, which no file can hold."""
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise InputInvalid(f"{field}: holds half a character (an unpaired surrogate)")
    return text
