"""What a head says of its own certainty, on made-up messages to six intents."""

import numpy as np
import pytest

from assistant.learning.card import calibration_error
from assistant.learning.intents import Material, fit_intents
from assistant.scoring.folder import Facts, Loaded
from assistant.scoring.heads import INTENTS, IntentHead
from tests.builders import HashEmbedder

NAMES = [f"topic{number}" for number in range(6)]
EMBEDDER = HashEmbedder()


def messages(count: int, seed: int) -> tuple[list[str], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Half of them name their intent three times; of the others, which are as plain, a quarter mean another."""
    chance = np.random.default_rng(seed)
    texts: list[str] = []
    labels: list[int] = []
    for _ in range(count):
        meant = named = int(chance.integers(0, len(NAMES)))
        settled = chance.random() < 0.5
        if not settled and chance.random() < 0.25:
            named = (meant + 1) % len(NAMES)
        beside = " ".join(f"word{each}" for each in chance.integers(0, 60, 6))
        texts.append(f"topic{named} about{named} {f'clear{named} ' if settled else ''}{beside}")
        labels.append(meant)
    return texts, np.array(labels, np.int64)


def trained(texts: list[str], labels: np.ndarray[tuple[int], np.dtype[np.int64]]) -> IntentHead:
    material = Material(
        names=NAMES,
        texts=texts,
        labels=labels,
        vectors=EMBEDDER.embed(texts),
        name_vectors=EMBEDDER.embed(NAMES),
        oos_texts=[],
        oos_vectors=EMBEDDER.embed([]),
    )
    fitted = fit_intents(material, lambda steps: None)
    facts = Facts(kind=INTENTS, inputs="", settings={"labels": NAMES, "embedder": "hash", **fitted.settings})
    return IntentHead(Loaded(facts=facts, arrays=fitted.arrays, fingerprint=""))


@pytest.mark.parametrize("seed", [2, 3])
def test_confidence_is_how_often_the_head_is_right_on_messages_it_never_saw(seed: int) -> None:
    head = trained(*messages(300, seed))
    texts, labels = messages(1_500, seed + 100)
    likely = np.exp(head.read(texts, EMBEDDER.embed(texts)).log_probabilities)
    found = calibration_error(likely.max(axis=1), likely.argmax(axis=1) == labels)
    assert found is not None
    assert found < 0.04
