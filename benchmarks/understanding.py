"""How well and how fast a mention is read. Ratios are of one run on one thread; quality needs `--data DIR`.

    python benchmarks/understanding.py [--knowledge DIR] [--data DIR] [--quick]

`DIR` holds the open halves of public sets (airline, escalation), each as open.jsonl; what is not there is said and left
out. `benchmarks/label_sets.py` measures what is learnt from any label set.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from label_sets import Remembering
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from assistant.adapters.bge import Bge
from assistant.adapters.lingua import Lingua
from assistant.domain.brand import NO_REPLY_STANCES, Pack
from assistant.domain.mention import Author, Mention, ThreadMessage
from assistant.kb.pack import load_pack
from assistant.learning.statistics import auroc
from assistant.pipeline.understand import reading_text, understand
from assistant.scoring.heads import INTENTS, STATES, FittedHeads, load
from assistant.scoring.text import clean
from assistant.workflows.train import train_pack

Row = dict[str, Any]


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--knowledge", type=Path, default=Path("knowledge"))
    asked.add_argument("--data", type=Path)
    asked.add_argument("--quick", action="store_true", help="fewer seeds and no full training sets")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        reader = Remembering(Bge(Path(scratch), "int8", threads=0))
        pack = load_pack(options.knowledge)
        started = time.perf_counter()
        train_pack(pack, embedder=reader, out=Path(scratch) / "pack", progress=lambda steps, total: None)
        print(f"trained the pack in {time.perf_counter() - started:.1f} s")
        heads = load(Path(scratch) / "pack" / INTENTS, Path(scratch) / "pack" / STATES)
        sample = _rows(options.knowledge / "mentions" / "sample.jsonl")
        _speed(heads, Bge(Path(scratch), "int8", threads=1), pack, sample)
        _sample(heads, reader, pack, sample, _rows(options.knowledge / "mentions" / "sample.labels.jsonl"))
        for name, measure in _SETS.items():
            file = (options.data or Path()) / name / "open.jsonl"
            if options.data is None or not file.is_file():
                print(f"{name}: not measured, no {file}")
                continue
            measure(_rows(file), heads, reader, Path(scratch), options.quick)


def _rows(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def _share(values: Sequence[bool] | NDArray[np.bool_]) -> str:
    return f"{np.mean(values):.1%}" if len(values) else "nothing to count"


def _mention(row: Row) -> Mention:
    return Mention(
        id=row["id"],
        brand_id="b",
        channel=row["channel"],
        external_id=row["id"],
        text=row["text"],
        author=Author.model_validate(row.get("author", {})),
        thread=tuple(ThreadMessage.model_validate(message) for message in row.get("thread", ())),
    )


def _speed(heads: FittedHeads, embedder: Bge, pack: Pack, sample: Sequence[Row]) -> None:
    """Reading without the embedding over the embedding alone: in batches of 32, and one by one."""
    mentions = [_mention(row) for row in sample]
    languages = Lingua(pack.brand.languages)
    for size in (32, 1):
        batches = [mentions[start : start + size] for start in range(0, len(mentions), size)]
        spent = {"embed": 0.0, "read": 0.0}
        with threadpool_limits(limits=1):
            for _ in range(2):  # the first round warms up
                spent = dict.fromkeys(spent, 0.0)
                for batch in batches:
                    started = time.process_time()
                    vectors = embedder.embed([reading_text(mention) for mention in batch])
                    embedded = time.process_time()
                    understand(batch, vectors, heads=heads, languages=languages, pack=pack)
                    spent["embed"] += embedded - started
                    spent["read"] += time.process_time() - embedded
        ratio, rate = spent["read"] / spent["embed"], len(mentions) / sum(spent.values())
        print(f"batches of {size}: all but the embedding costs {ratio:.2f} of it; {rate:.0f} mentions/CPU-s")


def _sample(
    heads: FittedHeads, embedder: Remembering, pack: Pack, sample: Sequence[Row], labels: Sequence[Row]
) -> None:
    mentions, truth = [_mention(row) for row in sample], {row["id"]: row for row in labels}
    vectors = embedder.embed([reading_text(mention) for mention in mentions])
    found = understand(mentions, vectors, heads=heads, languages=Lingua(pack.brand.languages), pack=pack)
    pairs = [(reading, truth[mention.id]) for reading, mention in zip(found, mentions, strict=True)]
    inside = [(reading, label) for reading, label in pairs if label["intent"] != "oos"]
    print(f"sample mentions (n = {len(pairs)})")
    print(f"  intent {_share([r.intent == label['intent'] for r, label in inside])} of {len(inside)} in scope")
    scopes = [
        np.array([r.in_scope_confidence for r, label in pairs if (label["intent"] == "oos") is oos], np.float32)
        for oos in (False, True)
    ]
    print(f"  in scope AUROC {auroc(scopes[0], scopes[1]):.3f}")
    for name in ("sentiment", "urgency", "stance"):
        print(f"  {name} {_share([getattr(r, name).value == label[name] for r, label in pairs])}")
    quiet = {stance.value for stance in NO_REPLY_STANCES}
    silent = [(not r.respond, label["stance"] in quiet) for r, label in pairs]
    both = sum(said and true for said, true in silent)
    print(
        f"  don't respond: precision {both / max(1, sum(said for said, _ in silent)):.1%}, "
        f"recall {both / sum(true for _, true in silent):.1%}"
    )
    wanted = [(category, r) for r, label in pairs for category in label["sensitivity"]]
    caught = sum(category in {fired.category.value for fired in r.sensitivity} for category, r in wanted)
    calm = [r for r, label in pairs if not label["sensitivity"]]
    print(
        f"  sensitivity: {caught} of {len(wanted)} labels caught; "
        f"{sum(bool(r.sensitivity) for r in calm)} of {len(calm)} calm mentions stopped"
    )


def _airline(rows: list[Row], heads: FittedHeads, embedder: Remembering, scratch: Path, quick: bool) -> None:
    chosen = [rows[place] for place in np.random.default_rng(1).permutation(len(rows))[: 500 if quick else 3000]]
    texts = [clean(row["text"]) for row in chosen]
    read_ = heads.read(texts, embedder.embed(texts))
    said = [max(r.sentiment, key=r.sentiment.__getitem__).value for r in read_]
    truth = [row["label"] for row in chosen]
    scores = []
    for word in ("negative", "neutral", "positive"):
        hits = sum(a == b == word for a, b in zip(said, truth, strict=True))
        scores.append(2 * hits / max(1, said.count(word) + truth.count(word)))
    print(
        f"airline sentiment, nothing of it trained on: accuracy {_share(np.array(said) == truth)}, "
        f"macro F1 {np.mean(scores):.3f}"
    )
    print(
        f"  real tweets that a detector stops: {_share([bool(r.fired) for r in read_])}, "
        f"flagged as injection {_share([r.injection.flag for r in read_])}"
    )


def _escalation(rows: list[Row], heads: FittedHeads, embedder: Remembering, scratch: Path, quick: bool) -> None:
    texts = [clean(row["text"]) for row in rows]
    fired = [bool(r.fired) for r in heads.read(texts, embedder.embed(texts))]
    truth = np.array([bool(row["label"]) for row in rows])
    print(
        f"escalation: recall {_share(np.array(fired)[truth])} of {truth.sum()}, "
        f"false alarms {_share(np.array(fired)[~truth])} of {(~truth).sum()}"
    )
    for row, stopped in zip(rows, fired, strict=True):
        if row["label"] and not stopped:
            print(f"  missed ({row['category']}): {row['id']}")


_SETS: dict[str, Callable[[list[Row], FittedHeads, Remembering, Path, bool], None]] = {
    "escalation": _escalation,
    "airline": _airline,
}


if __name__ == "__main__":
    main()
