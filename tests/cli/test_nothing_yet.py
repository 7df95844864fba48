"""Where there is nothing yet, a command says so, and what brings something."""

from pathlib import Path

import pytest

from assistant.__main__ import _run
from assistant.kb.new_pack import NewBrand, new_pack

SAID = {
    "proposals": "no open proposals: three edits that agree make one\n",
    "proposals --accepted": "no proposal was accepted yet\n",
    "agent list": "no agents: whoever sits at this machine is the console's admin\n",
    "advocate list": "nobody agreed to be asked yet\n",
    "knowledge gaps": "no gap: nothing that no article answers was asked 2 times in 30 days\n",
    "canaries rates": "no canary was planted yet\n",
    "send --dry-run": "nothing is due\n",
}


@pytest.mark.parametrize(("words", "said"), SAID.items(), ids=SAID)
def test_nothing_yet(
    words: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    new_pack(tmp_path / "pack", NewBrand(name="Skylark"))
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ASSISTANT_KNOWLEDGE", str(tmp_path / "pack"))
    assert _run(words.split()) == 0
    told = capsys.readouterr()
    assert told.out + told.err == said
