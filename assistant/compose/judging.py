"""Wires judges: rubrics from their folder, the model from the settings."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from assistant.compose import utc_now
from assistant.compose.drafting import build_chat
from assistant.errors import ModelUnavailable
from assistant.evals.bench import OPINIONS_FILE, Bench, opinion_of, read_opinions
from assistant.evals.judge import VOTES, load_judge
from assistant.evals.judge_card import Card, Standing, card_of, read_labels, standing, write_card
from assistant.settings import Settings


def bench_of(settings: Settings, folder: Path, names: Sequence[str]) -> Bench | None:
    """The judges of these names; None where no model is set or none is named. Raises `SuiteInvalid`."""
    judges = {name: load_judge(folder / name) for name in names}
    return Bench(judges=judges, chat=build_chat(settings)) if judges and settings.uses_model else None


def standings(settings: Settings, folder: Path, names: Sequence[str], *, drafter: str) -> Mapping[str, Standing]:
    """Which of them may gate now."""
    if not settings.uses_model:
        return dict.fromkeys(names, Standing(None, "no model is set, so it was not asked"))
    judges = {name: load_judge(folder / name) for name in names}
    return {
        name: standing(folder / name, judge, model=settings.model, drafter=drafter, at=utc_now())
        for name, judge in judges.items()
    }


def make_card(settings: Settings, folder: Path, *, progress: Callable[[int], None]) -> Card:
    """Ask the judge about every label and keep its card. Raises `ModelUnavailable`, `SuiteInvalid`.

    What it said is kept beside its rubric until the card is made, so that a stop costs nothing a second time.
    """
    judge, labels = load_judge(folder), read_labels(folder)
    if not settings.uses_model:
        raise ModelUnavailable("a judge needs a model: set OPENAI_API_KEY or OPENAI_BASE_URL")
    chat, kept = build_chat(settings), read_opinions(folder)

    async def verdicts() -> Card:
        said = []
        for label in labels:
            said.append((await opinion_of(judge, label.shown, chat=chat, kept=kept, folder=folder)).verdict)
            progress(1)
        return card_of(judge, labels, said, model=chat.name, votes=VOTES, at=utc_now())

    card = asyncio.run(verdicts())
    write_card(folder, card)
    (folder / OPINIONS_FILE).unlink(missing_ok=True)
    return card
