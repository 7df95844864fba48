"""Makes `assistant/learning/examples/vectors.npz`: vectors of the examples that ship, so that no brand embeds them.

    python benchmarks/shipped_vectors.py [--write] [--afresh]

Without `--write` it says how far those that ship are from what the model gives now. Who adds examples writes it again:
texts that are in it keep their rows, so that little of the file changes. `--afresh` embeds all and chooses the
directions again; every head is then fitted to others.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np

from assistant.adapters.bge import Bge
from assistant.learning.embedded import embedded
from assistant.learning.projection import main_directions
from assistant.learning.shipped_vectors import DIRECTIONS, FILE, Shipped, hashes, packed, read, write
from assistant.learning.states import texts_of
from assistant.ports import Embedder

LOOKED_AT = 500


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--write", action="store_true")
    asked.add_argument("--afresh", action="store_true")
    asked.add_argument("--data", type=Path, help="taken and not needed, as `make bench` gives it to each")
    options = asked.parse_args()
    texts = sorted(texts_of(()))
    with tempfile.TemporaryDirectory() as scratch:
        embedder = Bge(Path(scratch))
        if FILE.is_file():
            _compare(read(FILE), texts, embedder)
        if options.write:
            made = _afresh(texts, embedder) if options.afresh or not FILE.is_file() else _brought_up(texts, embedder)
            write(made, FILE)
            print(f"{len(made.texts)} texts, {FILE.stat().st_size / 1e6:.1f} MB")


def _afresh(texts: list[str], embedder: Embedder) -> Shipped:
    vectors = embedded(embedder, texts, lambda done: print(".", end="", flush=True))
    onto = main_directions(vectors, DIRECTIONS)
    assert onto is not None, "the model's vectors are wide"
    return packed(embedder.fingerprint, texts, vectors, onto.astype(np.float16).astype(np.float32))


def _brought_up(texts: list[str], embedder: Embedder) -> Shipped:
    """The rows of texts that are still there as they are, and those of new ones."""
    before = read(FILE)
    new = [text for text, known in zip(texts, before.of(hashes(texts))[1], strict=True) if not known]
    still = np.isin(before.texts, hashes(texts))
    added = packed(embedder.fingerprint, new, embedded(embedder, new, lambda done: None), before.onto)
    named = np.concatenate([before.texts[still], added.texts])
    order = np.argsort(named)
    rows = np.concatenate([before.rows[still], added.rows])[order]
    sizes = np.concatenate([before.steps[still], added.steps])[order]
    return Shipped(embedder.fingerprint, before.onto, named[order], rows, sizes)


def _compare(shipped: Shipped, texts: list[str], embedder: Embedder) -> None:
    if shipped.embedder != embedder.fingerprint:
        print(f"those that ship are of {shipped.embedder}, the model is {embedder.fingerprint}: write them --afresh")
        return
    known = shipped.of(hashes(texts))[1]
    print(f"{known.sum()} of {len(texts)} texts are in it, {len(shipped.texts) - known.sum()} others")
    drawn = np.random.default_rng(1).choice(np.flatnonzero(known), LOOKED_AT, replace=False)
    of_it = [texts[row] for row in drawn]
    now, ships = embedder.embed(of_it), shipped.of(hashes(of_it))[0]
    kept = (ships**2).sum() / (now**2).sum()
    products = now @ now.T
    apart = (ships @ ships.T - products).std()
    print(f"{kept:.1%} of the squares kept; products of two texts {apart:.4f} apart, spread {products.std():.3f}")


if __name__ == "__main__":
    main()
