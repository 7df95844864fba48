"""Does a sentence leave out the words that limit its source: "usually", "some", "up to", "nur", "sauf", "siempre que"?

Beside `restrictions`, which reads English sentences by their parts, this looks for words, in four languages.
"""

import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from itertools import pairwise

from assistant.guardrails.conditions import said_to_hold
from assistant.guardrails.figures import left_beside
from assistant.guardrails.limit_words import (
    ABLE,
    ADDRESSES,
    BOUNDS,
    CALLED,
    CURRENCY,
    ENGLISH,
    FOLLOWS,
    HEDGES,
    HELPFUL,
    IDLE,
    MAY,
    PART,
    PART_OF,
    SOME,
    SORTS,
    TIMES,
    TONGUES,
    UP_TO,
    Tongue,
)
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.spoken import in_figures
from assistant.guardrails.words import content, plain, stem, words

_LEAST = 0.75
"""Share of a claim's words in a source sentence from which that is the one it repeats."""
_OWN = 0.5
"""Share of a part's words that the claim holds, from which the claim says that part; of a condition's, from which it is
named."""
_PARTS = re.compile(r"[;:]\s|,\s(?:and|but|while|und|aber|während|et|mais|tandis que|y|pero|mientras que)\s|\s[–-]\s")
_STOP = re.compile(r"[,;:()–]|\s-\s|[.!?]$|[.!?]\s")
_MEASURED = re.compile(r"\D{0,12}\d|(?:\S+ )?[A-ZÀ-Ý][\w-]+")
_FEWEST = 2
"""Words of a claim from which it says enough to be compared."""
_WORDS = ((HEDGES, HEDGES), (SOME, SOME), (PART_OF, PART), (MAY, ABLE), (TIMES, TIMES))
"""Each with what the claim may say for it."""


def left_out(claim: str, passages: Sequence[str], *, beside: str = "", customer: str = "") -> str:
    """The limiting words that each source of a claim has and the claim lacks; empty where there are none.

    What is named `beside`, elsewhere in the reply, needn't be said again, nor what the `customer` says holds for them.
    """
    claim, said = plain(claim), plain(f"{claim} {beside}")
    known = content(said) | said_to_hold(customer)
    near = [(_share(claim, source), source, after) for source, after in _sentences(tuple(passages))]
    best = max((share for share, *_ in near), default=0.0)
    if best < _LEAST:
        return ""
    found = [next(_limits(claim, source, after, said, known), "") for share, source, after in near if share == best]
    return found[0] if all(found) else ""


