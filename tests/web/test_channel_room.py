"""One form sets a channel up: it says what is missing, tries it out, and writes the block without any secret."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
import yaml
from starlette.testclient import TestClient

from assistant.compose import Assistant, load_brand
from assistant.compose.channel_kinds import KINDS
from assistant.compose.channel_setup import block_of, with_block
from assistant.desk.agents import add_agent
from assistant.domain.agent import Role
from assistant.domain.brand import ChannelPolicy, Connection
from assistant.web.app import create_app
from assistant.workflows.watch import Watch
from tests.builders import QuickPasswords
from tests.desk_builders import NOW
from tests.rigs.mastodon import MastodonRig
from tests.web.test_api import take

pytestmark = pytest.mark.network
ROOT = Path(__file__).parents[2]
PASSWORD = "a long enough password"


@pytest.fixture
def rig() -> Iterator[MastodonRig]:
    rig = MastodonRig()
    yield rig
    rig.link.close()
    rig.server.close()


@pytest.fixture
def here(assistant: Assistant, tmp_path: Path) -> Assistant:
    """With a pack of files, of which only what a pack must have is there."""
    folder = tmp_path / "knowledge"
    copytree(ROOT / "knowledge", folder, ignore=lambda where, names: {"mentions", "drills"} & set(names))
    given = assistant.settings.model_copy(update={"knowledge": folder, "data_dir": tmp_path / "data"})
    return replace(assistant, settings=given, folder=folder)


@pytest.fixture
def console(here: Assistant) -> TestClient:
    return TestClient(create_app(here), headers={"origin": "http://testserver"}, raise_server_exceptions=False)


def _send(console: TestClient, action: str, **fields: str) -> tuple[int, str]:
    answer = console.post("/channels/set-up", data={"name": "mastodon", "kind": "mastodon", "action": action, **fields})
    return answer.status_code, answer.text


def test_a_channel_is_tried_out_and_written_and_no_secret_is(
    console: TestClient, here: Assistant, rig: MastodonRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = here.settings.knowledge / "channels.yaml"
    before = file.read_text()
    status, page = _send(console, "check", server=rig.server.url)
    assert (status, "ASSISTANT_CHANNEL_MASTODON_TOKEN" in page) == (200, True)
    assert "needs the environment variable" in page
    monkeypatch.setenv("ASSISTANT_CHANNEL_MASTODON_TOKEN", "hush-hush")
    status, page = _send(console, "check", server=rig.server.url)
    assert (status, "signed in as skylark" in page, "MISSING" in page) == (200, True, False)
    assert file.read_text() == before
    status, page = _send(console, "write", server=rig.server.url)
    assert (status, "Written into" in page) == (200, True)
    written = file.read_text()
    assert "hush" not in written + page
    connect = load_brand(here.settings, None).channel("mastodon")
    assert connect is not None
    assert connect.connect == Connection(kind="mastodon", settings={"server": rig.server.url})
    assert connect.max_parts == 3
    kept = [line for line in before.splitlines() if "name: mastodon" not in line]
    assert [line for line in written.splitlines() if line in kept] == kept
    assert "connected at the next start" in console.get("/channels").text
    assert rig.server.url in console.get("/channels/set-up?name=mastodon").text


def test_what_is_missing_or_wrong_is_said_and_nothing_is_written(console: TestClient, here: Assistant) -> None:
    file = here.settings.knowledge / "channels.yaml"
    before = file.read_text()
    status, page = _send(console, "write")
    assert (status, "Server is missing" in page) == (422, True)
    status, page = _send(console, "write", kind="carrier_pigeon")
    assert status == 422
    status, page = _send(console, "write", name="No Name!", server="https://a.test")
    assert status == 422
    assert file.read_text() == before


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_a_form_with_all_it_asks_for(kind: str, console: TestClient) -> None:
    page = console.get(f"/channels/set-up?name=further&kind={kind}").text
    assert [setting.name for setting in KINDS[kind].settings if f'name="{setting.name}"' not in page] == []
    assert [secret.name for secret in KINDS[kind].secrets if secret.name.upper() not in page] == []
    assert ("/webhooks/further" in page) is KINDS[kind].called


def test_only_supervisors_get_there(console: TestClient, here: Assistant) -> None:
    with here.require_store().begin() as tx:
        add_agent(tx, name="Ana", role=Role.AGENT, queues=(), password=PASSWORD, passwords=QuickPasswords(), at=NOW)
    console.post("/login", data={"name": "Ana", "password": PASSWORD})
    asked = [console.get("/channels"), console.get("/channels/set-up?name=mastodon")]
    asked.append(console.post("/channels/set-up", data={"name": "mastodon", "kind": "mastodon"}))
    assert [answer.status_code for answer in asked] == [403, 403, 403]


TEXT = """# all of them
- {name: a, default_visibility: public}   # first
- name: b
  default_visibility: private

# about c
- {name: c}
"""


@pytest.mark.parametrize("name", ["a", "b", "c", "d"])
def test_a_block_takes_its_old_place_and_comments_stay(name: str) -> None:
    connected = ChannelPolicy(name=name, connect=Connection(kind="rss", settings={"url": "https://a.test/feed"}))
    made = with_block(TEXT, connected)
    assert block_of(connected) in made
    rows = [ChannelPolicy.model_validate(row) for row in yaml.safe_load(made)]
    assert [row.name for row in rows] == ["a", "b", "c"] + (["d"] if name == "d" else [])
    assert next(row for row in rows if row.name == name) == connected
    assert [line for line in ("# all of them", "# about c") if line not in made] == []
    assert with_block(made, connected) == made


def test_the_list_says_how_each_channel_does(console: TestClient, here: Assistant) -> None:
    assert "<td>not today</td>" in console.get("/channels").text
    talk = take(console, "how big is a bag", 1)["conversation_id"]
    (reply,) = console.get(f"/api/conversations/{talk}").json()["replies"]
    with here.require_store().begin() as tx:
        tx.save_reply(tx.reply(reply["id"]).model_copy(update={"attempts": 2, "last_error": "no route to host"}))
    console.app.state.watch = Watch(here.require_store(), lambda: here.pack, here.clock)  # type: ignore[attr-defined]
    row = next(row for row in console.get("/channels").text.split("<tr>") if "<td>x</td>" in row)
    assert "0 min ago" in row
    assert '<td class="number">1</td><td class="number hot">1</td>' in row
