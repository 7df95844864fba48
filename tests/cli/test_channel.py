"""Channels at the command line: check, listen, send, record, replay-channel."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import pytest
import yaml
from click.testing import CliRunner

from assistant.adapters.sql.store import SqlStore
from assistant.cli import cli
from assistant.compose import utc_now
from assistant.desk.act import act
from assistant.domain.incoming import ChannelState, Deleted, Mentioned, Post
from assistant.errors import RowInvalid, SettingInvalid
from assistant.kb.pack import load_pack
from assistant.workflows.hear import connect, listen_once
from assistant.workflows.recording import as_line, read_recording, without_people
from tests.desk_builders import make_mention, make_pack, make_turn
from tests.rigs.http_server import Answer, Asked
from tests.rigs.mastodon import MastodonRig

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.network


@pytest.fixture
def rig() -> Iterator[MastodonRig]:
    rig = MastodonRig()
    yield rig
    rig.link.close()
    rig.server.close()


@pytest.fixture
def pack(rig: MastodonRig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped pack with Mastodon connected to the rig."""
    folder = tmp_path / "knowledge"
    copytree(ROOT / "knowledge", folder)
    channels = yaml.safe_load((folder / "channels.yaml").read_text())
    for channel in channels:
        if channel["name"] == "mastodon":
            channel["connect"] = {"kind": "mastodon", "settings": {"server": rig.server.url}}
    (folder / "channels.yaml").write_text(yaml.safe_dump(channels))
    monkeypatch.setenv("ASSISTANT_CHANNEL_MASTODON_TOKEN", "t")
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(tmp_path / "data"))
    return folder


def _run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, words, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    assert isinstance(result.return_value, int)
    return result.return_value, result.stdout


def test_check_says_what_is_well_and_what_is_missing(pack: Path, rig: MastodonRig) -> None:
    code, said = _run("channel", "check", "mastodon", "--knowledge", str(pack))
    assert code == 0
    assert "ok       token: signed in as skylark" in said
    assert "budget   300 answers in 300 s" in said
    rig.scopes = ["read"]
    code, said = _run("channel", "check", "mastodon", "--knowledge", str(pack))
    assert (code, "MISSING  scopes: missing: write:statuses" in said) == (1, True)
    rig.expire()
    code, said = _run("channel", "check", "mastodon", "--knowledge", str(pack))
    assert code == 1
    assert "MISSING  token" in said


def test_a_label_nobody_can_set_from_here_is_said(pack: Path) -> None:
    code, said = _run("channel", "label", "mastodon", "--knowledge", str(pack))
    assert (code, "set the label in its settings" in said) == (1, True)


def test_a_missing_secret_or_block_is_named(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingInvalid, match="channel x isn't connected"):
        _run("channel", "check", "x", "--knowledge", str(pack))
    monkeypatch.delenv("ASSISTANT_CHANNEL_MASTODON_TOKEN")
    with pytest.raises(SettingInvalid, match="ASSISTANT_CHANNEL_MASTODON_TOKEN"):
        _run("channel", "check", "mastodon", "--knowledge", str(pack))


def test_listen_shows_nothing_that_was_there_before(pack: Path, rig: MastodonRig) -> None:
    rig.say("old news")
    assert _run("listen", "mastodon", "--seconds", "0", "--knowledge", str(pack)) == (0, "")


