"""How surely `assistant check --pairs` tells replies with one planted error from good ones, on texts it never saw.

`--data DIR` is a folder of open data: `tau2_policies` (its policies, and the bank articles `grounded_policyfacts`
doesn't use), `faq_multiturn` and `faq_stackexchange`. From each passage sentences become good replies, as they
stand or slightly reworded; the same with one fact changed become bad ones. Counts with 95 % Wilson intervals.
"""

import argparse
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.evals.statistics import wilson
from assistant.guardrails.kinds import NEEDS_SOURCE, kind_of
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.support import holds, measure_reply

SEED = 20261129
MOST_A_KIND = 400
LONGEST = 300
"""Characters of a sentence that may stand in a reply."""
DIRECTIONS = (
    ("before", "after"),
    ("at least", "at most"),
    ("more than", "less than"),
    ("minimum", "maximum"),
    ("can", "cannot"),
    ("must", "need not"),
    ("with", "without"),
    ("always", "never"),
    ("all", "no"),
)
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_ANY_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_MONEY = re.compile(r"(?:[$€£]\s?\d[\d,]*(?:\.\d+)?)(?!\d|,\d|\.\d| ?(?:million|billion|[kKmMbB])\b)")
_PERCENT = re.compile(r"(?<![\d.,])\d{1,3}(?:\.\d+)?(?= ?(?:%|percent\b|per cent\b))")
_SPAN = re.compile(
    r"(?<![\d.,$€£-])\d{1,3}(?= (?:business |working |calendar )?(?:minute|hour|day|week|month|year)s?\b)"
)
_DATE = re.compile(rf"\b(?:{'|'.join(MONTHS)}) \d{{1,2}}\b")
_NUMBER = re.compile(r"(?<![\w.,$€£%/:#-])\d{2,5}(?![\w.,%/:-]|\s?(?:%|percent|per cent|[ap]\.?m))")
_URL = re.compile(r"https?://[^\s)\"'<>\]]{6,}[a-z0-9/]")
_EMAIL = re.compile(r"\b[\w.+-]+@[\w-]+\.[a-z]{2,}\b")
_PHONE = re.compile(r"(?<![\w-])\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?![\w-])")


class Passage(NamedTuple):
    """A text and where it is from."""

    source: str
    text: str


class Planted(NamedTuple):
    """A reply with what was changed in it; nothing for good ones."""

    source: str
    kind: str
    passage: str
    reply: str


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--show", type=int, default=0, help="print so many mistakes of each kind")
    options = parser.parse_args(arguments)
    passages = list(_passages(options.data)) if options.data else []
    if not passages:
        print("benchmarks/planted.py: nothing to measure; name the folder of open data with --data DIR")
        return 0
    found: dict[tuple[str, str], list[tuple[Planted, bool]]] = defaultdict(list)
    for each in _replies(passages):
        found[each.source, each.kind].append((each, holds(measure_reply(each.reply, (each.passage,)))))
    for (source, kind), rows in sorted(found.items()):
        good = kind.startswith("good")
        wrong = [each for each, held in rows if held is not good]
        share = len(wrong) if good else len(rows) - len(wrong)
        interval = wilson(share, len(rows))
        said = "false flags" if good else "caught"
        counted = f"{share:4}/{len(rows):<4} {share / len(rows):6.1%}  [{interval.low:.1%}, {interval.high:.1%}]"
        print(f"{source:14} {kind:14} {said:11} {counted}")
        for each in wrong[: options.show]:
            print("    ", each.reply[:240])
    return 0


def _passages(data: Path) -> Iterator[Passage]:
    used = {str(row["doc"]) for row in _rows(data / "grounded_policyfacts" / "open.jsonl")}
    for row in _rows(data / "tau2_policies" / "banking_docs.jsonl"):
        if str(row["id"]) not in used:
            yield Passage("bank", str(row["text"]))
    for file in sorted((data / "tau2_policies").glob("*.md")):
        if file.name != "README.md":
            yield from (Passage("policies", part) for part in file.read_text(encoding="utf-8").split("\n\n#"))
    for name in ("faq_multiturn", "faq_stackexchange"):
        for row in _rows(data / name / "corpus.jsonl"):
            yield Passage(name.removeprefix("faq_"), str(row["text"]))


def _rows(file: Path) -> Iterator[Mapping[str, object]]:
    if file.is_file():
        yield from (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())


def _replies(passages: Sequence[Passage]) -> Iterator[Planted]:
    chance = random.Random(SEED)  # noqa: S311 (a benchmark, drawn the same every time)
    drawn = list(passages)
    chance.shuffle(drawn)
    counted: dict[tuple[str, str], int] = defaultdict(int)
    for passage in drawn:
        for sentence in _usable(passage.text):
            for kind, change in KINDS.items():
                if counted[passage.source, kind] >= MOST_A_KIND:
                    continue
                reply = change(sentence, passage.text, chance)
                if reply is not None:
                    counted[passage.source, kind] += 1
                    yield Planted(passage.source, kind, passage.text, reply)