@lru_cache(maxsize=1024)
def _sentences(passages: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Each with the one behind it."""
    read = (split_sentences(plain(passage)) for passage in passages)
    return tuple(pair for sentences in read for pair in pairwise((*sentences, "")))


def _share(claim: str, source: str) -> float:
    """Of the claim's words, how many the source holds; none where there are too few to tell."""
    idle = tongue_of(source).known_by
    ours, theirs = _stems(claim, idle), _stems(source, idle)
    return len(ours & theirs) / len(ours) if len(ours) >= _FEWEST else 0.0


@lru_cache(maxsize=4096)
def _stems(text: str, idle: frozenset[str]) -> frozenset[str]:
    return frozenset(stem for word in words(text) if word not in idle for stem in content(word))


def _limits(claim: str, source: str, after: str, said: str, known: Set[str]) -> Iterator[str]:
    tongue = tongue_of(source)
    if FOLLOWS.match(after) and not _is_told(after, known):
        yield after
    if frozenset(words(source)) <= frozenset(words(said)):
        return
    yield from _unbound(claim, source)
    yield from left_beside(claim, source, said, known)
    for part in _PARTS.split(source):
        if _is_said(_stems(part, tongue.known_by), _stems(claim, tongue.known_by)):
            yield from _not_always(part, tongue, said, known)
            yield from _not_for_all(part, tongue, said, known)
            yield from _only_where(part, tongue, said, known)
            yield from _narrowed(part, tongue, known)
            yield from _for_somebody(claim, part, tongue, known)


def _is_said(theirs: Set[str], ours: Set[str]) -> bool:
    return len(theirs & ours) >= _OWN * min(len(theirs), len(ours))


def _unbound(claim: str, source: str) -> Iterator[str]:
    """Figures that the source calls a limit and the claim doesn't."""
    ours = in_figures(claim)
    for limit in UP_TO.finditer(source):
        figure = "1" if limit[1].casefold() in {"a", "an"} else stem(limit[1].casefold())
        said = [text[: found.start()] for text in {claim, ours} for found in _whole(text, {limit[1], figure})]
        if said and not any(BOUNDS.search(CURRENCY.sub("", before)) for before in said):
            yield limit.group()


def _whole(text: str, figures: Set[str]) -> Iterator[re.Match[str]]:
    """Where one of the figures stands, no part of a longer one."""
    any_of = "|".join(map(re.escape, sorted(figures)))
    return re.finditer(rf"(?<![\w.,])(?:{any_of})(?!\w|[.,]\d)", text)


def _not_always(part: str, tongue: Tongue, said: str, known: Set[str]) -> Iterator[str]:
    for pattern, same in _WORDS:
        for limit in pattern.finditer(part) if not same.search(said) else ():
            behind, before = _first(_up_to_stop(part, limit.end())), _last(part[: limit.start()])
            of = behind if behind and tongue is ENGLISH and pattern is not TIMES else f"{before} {behind}"
            if content(of) & known:
                yield limit.group()


def _not_for_all(part: str, tongue: Tongue, said: str, known: Set[str]) -> Iterator[str]:
    for sort in SORTS.finditer(part) if not SORTS.search(said) else ():
        if content(sort.group()) & known:
            continue
        before = _last(part[: sort.start()]) if tongue is not ENGLISH else ""
        if content(f"{before} {_first(part[sort.end() :])}") & known:
            yield sort.group()
    for called in CALLED.finditer(part):
        if content(called["noun"]) & known and not _is_told(called["told"], known):
            yield called.group()


def _only_where(part: str, tongue: Tongue, said: str, known: Set[str]) -> Iterator[str]:
    for opener in tongue.conditions.finditer(part):
        inside = _up_to_stop(part, opener.end())
        if not HELPFUL.search(inside) and not _is_told(inside, known):
            yield _up_to_stop(part, opener.start())
    for opener in tongue.exceptions.finditer(part):
        if _is_new(_first(part[opener.end() :]), known):
            yield _up_to_stop(part, opener.start())
    for only in tongue.only.finditer(part) if not tongue.only.search(said) else ():
        case = _up_to_stop(part, only.end()) or _last(part[: only.start()])
        if not _is_aside(part, only) and not _stems(case, tongue.known_by) <= known:
            yield _up_to_stop(part, only.start())


def _narrowed(part: str, tongue: Tongue, known: Set[str]) -> Iterator[str]:
    for opener in tongue.phrases.finditer(part):
        if not _is_aside(part, opener) and _is_new(_first(_up_to_stop(part, opener.end())), known):
            yield _up_to_stop(part, opener.start())
    for opener in tongue.measures.finditer(part):
        after = _up_to_stop(part, opener.end())
        if _MEASURED.match(after) and _is_new(_first(after), known):
            yield _up_to_stop(part, opener.start())


def _is_aside(part: str, found: re.Match[str]) -> bool:
    """Behind a comma it adds something."""
    return part[: found.start()].rstrip()[-1:] == ","


def _is_new(case: str, known: Set[str]) -> bool:
    stems = content(case)
    return bool(stems) and stems.isdisjoint(known) and IDLE.isdisjoint(case.split())


def _for_somebody(claim: str, part: str, tongue: Tongue, known: Set[str]) -> Iterator[str]:
    """Members may, says the source; you may, says the claim. English is told by its parts elsewhere."""
    addressed = ADDRESSES.search(claim) and not ADDRESSES.search(part)
    if tongue is not ENGLISH and addressed and _is_new(case := _first(part), known):
        yield case


def _is_told(inside: str, known: Set[str]) -> bool:
    stems = content(inside)
    return len(stems & known) >= _OWN * len(stems)


def _up_to_stop(text: str, start: int) -> str:
    stop = _STOP.search(text, start)
    return text[start : stop.start() if stop else len(text)].strip()


def _first(text: str) -> str:
    """The first word that says something."""
    return next((word for word in words(text) if content(word)), "")


def _last(text: str) -> str:
    return next((word for word in reversed(words(text)) if content(word)), "")


@lru_cache(maxsize=4096)
def tongue_of(sentence: str) -> Tongue:
    """The language most of its small words are of; the first, English, on a tie."""
    said = words(sentence)
    return max(TONGUES, key=lambda each: sum(word in each.known_by for word in said))
