"""The judges a run asks: which cases name one, what it says of their drafts, and what it said before."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from assistant.domain.turn import Turn
from assistant.domain.value import Value
from assistant.errors import Infrastructure, ModelUnavailable
from assistant.evals.case import Case, Suite
from assistant.evals.judge import RUBRIC_FILE, VOTES, Judge, Opinion, Shown, ask
from assistant.evals.results import StoredTurn
from assistant.ports import ChatModel

OPINIONS_FILE = "opinions.jsonl"
KIND = "care:judge"


@dataclass(frozen=True)
class Bench:
    """Judges by name, and the model that is asked."""

    judges: Mapping[str, Judge]
    chat: ChatModel
    votes: int = VOTES


class KeptOpinion(Value):
    """An opinion with the content hash of what led to it."""

    key: str
    opinion: Opinion


def judges_named(suites: Sequence[Suite]) -> tuple[str, ...]:
    """The judges that cases ask for, each once."""
    return tuple(dict.fromkeys(name for suite in suites for case in suite.cases for name in named_in(case)))


def named_in(case: Case) -> tuple[str, ...]:
    """The judges of one case."""
    return tuple(str(assertion.value) for assertion in case.assertions if assertion.type == KIND)


def judges_missing(suites: Sequence[Suite], folder: Path) -> Iterator[str]:
    """Judges that `folder` doesn't hold, each with the first case that names it."""
    known = sorted(path.parent.name for path in folder.glob(f"*/{RUBRIC_FILE}"))
    users: dict[str, list[str]] = {}
    for suite in suites:
        for case in suite.cases:
            for name in named_in(case):
                users.setdefault(name, []).append(f"{suite.name}/{case.id}")
    for name, cases in users.items():
        if name not in known:
            more = f" and {len(cases) - 1} more" if len(cases) > 1 else ""
            yield f"{cases[0]}{more}: care:judge: no judge {name!r} in {folder}; there are {', '.join(known) or 'none'}"


async def hear(
    cases: Sequence[tuple[Case, StoredTurn]],
    bench: Bench,
    *,
    folder: Path | None = None,
    progress: Callable[[int], None] = lambda steps: None,
) -> Sequence[Mapping[str, Opinion]]:
    """What the judges of each case say of its turn, in order. Opinions kept in `folder` on the same words, rubric,
    model and epoch are not asked for again; a model that can't be reached leaves a case without one.
    """
    kept = read_opinions(folder)
    heard: list[Mapping[str, Opinion]] = []
    for case, stored in cases:
        opinions: dict[str, Opinion] = {}
        for name in named_in(case):
            if (found := await _opinion(bench, name, stored, kept, folder)) is not None:
                opinions[name] = found
        heard.append(opinions)
        progress(1)
    return heard


async def _opinion(
    bench: Bench, name: str, stored: StoredTurn, kept: dict[str, Opinion], folder: Path | None
) -> Opinion | None:
    shown, judge = _shown(stored.turn), bench.judges.get(name)
    if shown is None or judge is None:
        return None
    try:
        return await opinion_of(
            judge, shown, chat=bench.chat, votes=bench.votes, epoch=stored.epoch, kept=kept, folder=folder
        )
    except ModelUnavailable:
        return None


async def opinion_of(
    judge: Judge,
    shown: Shown,
    *,
    chat: ChatModel,
    votes: int = VOTES,
    epoch: int = 0,
    kept: dict[str, Opinion],
    folder: Path | None,
) -> Opinion:
    """What was `kept` of the same words, rubric, model and epoch, else asked for and kept in `folder`.

    Raises `ModelUnavailable`.
    """
    told = (judge.fingerprint, chat.name, str(votes), str(epoch), shown.model_dump_json())
    key = hashlib.sha256("\0".join(told).encode()).hexdigest()[:24]
    if key not in kept:
        kept[key] = await ask(judge, shown, chat=chat, votes=votes)
        _append(folder, KeptOpinion(key=key, opinion=kept[key]))
    return kept[key]


def _shown(turn: Turn) -> Shown | None:
    """The draft with the sentences it cites; None where nothing was drafted."""
    if turn.draft is None:
        return None
    quotes = dict.fromkeys(citation.quote for claim in turn.draft.claims for citation in claim.citations)
    return Shown(message=turn.mention.text, reply=turn.draft.text, passages=tuple(quotes))


def read_opinions(folder: Path | None) -> dict[str, Opinion]:
    """By key; none where none were kept."""
    try:
        text = (folder / OPINIONS_FILE).read_text(encoding="utf-8", errors="replace") if folder else ""
    except OSError:
        return {}
    kept: dict[str, Opinion] = {}
    for line in text.split("\n"):
        try:
            one = KeptOpinion.model_validate_json(line)
        except ValidationError:
            continue  # what an interrupted run left half-written
        kept[one.key] = one.opinion
    return kept


def _append(folder: Path | None, kept: KeptOpinion) -> None:
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / OPINIONS_FILE).open("a", encoding="utf-8") as file:
            file.write(kept.model_dump_json() + "\n")
    except OSError as error:
        raise Infrastructure(f"{folder}: {error.strerror or error}; choose another --out or free space") from error
