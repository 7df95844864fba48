"""Wires the attacks on the knowledge base: the brand's own heads and drafter, an index in memory for every attack."""

from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from assistant import compose
from assistant.adapters.lingua import Lingua
from assistant.adapters.memory_index import MemoryIndex
from assistant.compose.loop import outcome
from assistant.domain.automation import AutomationState
from assistant.domain.brand import Pack
from assistant.domain.certificate import Permits
from assistant.domain.mistake import in_words
from assistant.errors import SuiteInvalid
from assistant.evals.attack import AttackCase, AttackScore
from assistant.kb.remembering import Remembering
from assistant.pipeline.respond import Pipeline
from assistant.ports import Answer, Library
from assistant.settings import Settings
from assistant.workflows.attack_knowledge import attack_knowledge


def attack_brand(
    settings: Settings, cases: Sequence[AttackCase], *, knowledge: Path | None, progress: Callable[[int], None]
) -> Sequence[AttackScore]:
    """Attack the brand's knowledge with every slice certified. Raises what the parts raise."""
    pack = compose.load_brand(settings, knowledge)
    searching = compose.build_embedder(settings)
    embedder, asker = Remembering(searching), compose.asker_of(settings, searching)
    drafter = compose.build_drafter(settings, embedder=embedder)
    reader = Remembering(compose.build_embedder(settings, wide=True))
    heads, languages = compose.load_heads(settings, pack), Lingua(pack.brand.languages)
    everything = Permits(rehearsal=True)

    def answer_with(changed: Pack, index: Library) -> Answer:
        return Pipeline(
            pack=changed,
            embedder=reader,
            languages=languages,
            heads=heads,
            index=index,
            drafter=drafter,
            clock=compose.utc_now,
            automation=AutomationState,
            permits=lambda: everything,
            asker=asker,
        )

    return outcome(
        attack_knowledge(
            cases,
            pack=pack,
            embedder=embedder,
            new_index=lambda: MemoryIndex(embedder.fingerprint),
            answer_with=answer_with,
            today=pack.brand.day(compose.utc_now()),
            progress=progress,
        )
    )


def read_attacks(path: Path) -> Sequence[AttackCase]:
    """The attack cases of a JSONL file. Raises `SuiteInvalid`."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise SuiteInvalid([f"{path}: not UTF-8 at byte {error.start + 1}; save it as UTF-8"]) from error
    except OSError as error:
        raise SuiteInvalid([f"{path}: {error.strerror}"]) from error
    cases: list[AttackCase] = []
    problems: list[str] = []
    for number, line in enumerate(lines, start=1):
        try:
            cases += [AttackCase.model_validate_json(line)] if line.strip() else []
        except ValidationError as invalid:
            problems += [f"{path}:{number}: {_said(each)}" for each in invalid.errors()]
    if problems or not cases:
        fields = ", ".join(AttackCase.model_fields)
        raise SuiteInvalid(problems or [f"{path}: holds no attack; write one a line: {fields}"])
    return cases


def _said(mistake: ErrorDetails) -> str:
    return ": ".join([*(str(part) for part in mistake["loc"]), in_words(mistake)])
