import shutil
from pathlib import Path

import pytest

from assistant.errors import PackInvalid
from assistant.kb.pack_file import put_into_pack
from tests.chart_builders import KNOWLEDGE


def test_a_file_the_pack_cannot_be_loaded_with_is_put_back_byte_for_byte(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(KNOWLEDGE, pack)
    written = (pack / "brand.yaml").read_bytes().replace(b"\n", b"\r\n")
    (pack / "brand.yaml").write_bytes(written)
    with pytest.raises(PackInvalid, match=r"brand\.yaml:1"):
        put_into_pack(pack, "brand.yaml", "- no brand\n")
    assert (pack / "brand.yaml").read_bytes() == written


def test_a_new_file_the_pack_cannot_be_loaded_with_is_taken_away_again(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    shutil.copytree(KNOWLEDGE, pack)
    with pytest.raises(PackInvalid, match="articles/new/odd"):
        put_into_pack(pack, "articles/new/odd.md", "no front matter")
    assert not (pack / "articles/new/odd.md").exists()
