"""Can these conditions hold together? Decided exactly over everything the facts can be, with an example.

Every fact has finitely many values that conditions can tell apart: its words, or the numbers around the bounds in use.
A search narrows them fact by fact until each condition is certainly met or one is certainly not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.charts.evaluate import in_words
from assistant.charts.facts import Held
from assistant.charts.grammar import FACTS, All, AnyOf, Condition, Kind, Not, Op, Test, test_holds, tests_of
from assistant.domain.brand import Pack
from assistant.domain.value import Value

OTHER = "(another)"
"""Stands for every word that neither the pack nor a chart names."""

_SUBJECT = "intent"
Choice = Mapping[str, Held]
"""Facts that are fixed together; intent and topic are, as an intent has one topic."""
Open = Mapping[str, tuple[Choice, ...]]
"""What is still possible on each axis."""


class Words(Value):
    """The words a brand pack gives the facts: each intent with its topic, channels and languages."""

    intents: Mapping[str, str]
    channels: tuple[str, ...]
    languages: tuple[str, ...]


def words_of(pack: Pack) -> Words:
    """The words of a pack. `und` is a language too: the one nobody could name."""
    return Words(
        intents={intent.id: intent.topic for intent in pack.intents},
        channels=tuple(channel.name for channel in pack.channels),
        languages=(*pack.brand.languages, "und"),
    )


class Space:
    """Every mention there can be, as far as the given conditions can tell mentions apart.

    `followers` and `reach` count as independent: which number makes which tier is not the chart's to know.
    """

    def __init__(self, words: Words, conditions: Iterable[Condition]) -> None:
        tests = [test for condition in conditions for test in tests_of(condition)]
        self._members = {name: _members(name, tests) for name, fact in FACTS.items() if fact.kind is Kind.SET}
        self._all: dict[str, tuple[Choice, ...]] = {}
        for name, fact in FACTS.items():
            if fact.kind is Kind.SET:
                for member in self._members[name]:
                    self._all[_axis(name, member)] = ({name: frozenset()}, {name: frozenset({member})})
            elif name == _SUBJECT:
                pairs = (*words.intents.items(), (None, None))
                self._all[name] = tuple({"intent": intent, "topic": topic} for intent, topic in pairs)
            elif name != "topic":
                self._all[name] = tuple({name: value} for value in _values(name, tests, words))

    def example(self, conditions: Sequence[Condition]) -> str | None:
        """A mention that meets all conditions, told by the facts they look at; None where there can't be one."""
        found = self._search((*conditions, _SENSITIVE_WANTS_ANSWER), self._all)
        if found is None:
            return None
        names = dict.fromkeys(test.fact for condition in conditions for test in tests_of(condition))
        return ", ".join(f"{name} {in_words(self._held(name, found))}" for name in names) or "any mention"

    def _held(self, name: str, found: Open) -> Held:
        if name in self._members:
            chosen = (found[_axis(name, member)][0][name] for member in self._members[name])
            return frozenset[str]().union(*(value for value in chosen if isinstance(value, frozenset)))
        return found[_axis_of(name)][0][name]

    def _search(self, conditions: Sequence[Condition], left: Open) -> Open | None:
        undecided: list[Condition] = []
        for condition in conditions:
            verdict = self._verdict(condition, left)
            if verdict is False:
                return None
            if verdict is None:
                undecided.append(condition)
        if not undecided:
            return left
        for narrower in self._halves(undecided[0], left):
            if (found := self._search(undecided, narrower)) is not None:
                return found
        return None

    def _verdict(self, condition: Condition, left: Open) -> bool | None:
        """True or False where it is so whatever is still chosen, else None."""
        match condition:
            case Test():
                return self._test_verdict(condition, left)
            case Not(part=part):
                inner = self._verdict(part, left)
                return None if inner is None else not inner
            case All(parts=parts):
                verdicts = [self._verdict(part, left) for part in parts]
                return False if False in verdicts else None if None in verdicts else True
            case AnyOf(parts=parts):
                verdicts = [self._verdict(part, left) for part in parts]
                return True if True in verdicts else None if None in verdicts else False

    def _test_verdict(self, test: Test, left: Open) -> bool | None:
        if test.fact not in self._members:
            return _common({test_holds(test, choice[test.fact]) for choice in left[_axis_of(test.fact)]})
        verdicts = [
            _common({bool(choice[test.fact]) for choice in left[_axis(test.fact, member)]})
            for member in self._asked(test)
        ]
        some = True if True in verdicts else None if None in verdicts else False
        return some if some is None or test.op is not Op.UNKNOWN else not some

    def _asked(self, test: Test) -> tuple[str, ...]:
        return test.words if test.op is Op.ONE_OF else self._members[test.fact]

    def _halves(self, condition: Condition, left: Open) -> Iterator[Open]:
        """What is left, split by the first undecided test of an undecided condition."""
        test = next(test for test in tests_of(condition) if self._test_verdict(test, left) is None)
        if test.fact in self._members:
            axes = (_axis(test.fact, member) for member in self._asked(test))
            open_axis = next(axis for axis in axes if len(left[axis]) > 1)
            for choice in left[open_axis]:
                yield {**left, open_axis: (choice,)}
            return
        axis = _axis_of(test.fact)
        for wanted in (True, False):
            yield {**left, axis: tuple(c for c in left[axis] if test_holds(test, c[test.fact]) is wanted)}


_SENSITIVE_WANTS_ANSWER = AnyOf(
    parts=(Test(fact="sensitivity", op=Op.UNKNOWN), Test(fact="respond", op=Op.ONE_OF, words=("yes",)))
)


def _common(verdicts: set[bool]) -> bool | None:
    return next(iter(verdicts)) if len(verdicts) == 1 else None


def _axis(name: str, member: str) -> str:
    return f"{name}: {member}"


def _axis_of(name: str) -> str:
    return _SUBJECT if name == "topic" else name


def _members(name: str, tests: Sequence[Test]) -> tuple[str, ...]:
    return FACTS[name].words or (*_named(name, tests), OTHER)


def _named(name: str, tests: Sequence[Test]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for test in tests if test.fact == name for word in test.words))


def _values(name: str, tests: Sequence[Test], words: Words) -> tuple[Held, ...]:
    fact = FACTS[name]
    if fact.kind is Kind.FLAG:
        return (True, False)
    if fact.kind is Kind.NUMBER:
        bounds = {test.bound for test in tests if test.fact == name}
        around = {0, *(bound + step for bound in bounds for step in (-1, 0, 1) if bound + step >= 0)}
        return (*sorted(around), None)
    if fact.words:
        return fact.words
    known = words.channels if name == "channel" else words.languages
    return tuple(dict.fromkeys((*known, *_named(name, tests), OTHER)))
