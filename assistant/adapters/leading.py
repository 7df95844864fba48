"""A private answer that begins with what was asked: the sentences nearest the question lead, few others follow."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from assistant.domain.draft import Claim, running_text
from assistant.domain.vocabulary import ClaimKind
from assistant.guardrails.facts import FactKind, facts_of
from assistant.guardrails.words import content

Claims = tuple[Claim, ...]
Rule = tuple[Claims, ...]
"""Pieces about one thing: all of them are said, or none, since one alone would promise more than the brand keeps."""
Weigh = Callable[[Sequence[str]], Sequence[float]]

FEW = 3
"""Rules that are said; a way to do it may come on top."""
FIRST_LEAN = 0.06
BESIDE_LEAN = 0.1
"""What a piece must be nearer than the first, and a reply to a single question than every piece, to lead instead. Read
on 113 private mentions, 2026-11."""
_SAME = 0.6
"""Share of a reply's words that a piece holds, from which the piece says it."""
_NO_MORE = 0.6
"""Share of a piece's words that the lead holds, from which it says nothing more, where it adds no figure."""
_KIN = 2
"""Words two neighbours share, from which they are cases of one rule."""
_LEANS = re.compile(
    r"(?:this|these|those|both|everyone|everybody|all (?:two|three|four)|either|neither|then|or|and|but|so|also"
    r"|otherwise|if not|anything (?:else|longer|bigger|larger)|that|the (?:same|other|others|rest|latter))\b"
    r"|(?:\S+ ){0,6}(?<!and )(?:it|it's|they|they're|them|he|she|yours|there(?!'s| is| are)|one (?:later|instead))\b"
    r"|(?:ask|apply|send|order|enter|choose|have|show|cancel)\b"
    r"|.*\b(?:that|this|these|those|the same) (?:number|check|page|form|address|way|link)\b",
    re.IGNORECASE,
)
"""Speaks of something said before, or says how to do it."""
_EXCEPTS = re.compile(r"(?:there(?:'s| is| are) no|no|none|nobody|only)\b", re.IGNORECASE)
_IF = re.compile(r"if\b", re.IGNORECASE)
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")
_WORD = re.compile(r"[A-Za-z]+")
_WAYS = frozenset({FactKind.URL, FactKind.EMAIL, FactKind.PHONE})


def answer_first(
    answer: Claims, pointed: Sequence[Claims], weigh: Weigh, *, asked: int, names: frozenset[str] = frozenset()
) -> Claims:
    """The answer with the piece nearest the question in front, behind it what else is near, and a way to do it.

    `pointed` are replies to single questions: one that a piece says too lends the piece its nearness, one that is
    nearer than all of them leads. Regret stays in front. `weigh` gives each text's nearness. `asked`: how many
    questions; without one nothing is moved, with several nothing is left out. `names` are those of products and
    places: what is said of one of them is a case of what is said of the next.
    """
    opening, rules = _opening(answer), _rules(answer, names)
    pieces = [piece for rule in rules for piece in rule]
    if len(pieces) < 2:
        return answer
    weights = list(weigh([running_text(claims) for claims in (*pieces, *pointed)]))
    near = dict(zip(pieces, weights, strict=False))
    beside: dict[Claims, float] = {}
    for reply, nearness in zip(pointed, weights[len(pieces) :], strict=True):
        if (same := _saying(reply, pieces)) is None:
            beside[reply] = nearness - BESIDE_LEAN
        else:
            near[same] = max(near[same], nearness)
    leaning = {**near, pieces[0]: near[pieces[0]] + FIRST_LEAN, **beside}
    lead = max(leaning, key=leaning.__getitem__) if asked else pieces[0]
    said = rules if asked > 1 else tuple(_near_rules(lead, rules, near))
    return (*opening, *lead, *(claim for piece in _in_order(lead, said) for claim in piece))


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """Words with a capital inside a sentence."""
    return frozenset(name for text in texts for name in _NAME.findall(text))


def pieces_of(answer: Claims) -> Iterator[str]:
    """The texts that are compared with questions."""
    return (running_text(piece) for rule in _rules(answer, frozenset()) for piece in rule)


def _opening(answer: Claims) -> Claims:
    return answer[:1] if answer and answer[0].kind is ClaimKind.EMPATHY else ()


def _rules(answer: Claims, names: frozenset[str]) -> tuple[Rule, ...]:
    """Pieces by rule; a piece is a sentence and those behind it that lean on it."""
    rules: list[list[list[Claim]]] = []
    for claim in answer[len(_opening(answer)) :]:
        if rules and _LEANS.match(claim.text):
            rules[-1][-1].append(claim)
        elif rules and _are_kin(rules[-1][-1][-1].text, claim.text, names):
            rules[-1].append([claim])
        else:
            rules.append([[claim]])
    return tuple(tuple(map(tuple, rule)) for rule in rules)


def _are_kin(before: str, text: str, names: frozenset[str]) -> bool:
    """Whether a sentence says another case of the rule before it: in its words, of another name, if something else
    holds, or as its exception."""
    told = _WORD.findall(text)
    if not names.isdisjoint(told) and not names.isdisjoint(_WORD.findall(before)):
        return True
    if _EXCEPTS.match(text) or (_IF.match(text) and _IF.match(before)) or names.issuperset(told[:1]):
        return True
    return len(content(before) & content(text)) >= _KIN


def _saying(reply: Claims, pieces: Sequence[Claims]) -> Claims | None:
    """The piece that says what the reply says."""
    said = content(running_text(reply))
    best = max(pieces, key=lambda piece: len(said & content(running_text(piece))))
    return best if len(said & content(running_text(best))) >= _SAME * len(said) else None


def _near_rules(lead: Claims, rules: Sequence[Rule], near: dict[Claims, float]) -> Iterator[Rule]:
    """In order: the lead's own, the nearest others, and one that says a way where none of them does."""
    own = [rule for rule in rules if lead in rule]
    others = sorted((rule for rule in rules if rule not in own), key=lambda rule: -max(near[piece] for piece in rule))
    said = [*own, *others[: FEW - 1]]
    if not any(map(_says_a_way, (lead, *(piece for rule in said for piece in rule)))):
        said += [rule for rule in others if any(map(_says_a_way, rule))][:1]
    return (rule for rule in rules if rule in said)


def _in_order(lead: Claims, said: Sequence[Rule]) -> Iterator[Claims]:
    """The pieces behind the lead: those that follow it in its rule, which may except it, those before it there, and
    the others; of a lead from beside, without what it says too."""
    for rule in said:
        if lead in rule:
            place = rule.index(lead)
            yield from (*rule[place + 1 :], *rule[:place])
    inside = any(lead in rule for rule in said)
    for rule in said:
        yield from (piece for piece in rule if lead not in rule and (inside or not _says_no_more(piece, lead)))


def _says_no_more(piece: Claims, lead: Claims) -> bool:
    said, known = content(running_text(piece)), content(running_text(lead))
    return said <= known or (
        len(said & known) >= _NO_MORE * len(said) and not any(stem[0].isdigit() for stem in said - known)
    )


def _says_a_way(piece: Claims) -> bool:
    return any(fact.kind in _WAYS for fact in facts_of(running_text(piece)))