def test_listen_shows_what_comes_and_what_became_of_what_is_held(
    pack: Path, rig: MastodonRig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.cli.channel.PAUSE_S", 0.05)
    monkeypatch.setattr("assistant.adapters.channels.mastodon.POLL_S", 0.0)
    held = _held(rig, tmp_path, "How big may my bag be?", "And my dog?")
    rig.change(held[0], "How big may my case be?")
    rig.take_back(held[1])
    rig.server.routes.insert(0, (re.compile("GET /api/v1/notifications"), _saying(rig, "Where are you?")))
    told = [json.loads(line) for line in _listened(pack, "listen", "mastodon")]
    assert {row["event"] for row in told} == {"Mentioned", "Edited", "Deleted"}
    texts = {row["event"]: row.get("post", {}).get("text", "") for row in told}
    assert "Where are you?" in texts["Mentioned"]
    assert texts["Edited"] == "How big may my case be?"
    with SqlStore(f"sqlite:///{tmp_path}/data/assistant.db").read() as look:
        kept = {mention.text for mention in look.unanswered(brand_id="larkspur", limit=9)}
    assert "And my dog?" in " ".join(kept)  # nothing was taken in


def _held(rig: MastodonRig, tmp_path: Path, *texts: str) -> list[str]:
    """Posts that came in before and are due to be asked for."""
    store = SqlStore(f"sqlite:///{tmp_path}/data/assistant.db")
    shipped = load_pack(ROOT / "knowledge")
    connect(store, channel="mastodon", kind="mastodon", approval="", brand_id=shipped.brand.id, clock=utc_now)
    listen_once(rig.link, channel="mastodon", store=store, pack=shipped, clock=utc_now)
    said = [rig.say(text) for text in texts]
    listen_once(rig.link, channel="mastodon", store=store, pack=shipped, clock=utc_now)
    with store.begin() as tx:
        for external_id in said:
            post = tx.post(shipped.brand.id, "mastodon", external_id)
            assert post is not None
            tx.save_post(post.model_copy(update={"look_at": utc_now()}))
    store.close()
    return said


def _saying(rig: MastodonRig, text: str) -> Callable[[Asked], Answer]:
    """Somebody writes as soon as the second look comes."""
    looks: list[Asked] = []

    def asked(look: Asked) -> Answer:
        looks.append(look)
        if len(looks) == 2:
            rig.say(text)
        return rig.notifications(look)

    return asked


def _listened(pack: Path, *words: str) -> list[str]:
    """What a listening command says within as many seconds as its looks need."""
    code, said = _run(*words, "--seconds", "1", "--knowledge", str(pack))
    assert code == 0
    return said.splitlines()


def test_a_dry_run_shows_what_would_go_out_and_what_forbids_it(pack: Path, tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path}/data/assistant.db")
    mention = make_mention(brand_id="larkspur", channel="mastodon")
    desk_pack = make_pack().model_copy(update={"brand": make_pack().brand.model_copy(update={"id": "larkspur"})})
    with store.begin() as tx:
        tx.take_in(mention, at=utc_now())
        act(tx, make_turn(mention), pack=desk_pack, at=utc_now())
        state = ChannelState(brand_id="larkspur", channel="mastodon", kind="mastodon")
        tx.save_channel_state(state, at=utc_now())
    store.close()
    _, said = _run("send", "--dry-run", "--knowledge", str(pack))
    (row,) = [json.loads(line) for line in said.splitlines()]
    assert (row["channel"], row["fits"], row["refused"][:9]) == ("mastodon", True, "summoned:")
    _, sent = _run("send", "--knowledge", str(pack))
    assert json.loads(sent) == {"sent": 0, "failed": 0, "held": 1, "unknown": 0}


def test_a_recording_names_nobody_and_plays_again(pack: Path, tmp_path: Path) -> None:
    post = Post(
        external_id="1",
        text="@skylark order 712345, my mail is ann@example.com, bye, Ann Smith",
        handle="ann",
        author_id="u-ann",
        name="Ann Smith",
        permalink="https://here.test/@ann/1",
        address={"acct": "ann"},
    )
    events = (Mentioned(post=post), Mentioned(post=post), Deleted(external_id="1"))
    recording = tmp_path / "recording.jsonl"
    lines = [as_line(without_people(event, salt="s")) for event in events]
    recording.write_text("\n".join(lines) + "\n")
    said = recording.read_text().lower()
    assert ("ann" in said, "smith" in said, "bye, someone someone" in said) == (False, False, True)
    assert ("712345" in said, "order 000000" in said) == (False, True)
    assert len(list(read_recording(recording))) == 3
    _, said = _run("replay-channel", str(recording), "--channel", "mastodon", "--knowledge", str(pack))
    assert json.loads(said) == {"taken_in": 1, "edited": 0, "deleted": 1, "own": 0, "ignored": 1, "waiting": 1}
    recording.write_text("{}\n")
    with pytest.raises(RowInvalid, match="line 1"):
        list(read_recording(recording))


def test_a_recording_is_never_played_into_the_brands_own_store(
    pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/asked_for_by_mistake")
    recording = tmp_path / "recording.jsonl"
    recording.write_text(as_line(Mentioned(post=Post(external_id="1", text="Where is my bag?", author_id="u"))) + "\n")
    assert _run("replay-channel", str(recording), "--channel", "mastodon", "--knowledge", str(pack))[0] == 0


def test_record_keeps_what_comes(pack: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert _run("record", "mastodon", "--out", str(out), "--seconds", "0", "--knowledge", str(pack))[0] == 0
    assert out.read_text() == ""
