"""Makes a right draft wrong by rule: another figure, the opposite, or a promise nobody made."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from assistant.domain.draft import Claim, Draft
from assistant.domain.vocabulary import ClaimKind
from assistant.evals.scorers_care import SUBSTANCE

PROMISE = "We will refund the full fare to your card today."
_FIGURE = re.compile(r"(?<![\w./@#-])\d{1,4}(?![\w/@-]|[.,]\d)")
_OPPOSITES = (
    ("can't", "can"),
    ("cannot", "can"),
    ("is not", "is"),
    ("are not", "are"),
    ("isn't", "is"),
    ("aren't", "are"),
    ("can", "can't"),
    ("is free", "is not free"),
    ("must", "needn't"),
    ("is included", "is not included"),
    ("are included", "are not included"),
)


class Mutated(NamedTuple):
    """A draft made wrong: `wrong` are the false words in it, `planted` says what was done."""

    draft: Draft
    kind: str
    wrong: str
    planted: str


def mutations(draft: Draft) -> tuple[Mutated, ...]:
    """Every way this draft can be made wrong, at most one of each kind. Citations stay: they show the truth."""
    made = (change(draft) for change in (_figure, _polarity, _promise))
    return tuple(one for one in made if one is not None)


def _figure(draft: Draft) -> Mutated | None:
    def change(text: str) -> str | None:
        found = _FIGURE.search(text)
        if found is None:
            return None
        number = int(found.group())
        other = number + max(1, number // 2)
        return text[: found.start()] + str(other) + text[found.end() :]

    return _first_changed(draft, change, kind="figure")


def _polarity(draft: Draft) -> Mutated | None:
    def change(text: str) -> str | None:
        for said, opposite in _OPPOSITES:
            pattern = re.compile(rf"(?<![\w'’]){re.escape(said)}(?![\w'’])", re.IGNORECASE)
            if pattern.search(text):
                return pattern.sub(opposite, text, count=1)
        return None

    return _first_changed(draft, change, kind="polarity")


def _promise(draft: Draft) -> Mutated | None:
    """Stands after what answers, before the disclosure."""
    if draft.language != "en" or not any(claim.kind in SUBSTANCE for claim in draft.claims):
        return None
    place = next((n for n, claim in enumerate(draft.claims) if claim.kind is ClaimKind.DISCLOSURE), len(draft.claims))
    promise = Claim(text=PROMISE, kind=ClaimKind.PROMISE)
    claims = (*draft.claims[:place], promise, *draft.claims[place:])
    before = draft.claims[place - 1].text
    text = draft.text.replace(before, f"{before} {PROMISE}", 1)
    changed = draft.model_copy(update={"claims": claims, "text": text})
    return Mutated(changed, "promise", PROMISE, f"The promise was made up: “{PROMISE}”") if PROMISE in text else None


def _first_changed(draft: Draft, change: Callable[[str], str | None], *, kind: str) -> Mutated | None:
    for place, claim, wrong in _changed(draft, change):
        claims = (*draft.claims[:place], claim.model_copy(update={"text": wrong}), *draft.claims[place + 1 :])
        text = draft.text.replace(claim.text, wrong, 1)
        if wrong in text and text != draft.text:
            changed = draft.model_copy(update={"claims": claims, "text": text})
            return Mutated(changed, kind, wrong, f"The source says “{claim.text}”, the draft said “{wrong}”")
    return None


def _changed(draft: Draft, change: Callable[[str], str | None]) -> Iterator[tuple[int, Claim, str]]:
    for place, claim in enumerate(draft.claims):
        wrong = change(claim.text) if claim.kind in SUBSTANCE else None
        if wrong is not None and wrong != claim.text:
            yield place, claim, wrong
