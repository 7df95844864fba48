"""Does a claim about a thing with a name grant what the sources deny it, deny what they grant, or grant it to all?

Short rules ("Light is refundable") share so few words with a source that the measure of overlap can't tell; here only
the clauses that speak of the same name and the same thing are asked, and only about yes or no.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from assistant.guardrails.alignment import compare, line
from assistant.guardrails.contrasts import SAME
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.words import NEGATIONS, WITHOUT, listed, plain, stem, words

DENIED = "one denies what the other states"
_I = re.IGNORECASE
_CLAUSE = re.compile(
    r";\s|:\s|\s-\s|,\s(?:and|but|while|whereas|yet|though|so)\s|\sbut\s"
    r"|\sand (?=(?:are|is|can|do|does|may)(?: not|n't)\b|can't\b|cannot\b)",
    _I,
)
_ONLY = re.compile(
    r"\b(?P<before>\w+) only\b(?=\W*$|\W*[,;|])|\bonly (?:the |a |an |for |on |with |in )?(?P<after>\w+)", _I
)
_ALL = re.compile(r"\b(?:every|all|any|each|whichever|whatever)\b", _I)
_BOUND = re.compile(r"\b(?:within|after|before|until|from|than|since|if|when|unless|once|up to|at least|where)\b", _I)
_ASKS = re.compile(r"^\W*(?:which|what|when|where|who|how|why|can|may|do|does|is|are|if)\b[^.!]*\??\W*$", _I)
_VAGUE = listed("must can receiv possibl go come do make take also fulli full")
_DEMANDS = re.compile(
    r"\b(?:need|needs|must|has to|have to|only|requires?|required|costs?|charged?|unless|until|after|before|instead|but"
    r"|closed?|ends?|ended|over|expired?|müssen|muss|nur|doit|devez|seulement|debe|solo|sólo)\b",
    _I,
)
_ELLIPTIC = re.compile(r"(?:\bnone|\bnot|n't)\W*$|\bnone\b|^\W*(?:and )?(?:so|nor|neither) ", _I)
_BEARERS = frozenset(SAME.get(stem(word), stem(word)) for word in ("ticket", "flight", "account", "plan", "passenger"))
"""What bears a brand's names ("Light tickets"); a rule is about what is said of it."""
_LEAST = 0.5
"""Least share of what a claim says of the thing that a clause must hold to speak of the same."""

_SAME = 0.75
"""The same where the claim names nothing and its words are all there is to go by."""
_REST = 0.4
"""Least share of what a clause says that such a claim must hold."""
_TOLD = 2
"""Words that a claim without a name must say of something."""


class Clause(NamedTuple):
    """`said` are stems of what is said, less the names and what bears them, `told` how many with these; `open`: what is
    denied stands elsewhere ("Light has none.")."""

    text: str
    names: frozenset[str]
    said: frozenset[str]
    denied: bool
    only: frozenset[str]
    every: bool
    bound: bool
    open: bool
    told: int


def opposed(claim: str, passages: Sequence[str], terms: frozenset[str]) -> str:
    """What the sources say differently, in words; empty where nothing was seen. `terms` are stems of the brand's"
    " names."""
    sources = [clause for passage in passages for clause in _stated(passage, terms)]
    return next(filter(None, (_against(clause, sources) for clause in _clauses(claim, terms))), "")


def clauses_of(passages: Sequence[str]) -> tuple[Clause, ...]:
    """What the passages state, clause by clause, no word taken for a name."""
    return tuple(clause for passage in passages for clause in _stated(passage, frozenset()))


