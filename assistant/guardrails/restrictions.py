"""Does a sentence say for all what its source says for some: "Dogs travel free" where assistance dogs do?"""

import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from itertools import pairwise

from assistant.guardrails.conditions import Known, figures_in, meets, said_to_hold
from assistant.guardrails.limit_words import ENGLISH
from assistant.guardrails.limits import left_out, tongue_of
from assistant.guardrails.phrase_words import ALL, CONDITIONS, DECORATION, EVERYBODY, FRESH, PEOPLE, meant
from assistant.guardrails.phrases import Clause, Phrase, clauses, stems_of
from assistant.guardrails.sentences import split_sentences

_LEAST = 0.75
"""Share of a claim's words in a source sentence from which that is the one it repeats."""
_ADJECTIVE = re.compile(r"^(?:un|non|pre)\w{3,}|-|\w{3,}(?:ed|able|ible|ful)$")
_NO_RULE = re.compile(
    r"\b(?:was|were|had|did|been|he|she|(?:in|since|from|until|by) 1[5-9]\d\d)\b"
    r"|\b(?:is|are) (?:an?|the|one of|known|called|considered)\b",
    re.IGNORECASE,
)
"""Tells of the past or what a thing is: nothing there that holds for some and not for others."""
_NOTHING = Phrase("", ())


def dropped(claim: str, passages: Sequence[str], *, beside: str = "", customer: str = "") -> str:
    """The restriction that each source of a claim has and the claim lacks, in words; empty where there is none, and
    for what states nothing.

    A condition named `beside`, elsewhere in the reply, needn't be said again, nor one that the `customer` says holds.
    """
    return _by_parts(claim, passages, beside, customer) or left_out(claim, passages, beside=beside, customer=customer)


def _by_parts(claim: str, passages: Sequence[str], beside: str, customer: str) -> str:
    ours, said = stems_of(claim), clauses(claim)
    if not ours or not any(each.states for each in said):
        return ""
    shares = [(len(ours & stems_of(sentence)) / len(ours), sentence) for sentence in _sentences(tuple(passages))]
    best = max((share for share, _ in shares), default=0.0)
    if best < _LEAST:
        return ""
    known = Known(ours | stems_of(beside) | said_to_hold(customer), figures_in(customer))
    found = [next(_left_out(said, sentence, ours, known), "") for share, sentence in shares if share == best]
    return found[0] if all(found) else ""


def _left_out(said: Sequence[Clause], sentence: str, ours: Set[str], known: Known) -> Iterator[str]:
    stands_for = any(not each.subject for each in said)
    acts = {each.acts for each in said if each.addressed}
    for clause in _spoken_of(clauses(sentence), ours):
        subjects = [_narrower(each, clause, known, acts, stands_for=stands_for) for each in clause.subject]
        if subjects and all(subjects):
            yield subjects[0]
        same = stands_for or any(meant(each[-1]) in known.stems for each in clause.subject[-1:])
        for phrase, after in pairwise((*clause.phrases, _NOTHING)):
            tells = _is_told(phrase, known) or (after.nested and after.opener == "of" and _is_told(after, known))
            if phrase.narrows and (same or not phrase.of_subject) and not tells:
                yield phrase.text


def _spoken_of(found: Sequence[Clause], ours: Set[str]) -> Iterator[Clause]:
    """The clauses that a claim's words come from."""
    left = set(ours)
    for clause in sorted(found, key=lambda each: -len(ours & each.stems)):
        if len(left & clause.stems) >= (2 if len(left) < len(ours) else 1):
            yield clause
        left -= clause.stems


def _narrower(subject: Sequence[str], clause: Clause, known: Known, acts: Set[str], *, stands_for: bool) -> str:
    """The subject of a source as it says it, where the claim speaks of more; `acts`: what the claim says "you" do."""
    *before, head = subject
    seldom = DECORATION if meant(head) in PEOPLE | EVERYBODY else DECORATION | FRESH
    left = [word for word in before if meant(word) not in seldom and meant(word) not in known.stems]
    if meant(head) in known.stems:
        wider = bool(left)
    elif not stands_for:
        of_some = meant(head) in PEOPLE or (meant(head) in EVERYBODY and bool(left))
        wider = of_some and known.stems.isdisjoint(PEOPLE | EVERYBODY)
    elif meant(head) in EVERYBODY:
        wider = bool(left)
    elif bool(acts) and (meant(head) in PEOPLE or clause.acts in acts):
        wider = len(left) == len(before)
    else:
        wider = any(map(_ADJECTIVE.search, left))
    return " ".join(subject) if wider else ""


def _is_told(phrase: Phrase, known: Known) -> bool:
    if phrase.opener in CONDITIONS:
        stems = {meant(word) for part in phrase.parts for word in part}
        return len(stems & known.stems) >= len(stems) / 2
    return any(_holds(phrase.opener, [meant(word) for word in part], known) for part in phrase.parts)


def _holds(opener: str, part: Sequence[str], known: Known) -> bool:
    figures = [each for each in part if each[0].isdigit()]
    if figures and known.stems.isdisjoint(figures):
        return meets(opener, part, known.figures)
    if part[-1] in known.stems:
        return all(each in known.stems or each in DECORATION | FRESH | ALL for each in part)
    return part[0] in ALL or not known.stems.isdisjoint(part)


@lru_cache(maxsize=1024)
def _sentences(passages: tuple[str, ...]) -> tuple[str, ...]:
    """Those in English that state a rule: parts of others would be taken for what they aren't."""
    told = (sentence for passage in passages for sentence in split_sentences(passage))
    return tuple(each for each in told if not _NO_RULE.search(each) and tongue_of(each) is ENGLISH)