def _usable(text: str) -> Iterator[str]:
    """Sentences that state something, in running text."""
    for sentence in split_sentences(text):
        bare = sentence.strip(" -*#>|")
        running = bare[-1:] in {".", "!"} and bare[0].isupper() and "|" not in bare
        if 30 <= len(bare) <= LONGEST and running and kind_of(bare) in NEEDS_SOURCE:
            yield bare


Change = Callable[[str, str, random.Random], str | None]


def _as_it_stands(sentence: str, passage: str, chance: random.Random) -> str | None:
    return f"Hi there! {sentence}" if chance.random() < 0.5 else sentence


LEADS = ("Just so you know: ", "In short: ", "As far as we can tell, ")
"""The lead-ins whose false flags the list of idle words was written after."""
OTHER_LEADS = (
    "From what I can see, ",
    "The short answer: ",
    "For what it's worth, ",
    "Here's the thing: ",
    "I checked, and ",
    "Good news: ",
    "To put it simply, ",
    "I can confirm that ",
    "Let me explain: ",
    "You may have heard that ",
)
"""Lead-ins nobody looked at while it was written."""


def _reworded(leads: Sequence[str]) -> Change:
    """As people retell: a greeting, contractions, a lead-in."""

    def change(sentence: str, passage: str, chance: random.Random) -> str | None:
        for old, new in ((" do not ", " don't "), (" is not ", " isn't "), (" you will ", " you'll ")):
            sentence = sentence.replace(old, new)
        thanks, lead = chance.choice(("Thanks for asking. ", "Good question! ", "")), chance.choice(leads)
        plain = sentence.split()[0].isalpha() and not sentence.startswith("I ")
        return f"{thanks}{lead}{sentence[0].lower() + sentence[1:] if plain else sentence}"

    return change


def _other_number(number: str, passage: str, chance: random.Random) -> str | None:
    """Another number of the same form, of a value the passage doesn't hold anywhere."""
    bare = number.replace(",", "")
    held = {float(each.replace(",", "")) for each in _ANY_NUMBER.findall(passage)}
    for _ in range(20):
        value = float(bare) * chance.choice((0.5, 0.8, 1.2, 1.5, 2, 3)) + chance.choice((0, 1, 2, 5))
        written = f"{value:,.2f}" if "." in bare else f"{round(value):,}" if "," in number else f"{round(value)}"
        if float(written.replace(",", "")) not in held:
            return written
    return None


def _changed(pattern: re.Pattern[str]) -> Change:
    def change(sentence: str, passage: str, chance: random.Random) -> str | None:
        places = list(pattern.finditer(sentence))
        if not places:
            return None
        place = chance.choice(places)
        number = re.search(r"\d[\d,]*(?:\.\d+)?", place.group())
        other = _other_number(number.group(), passage, chance) if number else None
        if number is None or other is None:
            return None
        start = place.start() + number.start()
        return sentence[:start] + other + sentence[start + len(number.group()) :]

    return change


def _date(sentence: str, passage: str, chance: random.Random) -> str | None:
    place = _DATE.search(sentence)
    if place is None:
        return None
    month, day = place.group().split()
    other = f"{chance.choice([each for each in MONTHS if each != month])} {day}"
    return None if other in passage else sentence[: place.start()] + other + sentence[place.end() :]


def _contact(pattern: re.Pattern[str], wrong: Callable[[str], str]) -> Change:
    def change(sentence: str, passage: str, chance: random.Random) -> str | None:
        place = pattern.search(sentence)
        return sentence[: place.start()] + wrong(place.group()) + sentence[place.end() :] if place else None

    return change


def _planted_contact(sentence: str, passage: str, chance: random.Random) -> str | None:
    """An address put where there was none."""
    added = chance.choice(
        (
            "See https://help.{}-support.example/claims for it.",
            "Write to care@{}-desk.example about it.",
            "Call us on +1 (555) 201-77{} about it.",
        )
    )
    return f"{sentence} {added.format(chance.randint(10, 99))}"


def _direction(sentence: str, passage: str, chance: random.Random) -> str | None:
    pairs = [(old, new) for one, two in DIRECTIONS for old, new in ((one, two), (two, one))]
    chance.shuffle(pairs)
    for old, new in pairs:
        swapped = re.sub(rf"(?<![\w-]){old}(?![\w'-])", new, sentence, count=1)
        if swapped != sentence and swapped not in passage:
            return swapped
    return None


KINDS: Mapping[str, Change] = {
    "good as is": _as_it_stands,
    "good retold": _reworded(LEADS),
    "good retold 2": _reworded(OTHER_LEADS),
    "money": _changed(_MONEY),
    "percent": _changed(_PERCENT),
    "duration": _changed(_SPAN),
    "date": _date,
    "number": _changed(_NUMBER),
    "url": _contact(_URL, lambda url: url[:-1] + ("x" if url[-1] != "x" else "y")),
    "email": _contact(_EMAIL, lambda address: "x" + address),
    "phone": _contact(_PHONE, lambda phone: phone[:-1] + str((int(phone[-1]) + 3) % 10)),
    "added contact": _planted_contact,
    "direction": _direction,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
