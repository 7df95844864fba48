"""Makes `assistant/adapters/bge_centre.npz`: what English messages have in common in the vectors of bge-small-en-v1.5.

    python benchmarks/centre.py [--write]

Without `--write` it says how far the one that ships is from one made of the examples as they are now. Writing it
changes every vector, so that all heads are fitted again.
"""

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np

from assistant.adapters.bge import CENTRE, Bge
from assistant.learning import states
from assistant.scoring.text import clean

TEXTS = 3_000


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--write", action="store_true")
    asked.add_argument("--data", type=Path, help="taken and not needed, as `make bench` gives it to each")
    options = asked.parse_args()
    files = sorted((Path(states.__file__).parent / "examples").rglob("*.jsonl"))
    texts = [
        clean(json.loads(line)["text"]) for file in files for line in file.read_text(encoding="utf-8").splitlines()
    ]
    drawn = np.random.default_rng(1).choice(len(texts), TEXTS, replace=False)
    with tempfile.TemporaryDirectory() as scratch:
        vectors = Bge(Path(scratch), centred=False).embed([texts[row] for row in drawn])
    parts = vectors.reshape(TEXTS, 5, -1)
    centre = np.asarray((parts / np.linalg.norm(parts, axis=2, keepdims=True)).mean(axis=0), np.float32)
    if CENTRE.is_file():
        ships = np.load(CENTRE)["centre"]
        cosines = (ships * centre).sum(axis=1) / np.linalg.norm(ships, axis=1) / np.linalg.norm(centre, axis=1)
        print(f"cosine of the five parts with those that ship: {', '.join(f'{cosine:.4f}' for cosine in cosines)}")
    if options.write:
        np.savez(CENTRE, centre=centre)


if __name__ == "__main__":
    main()
