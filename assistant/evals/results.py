"""A run on disk: run.json, scores.jsonl and turns.jsonl in one folder, written whole and read back."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from pydantic import Field, ValidationError

from assistant.domain.turn import Turn
from assistant.domain.value import Value
from assistant.errors import Infrastructure, SuiteInvalid
from assistant.evals.case import CaseSeverity
from assistant.whole_file import replace_file

RUN_FILE = "run.json"
SCORES_FILE = "scores.jsonl"
TURNS_FILE = "turns.jsonl"
MOST_FAILED = 0.05
"""Share of turns that a drafter may fail on before nothing is told of it; our choice."""


class ScoreRow(Value):
    """One score as scores.jsonl holds it. `index` is the assertion's place in its case, `epoch` counts from 0.

    `ms` and `tokens` are the whole turn's. `pass` is null where unscored.
    """

    suite: str
    case_id: str
    epoch: int
    index: int
    assertion: str
    metric: str
    value: float | None
    passed: bool | None = Field(alias="pass")
    reason: str
    cluster: str
    slice: str | None = None
    severity: CaseSeverity = CaseSeverity.NORMAL
    ms: float = 0.0
    tokens: int = 0

    @property
    def name(self) -> str:
        """The case within all suites."""
        return f"{self.suite}/{self.case_id}"

    @property
    def label(self) -> str:
        """What is shown: the metric it counts under, and its type where that is another word."""
        return self.metric if self.metric == self.assertion else f"{self.metric} ({self.assertion})"


class StoredTurn(Value):
    """A turn with the content hash of what led to it; kept turns of the same key and epoch are not computed again."""

    key: str
    epoch: int
    suite: str
    case_id: str
    turn: Turn


class Manifest(Value):
    """What was run: when, on what versions, how often, how long; `reused` turns were there already.

    `fell_back` turns were written by the fallback of a drafter that couldn't be used.
    """

    started_at: datetime
    seconds: float
    repeats: int
    suites: tuple[str, ...]
    cases: int
    reused: int = 0
    fell_back: int = 0
    tokens: int = 0
    versions: Mapping[str, str] = Field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """A finished run."""

    manifest: Manifest
    scores: tuple[ScoreRow, ...]
    turns: tuple[StoredTurn, ...] = ()

    @property
    def is_void(self) -> bool:
        """Whether the drafter failed too often for anything to be judged."""
        return self.manifest.fell_back > MOST_FAILED * len(self.turns)

    def turn(self, row: ScoreRow) -> Turn | None:
        """The turn behind a score."""
        return self._by_try.get((row.suite, row.case_id, row.epoch))

    @cached_property
    def _by_try(self) -> Mapping[tuple[str, str, int], Turn]:
        return {(kept.suite, kept.case_id, kept.epoch): kept.turn for kept in self.turns}


def write_run(folder: Path, run: Run, *, summary: Mapping[str, object]) -> None:
    """Write the run into `folder`; run.json comes last, so that a folder with one is whole."""
    _write_lines(folder / TURNS_FILE, (turn.model_dump_json() for turn in run.turns))
    _write_lines(folder / SCORES_FILE, (row.model_dump_json(by_alias=True) for row in run.scores))
    manifest = {**run.manifest.model_dump(mode="json"), **summary}
    _write_lines(folder / RUN_FILE, [json.dumps(manifest, indent=2, ensure_ascii=False)])


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    content = "".join(f"{line}\n" for line in lines).encode()
    replace_file(path, content, remedy="choose another --out or free space")


def read_run(folder: Path, *, with_turns: bool = True) -> Run:
    """A run as it was written; its turns are left out where the folder holds none, or nobody asks for them.

    Raises `SuiteInvalid`.
    """
    folder = folder.parent if folder.name == RUN_FILE else folder
    try:
        known: Mapping[str, object] = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
        manifest = Manifest.model_validate({key: known[key] for key in Manifest.model_fields if key in known})
        lines = (folder / SCORES_FILE).read_text(encoding="utf-8").split("\n")
        scores = tuple(ScoreRow.model_validate_json(line) for line in lines if line)
    except OSError as error:
        raise SuiteInvalid(
            [f"{error.filename or folder}: {error.strerror}; give the folder of a finished run"]
        ) from error
    except (ValueError, TypeError, ValidationError) as error:
        first = str(error).splitlines()[0]
        raise SuiteInvalid([f"{folder}: not a run this version can read: {first}"]) from error
    return Run(manifest=manifest, scores=scores, turns=tuple(read_turns(folder).values()) if with_turns else ())


def read_turns(folder: Path) -> dict[tuple[str, int], StoredTurn]:
    """Turns kept in the folder by key and epoch; what an interrupted run left half-written is passed over."""
    kept: dict[tuple[str, int], StoredTurn] = {}
    try:
        lines = (folder / TURNS_FILE).read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        return kept
    for line in lines:
        try:
            turn = StoredTurn.model_validate_json(line)
        except ValidationError:
            continue
        kept[turn.key, turn.epoch] = turn
    return kept


def append_turns(folder: Path, turns: Sequence[StoredTurn]) -> None:
    """Keep turns as they come, so that an interrupted run goes on from here."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / TURNS_FILE).open("a", encoding="utf-8") as file:
            file.writelines(turn.model_dump_json() + "\n" for turn in turns)
    except OSError as error:
        raise Infrastructure(f"{folder}: {error.strerror or error}; choose another --out or free space") from error
