"""Where there is nothing yet, a command says so, and what brings something."""

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant import compose
from assistant.__main__ import _run
from assistant.domain.certificate import Permit, Standing
from assistant.evals.certificate import WHOLE, refused
from assistant.kb.new_pack import NewBrand, new_pack
from tests.desk_builders import NOW, make_pack
from tests.stores import new_store

SAID = {
    "proposals": "no open proposals: three edits that agree make one\n",
    "proposals --accepted": "no proposal was accepted yet\n",
    "agent list": "no agents: whoever sits at this machine is the console's admin\n",
    "advocate list": "nobody agreed to be asked yet\n",
    "knowledge sources": "no sources; name them in sources.yaml of the brand pack\n",
    "knowledge sync": "no sources; name them in sources.yaml of the brand pack\n",
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


def test_a_slice_is_told_in_lines_that_fit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """At 80 columns its table had a word a line."""
    store, name = new_store(), "skylark/private/self_serve"
    permit = Permit(certificate=refused(name, alpha=0.05, delta=0.1), versions={}, labels_sha256="", given_at=NOW)
    opened = SimpleNamespace(
        pack=make_pack(),
        clock=lambda: NOW,
        require_store=lambda: store,
        proof=lambda: None,
        certificates=lambda: [(permit, Standing.REFUSED)],
    )
    monkeypatch.setattr(compose, "open_assistant", lambda *given, **named: nullcontext(opened))
    assert _run(["ramp"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{name}: 100% from the start",
        "  certificate: refused; from the pack",
        "  labels of 30 days: none",
    ]
    store.close()


def test_a_slice_without_a_name_is_none(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """`certify --shipped` on a pack without judged drafts keeps a refusal that is no slice's."""
    store = new_store()
    refusal = refused(WHOLE, alpha=0.05, delta=0.1)
    permit = Permit(certificate=refusal, versions={}, labels_sha256="", given_at=NOW)
    opened = SimpleNamespace(
        pack=make_pack(),
        clock=lambda: NOW,
        require_store=lambda: store,
        proof=lambda: None,
        certificates=lambda: [(permit, Standing.REFUSED)],
    )
    monkeypatch.setattr(compose, "open_assistant", lambda *given, **named: nullcontext(opened))
    assert _run(["ramp"]) == 0
    said = "no slice has a label or a certificate yet, nothing is sent by itself: docs/guides/certificates.md\n"
    assert capsys.readouterr().out == said
    store.close()
