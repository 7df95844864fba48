"""Two versions of the prompts answer the same mention side by side, and each turn names its own."""

import shutil
from pathlib import Path

from assistant.adapters.extractive import Extractive
from assistant.adapters.model_drafter import ModelDrafter
from assistant.adapters.scripted import ScriptedChat
from assistant.domain.automation import AutomationState
from assistant.domain.certificate import Permits
from assistant.pipeline.respond import Pipeline
from assistant.prompts import Prompts
from tests import pipeline_builders as build

SHIPPED = Path(__file__).parents[2] / "prompts"
FACT = "Every fare includes one small bag of up to 40x30x20 cm under the seat."
ANSWER = {"answered": True, "sentences": [{"text": FACT, "kind": "policy", "passages": ["P2"]}]}


def pipeline(prompts: Prompts, chat: ScriptedChat) -> Pipeline:
    embedder, pack = build.WordEmbedder(), build.pack()
    return Pipeline(
        pack=pack,
        embedder=embedder,
        languages=build.OneLanguage(),
        heads=build.KeywordHeads(),
        index=build.ListIndex(pack.articles, embedder),
        drafter=ModelDrafter(chat, prompts, fallback=Extractive(prompts)),
        clock=lambda: build.NOW,
        automation=AutomationState,
        permits=lambda: Permits(rehearsal=True),
    )


async def test_a_second_version_runs_beside_the_first(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "b")
    voice = tmp_path / "b" / "_voice.j2"
    voice.write_text(voice.read_text() + "\nAnswer like a pilot.\n")
    seen = {}
    for name, folder in {"a": SHIPPED, "b": tmp_path / "b"}.items():
        chat, prompts = ScriptedChat([ANSWER]), Prompts(folder)
        evidence = {"m1": build.evidence((build.article(), 0.8))}
        (turn,) = await pipeline(prompts, chat)([build.mention()], evidence=evidence)
        assert turn.versions["prompts"] == prompts.fingerprint
        assert ("Answer like a pilot." in chat.asked[0].system) is (name == "b")
        seen[name] = turn.versions["prompts"]
    assert seen["a"] != seen["b"]
