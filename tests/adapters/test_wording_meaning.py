"""Approved wording is embedded with the index; whoever drafts embeds only what is new."""

from pathlib import Path

import pytest

from assistant.adapters.wording_meaning import WordingMeaning, keep
from tests.builders import HashEmbedder


def test_kept_wording_is_not_embedded_again(tmp_path: Path) -> None:
    keep(tmp_path, "brand", ["Bags weigh 23 kg.", "Bags weigh 23 kg.", "Gates close early."], HashEmbedder())
    embedder = HashEmbedder()
    meaning = WordingMeaning(embedder, most=10, folder=tmp_path)
    question = HashEmbedder().embed(["how heavy"])[0]
    fresh = WordingMeaning(HashEmbedder(), most=10)
    texts = ["Gates close early.", "Something new.", "Bags weigh 23 kg."]
    assert meaning.cosines(question, texts) == pytest.approx(fresh.cosines(question, texts))
    assert embedder.embedded == ["Something new."]


def test_what_another_embedder_made_is_left_aside(tmp_path: Path) -> None:
    keep(tmp_path, "brand", ["Gates close early."], HashEmbedder())
    other = HashEmbedder("another")
    WordingMeaning(other, most=10, folder=tmp_path).cosines(other.embed(["q"])[0], ["Gates close early."])
    assert other.embedded == ["q", "Gates close early."]


def test_a_damaged_file_counts_as_empty(tmp_path: Path) -> None:
    (tmp_path / "wording-brand.npz").write_bytes(b"not what it should be")
    embedder = HashEmbedder()
    WordingMeaning(embedder, most=10, folder=tmp_path).cosines(embedder.embed(["q"])[0], ["Gates close early."])
    assert embedder.embedded == ["q", "Gates close early."]