def _against(claim: Clause, sources: Sequence[Clause]) -> str:
    if not claim.said or claim.open:
        return ""
    alike = [clause for clause in sources if _share(claim, clause) >= _LEAST]
    if claim.names:
        own = [clause for clause in alike if claim.names <= clause.names]
        if claim.only & claim.names:
            others = [clause for clause in alike if clause.names - claim.names and not _withheld(claim, clause)]
            return "only one of several" if others and not any(clause.only & claim.names for clause in own) else ""
        if claim.only:
            return ""
        if own:
            return DENIED if all(_withheld(claim, clause) != claim.denied for clause in own) else ""
        return DENIED if any(_denied_of(name, claim, sources) for name in claim.names) else ""
    if not (claim.every or claim.only or claim.bound) and claim.told >= _TOLD:
        same = [
            clause
            for clause in alike
            if not (clause.bound or clause.open or clause.only) and _share(clause, claim) >= _REST
        ]
        alone = len(claim.said) < _TOLD
        same = [each for each in same if _share(claim, each) >= _SAME and (not alone or each.said == claim.said)]
        return DENIED if same and all(_turned_round(claim, clause) for clause in same) else ""
    if claim.every and not claim.denied:
        some = any(clause.names and _withheld(claim, clause) for clause in alike)
        all_of_them = any(clause.every and (claim.bound or not clause.bound) for clause in alike)
        return "all, where the source excepts some" if some and not all_of_them else ""
    return ""


def _denied_of(name: str, claim: Clause, sources: Sequence[Clause]) -> bool:
    """Whether the claim grants several names what is denied to this one."""
    about = [clause for clause in sources if name in clause.names and clause.said and clause.said <= claim.said]
    return not claim.denied and bool(about) and all(clause.denied for clause in about)


def _turned_round(claim: Clause, source: Clause) -> bool:
    """Whether one denies what both say: in the same order by the words between, else by the word that denies."""
    ours, theirs = line(claim.text), line(source.text)
    difference = compare(ours, theirs, frozenset())
    if difference.shared == 1.0 or difference.negated:
        return difference.negated
    return _denied(ours.order, theirs.content) != _denied(theirs.order, ours.content)


def _denied(order: Sequence[str], shared: frozenset[str]) -> bool:
    return any(before in NEGATIONS and before not in WITHOUT and word in shared for before, word in pairwise(order))


def _share(claim: Clause, source: Clause) -> float:
    return len(claim.said & source.said) / len(claim.said)


def _withheld(claim: Clause, source: Clause) -> bool:
    """Denied, or granted for something only that the claim doesn't name."""
    only = source.only - source.names
    return source.denied or bool(only and not only & claim.said)


@lru_cache(maxsize=4096)
def _stated(passage: str, terms: frozenset[str]) -> tuple[Clause, ...]:
    sentences = (sentence for sentence in split_sentences(passage) if not _ASKS.match(sentence))
    return tuple(clause for sentence in sentences for clause in _clauses(sentence, terms))


@lru_cache(maxsize=8192)
def _clauses(sentence: str, terms: frozenset[str]) -> tuple[Clause, ...]:
    return tuple(_clause(part, terms) for part in _CLAUSE.split(plain(sentence)) if part.strip())


def _clause(text: str, terms: frozenset[str]) -> Clause:
    read = line(text)
    names = read.content & terms
    only: set[str] = set()
    for match in _ONLY.finditer(text):
        only |= line(match.group("before") or match.group("after")).content
    denied = denials(text)
    return Clause(
        text=text,
        names=names,
        said=(read.content - names - _VAGUE - _BEARERS) or (read.content - names - _VAGUE),
        denied=denied == 1,
        only=frozenset(only),
        every=_ALL.search(text) is not None,
        bound=_BOUND.search(text) is not None,
        open=denied > 1 or _ELLIPTIC.search(text) is not None,
        told=len(read.content - names - _VAGUE),
    )


def grants(text: str) -> bool:
    """Whether it denies nothing and asks for nothing: behind a "No," that says yes and no at once."""
    return not denials(text) and _DEMANDS.search(text) is None


def denials(text: str) -> int:
    """How many words deny; "without" only says how."""
    return sum(word in NEGATIONS and word not in WITHOUT for word in words(text))
