"""The grammar of conditions: its words, how one is read from data, and when it holds. docs/guides/charts.md shows it.

condition = {fact: wanted, ...}            several entries: all of them
          | {all: [condition, ...]} | {any: [condition, ...]} | {not: condition}
wanted    = word | [word, ...]             is it; is one of them (a set: holds one of them)
          | yes | no                       for facts that are true or not
          | any | none                     something is known or fired; nothing is
          | {at_least: x, at_most: x, more_than: x, less_than: x}
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum

from assistant.charts.facts import Contact, Held
from assistant.domain.value import Value
from assistant.domain.vocabulary import Sensitivity, Sentiment, Stance, Urgency, Visibility

Place = tuple[str | int, ...]
"""Where in a file: keys and list positions from the top."""

Complain = Callable[[Place, str], None]
"""Takes one mistake: where, and what is wrong."""


class Kind(StrEnum):
    """What a fact's value looks like."""

    WORD = "one word"
    SCALE = "one word of a scale"
    FLAG = "yes or no"
    SET = "any number of words"
    NUMBER = "a whole number"


class Fact(Value):
    """A fact conditions may name. `words` empty: the brand pack says which words there are, or none are fixed.

    `optional`: nothing may be known, so `any` and `none` make sense. The words of a scale go upwards.
    """

    kind: Kind
    words: tuple[str, ...] = ()
    optional: bool = False


FACTS: Mapping[str, Fact] = {
    "sentiment": Fact(kind=Kind.SCALE, words=(Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE)),
    "stance": Fact(kind=Kind.WORD, words=tuple(Stance)),
    "urgency": Fact(kind=Kind.SCALE, words=(Urgency.LOW, Urgency.MEDIUM, Urgency.HIGH)),
    "sensitivity": Fact(kind=Kind.SET, words=tuple(Sensitivity), optional=True),
    "intent": Fact(kind=Kind.WORD, optional=True),
    "topic": Fact(kind=Kind.WORD, optional=True),
    "in_scope": Fact(kind=Kind.FLAG),
    "respond": Fact(kind=Kind.FLAG),
    "language": Fact(kind=Kind.WORD),
    "channel": Fact(kind=Kind.WORD),
    "visibility": Fact(kind=Kind.WORD, words=tuple(Visibility)),
    "reach": Fact(kind=Kind.SCALE, words=("unknown", "low", "medium", "high")),
    "followers": Fact(kind=Kind.NUMBER, optional=True),
    "incidents": Fact(kind=Kind.SET, optional=True),
    "known_customer": Fact(kind=Kind.FLAG),
    "earlier_contact": Fact(kind=Kind.WORD, words=tuple(Contact)),
    "injection": Fact(kind=Kind.FLAG),
}
"""Every fact by name; the names are the fields of `Facts`."""


class Op(StrEnum):
    """How a test compares."""

    ONE_OF = "is"
    KNOWN = "any"
    UNKNOWN = "none"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"


_COMPARISONS = (Op.AT_LEAST, Op.AT_MOST, Op.MORE_THAN, Op.LESS_THAN)
_FLAGS = {"yes": True, "true": True, "no": False, "false": False}
_NESTING = ("all", "any", "not")


class Test(Value):
    """One fact compared. `words` are what it may be; `bound` is a number, or a place on the fact's scale from 0."""

    fact: str
    op: Op
    words: tuple[str, ...] = ()
    bound: int = 0


class All(Value):
    """Every part holds; with no part at all, it always does."""

    parts: tuple["Condition", ...]


class AnyOf(Value):
    """At least one part holds."""

    parts: tuple["Condition", ...]


class Not(Value):
    """The part doesn't hold."""

    part: "Condition"


Condition = Test | All | AnyOf | Not

All.model_rebuild()
AnyOf.model_rebuild()
Not.model_rebuild()


def holds(condition: Condition, held: Callable[[str], Held]) -> bool:
    """Whether the condition is met by what `held` tells of each fact."""
    match condition:
        case Test():
            return test_holds(condition, held(condition.fact))
        case All(parts=parts):
            return all(holds(part, held) for part in parts)
        case AnyOf(parts=parts):
            return any(holds(part, held) for part in parts)
        case Not(part=part):
            return not holds(part, held)


def test_holds(test: Test, value: Held) -> bool:
    """Whether one value passes. A comparison with an unknown number fails."""
    if test.op in {Op.KNOWN, Op.UNKNOWN}:
        known = bool(value) if isinstance(value, frozenset) else value is not None
        return known is (test.op is Op.KNOWN)
    if test.op is Op.ONE_OF:
        if isinstance(value, frozenset):
            return not value.isdisjoint(test.words)
        return (_flag_word(value) if isinstance(value, bool) else value) in test.words
    place = FACTS[test.fact].words.index(value) if isinstance(value, str) else value
    return isinstance(place, int) and _compare(test.op, place, test.bound)


def _compare(op: Op, place: int, bound: int) -> bool:
    match op:
        case Op.AT_LEAST:
            return place >= bound
        case Op.AT_MOST:
            return place <= bound
        case Op.MORE_THAN:
            return place > bound
        case _:
            return place < bound


def tests_of(condition: Condition) -> Iterator[Test]:
    """Every comparison in the condition, in the order written."""
    match condition:
        case Test():
            yield condition
        case All(parts=parts) | AnyOf(parts=parts):
            for part in parts:
                yield from tests_of(part)
        case Not(part=part):
            yield from tests_of(part)


