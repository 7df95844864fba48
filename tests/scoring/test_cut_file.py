"""A model file that a full disk cut off is named, with what to do; an empty one isn't taken for somebody's Ctrl+D."""

from pathlib import Path

import pytest

from assistant.errors import HeadsMissing
from assistant.scoring.folder import read


@pytest.mark.parametrize("left", [b"", b"PK\x03\x04"])
def test_a_cut_file_is_named(left: bytes, tmp_path: Path) -> None:
    (tmp_path / "model.npz").write_bytes(left)
    with pytest.raises(HeadsMissing, match=r"model\.npz"):
        read(tmp_path, "intents")