def in_words(condition: Condition) -> str:
    """The condition as a reader would say it."""
    match condition:
        case Test():
            return _test_in_words(condition)
        case All(parts=parts):
            return " and ".join(map(_bracketed, parts)) or "always"
        case AnyOf(parts=parts):
            return " or ".join(map(_bracketed, parts)) or "never"
        case Not(part=part):
            return f"not {_bracketed(part)}"


def _bracketed(condition: Condition) -> str:
    words = in_words(condition)
    several = isinstance(condition, All | AnyOf) and len(condition.parts) > 1
    return f"({words})" if several else words


def _test_in_words(test: Test) -> str:
    name = test.fact.replace("_", " ")
    if test.op is Op.ONE_OF:
        return f"{name} is {' or '.join(test.words)}"
    if test.op in {Op.KNOWN, Op.UNKNOWN}:
        return f"{'any' if test.op is Op.KNOWN else 'no'} {name}"
    scale = FACTS[test.fact].words
    return f"{name} {test.op.replace('_', ' ')} {scale[test.bound] if scale else test.bound}"


def _flag_word(flag: bool) -> str:
    return "yes" if flag else "no"


def read_condition(data: object, place: Place, complain: Complain) -> Condition | None:
    """The condition `data` spells, or None after `complain` was told of each mistake and where it stands."""
    if not isinstance(data, Mapping) or not data:
        complain(place, "a condition is a mapping such as {stance: [troll, spam]}")
        return None
    parts = [_read_entry(str(key), wanted, (*place, str(key)), complain) for key, wanted in data.items()]
    return _joined(All, parts)


def _read_entry(key: str, wanted: object, place: Place, complain: Complain) -> Condition | None:
    if key == "not":
        part = read_condition(wanted, place, complain)
        return Not(part=part) if part else None
    if key in {"all", "any"}:
        if not isinstance(wanted, Sequence) or isinstance(wanted, str) or not wanted:
            complain(place, f"`{key}` takes a list of conditions")
            return None
        parts = [read_condition(item, (*place, number), complain) for number, item in enumerate(wanted)]
        return _joined(All if key == "all" else AnyOf, parts)
    if key not in FACTS:
        complain(place, f"no such fact; there are {', '.join((*FACTS, *_NESTING))}")
        return None
    return _read_test(key, wanted, place, complain)


def _joined(kind: type[All] | type[AnyOf], parts: Sequence[Condition | None]) -> Condition | None:
    kept = tuple(part for part in parts if part is not None)
    if len(kept) < len(parts):
        return None
    return kept[0] if len(kept) == 1 else kind(parts=kept)


def _read_test(name: str, wanted: object, place: Place, complain: Complain) -> Condition | None:
    fact = FACTS[name]
    if isinstance(wanted, Mapping):
        return _read_comparisons(name, wanted, place, complain)
    if fact.kind is Kind.FLAG:
        flag = _FLAGS.get(str(wanted).lower())
        if flag is None:
            complain(place, f"{name} is yes or no, not {wanted!r}")
            return None
        return Test(fact=name, op=Op.ONE_OF, words=(_flag_word(flag),))
    if fact.optional and wanted in (Op.KNOWN, Op.UNKNOWN):
        return Test(fact=name, op=Op(str(wanted)))
    if fact.kind is Kind.NUMBER:
        complain(place, f"{name} takes any, none or a comparison such as {{at_least: 10000}}")
        return None
    return _read_words(name, wanted, place, complain)


def _read_words(name: str, wanted: object, place: Place, complain: Complain) -> Test | None:
    several = isinstance(wanted, Sequence) and not isinstance(wanted, str)
    items: Sequence[object] = wanted if isinstance(wanted, Sequence) and several else [wanted]
    known = FACTS[name].words
    sound = bool(items)
    for number, item in enumerate(items):
        if not isinstance(item, str) or not item or item in {"any", "none"} or (known and item not in known):
            there_are = f"; there are {', '.join(known)}" if known else ""
            complain((*place, number) if several else place, f"{item!r} is no word for {name}{there_are}")
            sound = False
    if not items:
        complain(place, f"{name} is compared with nothing")
    return Test(fact=name, op=Op.ONE_OF, words=tuple(map(str, items))) if sound else None


def _read_comparisons(name: str, wanted: Mapping[object, object], place: Place, complain: Complain) -> Condition | None:
    fact = FACTS[name]
    if fact.kind not in {Kind.SCALE, Kind.NUMBER}:
        complain(place, f"{name} is {fact.kind} and can't be compared as more or less")
        return None
    tests: list[Condition | None] = []
    for key, bound in wanted.items():
        there = (*place, str(key))
        if key not in _COMPARISONS:
            complain(there, f"no such comparison; there are {', '.join(_COMPARISONS)}")
            tests.append(None)
            continue
        number = _bound(fact, bound)
        if number is None:
            complain(there, f"{bound!r} is no {'whole number of 0 or more' if not fact.words else f'word for {name}'}")
        tests.append(None if number is None else Test(fact=name, op=Op(str(key)), bound=number))
    if not tests:
        complain(place, f"{name} is compared with nothing")
        return None
    return _joined(All, tests)


def _bound(fact: Fact, given: object) -> int | None:
    if fact.words:
        return fact.words.index(given) if given in fact.words else None
    return given if isinstance(given, int) and not isinstance(given, bool) and given >= 0 else None
