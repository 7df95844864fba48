"""Matrix against Synapse."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from shutil import rmtree
from subprocess import run
from tempfile import mkdtemp
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest

from assistant.adapters.channels.matrix import Matrix
from tests.contract.channel_promises import QUESTION, ChannelPromises, Desk
from tests.peers.processes import CACHE, Gate, free_ports, needs, running
from tests.rigs.rig import Delivery

pytestmark = [pytest.mark.network, pytest.mark.peer, pytest.mark.xdist_group("matrix")]

V3 = "/_matrix/client/v3"
RELAXED = """
enable_registration: true
enable_registration_without_verification: true
rc_message: {per_second: 1000, burst_count: 1000}
rc_registration: {per_second: 1000, burst_count: 1000}
rc_login:
  address: {per_second: 1000, burst_count: 1000}
  account: {per_second: 1000, burst_count: 1000}
"""


@pytest.fixture(scope="module")
def synapse() -> Iterator[int]:
    """The port of a real homeserver that lets anybody register."""
    python = CACHE / "synapse/bin/python"
    needs(CACHE / "synapse/.ready")
    folder, (port,) = Path(mkdtemp(prefix="synapse-")), free_ports(1)
    config = folder / "homeserver.yaml"
    command = [str(python), "-m", "synapse.app.homeserver"]
    generate = ["--server-name", "localhost", "--config-path", str(config), "--generate-config", "--report-stats=no"]
    run([*command, *generate], check=True, capture_output=True, cwd=folder)
    text = re.sub(r"port: 8008", f"port: {port}", config.read_text().replace("- ::1\n", "- 127.0.0.1\n", 1))
    text = text.replace("    - 127.0.0.1\n    - 127.0.0.1\n", "    - 127.0.0.1\n")
    config.write_text(f"{text}\n{RELAXED}")
    with ExitStack() as stack:
        stack.callback(rmtree, folder, ignore_errors=True)
        stack.enter_context(running([*command, "-c", str(config)], log=folder / "log", cwd=folder, ready=port))
        yield port


class MatrixRig:
    can = frozenset({"edit", "delete", "expire", "away", "see_parent", "real", "find"})

    def __init__(self, port: int) -> None:
        self._gate = Gate(port)
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20)
        self.brand, self._brand_token = self._register("brand")
        _, self._ann_token = self._register("ann")
        room = self._ann("POST", "/createRoom", {"invite": [self.brand], "is_direct": True})
        self.room = room["room_id"]
        self.link = Matrix(server=f"http://127.0.0.1:{self._gate.port}", token=self._brand_token)

    def say(self, text: str, *, parent: str | None = None) -> str:
        content: dict[str, object] = {"msgtype": "m.text", "body": text}
        if parent is not None:
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": parent}}
        return self.write(content)

    def write(self, content: object) -> str:
        path = f"/rooms/{quote(self.room)}/send/m.room.message/{uuid4().hex}"
        return str(self._ann("PUT", path, content)["event_id"])

    def change(self, external_id: str, text: str) -> None:
        relation = {"rel_type": "m.replace", "event_id": external_id}
        new = {"msgtype": "m.text", "body": text}
        self.write({**new, "body": f"* {text}", "m.new_content": new, "m.relates_to": relation})

    def take_back(self, external_id: str) -> None:
        self._ann("PUT", f"/rooms/{quote(self.room)}/redact/{quote(external_id)}/{uuid4().hex}", {})

    def answers(self, external_id: str) -> Sequence[str]:
        return [str(content["body"]) for content in self.answer_contents(external_id)]

    def answer_contents(self, external_id: str) -> list[dict[str, Any]]:
        page = self._ann("GET", f"/rooms/{quote(self.room)}/messages?dir=b&limit=100")
        found = []
        for event in page["chunk"]:
            relation = event["content"].get("m.relates_to", {})
            answered = relation.get("m.in_reply_to", {}).get("event_id")
            if event["sender"] == self.brand and answered == external_id:
                found.append(event["content"])
        return found

    def deliveries(self) -> Sequence[Delivery]:
        return ()

    def busy(self) -> None:
        raise NotImplementedError

    def expire(self) -> None:
        self._ask("POST", "/logout", {}, self._brand_token)

    def away(self) -> None:
        self._gate.shut()

    def back(self) -> None:
        self._gate.open = True

    def close(self) -> None:
        self.link.close()
        self._http.close()
        self._gate.close()

    def _register(self, name: str) -> tuple[str, str]:
        user = {"username": f"{name}{uuid4().hex[:8]}", "password": "secret", "auth": {"type": "m.login.dummy"}}
        answer = self._ask("POST", "/register", user, None)
        return answer["user_id"], answer["access_token"]

    def _ann(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401  # JSON
        return self._ask(method, path, body, self._ann_token)

    def _ask(self, method: str, path: str, body: object, token: str | None) -> Any:  # noqa: ANN401  # JSON
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        content = None if body is None else json.dumps(body).encode()
        answer = self._http.request(method, f"{V3}{path}", content=content, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def rig(synapse: int) -> Iterator[MatrixRig]:
    rig = MatrixRig(synapse)
    yield rig
    rig.close()


class TestMatrix(ChannelPromises):
    """The contract, over a real homeserver."""


def test_an_automatic_answer_is_a_notice(rig: MatrixRig) -> None:
    desk = Desk(rig)
    said = rig.say(QUESTION)
    desk.hear()
    (mention,) = desk.mentions()
    desk.answer(mention)
    (content,) = rig.answer_contents(said)
    assert content["msgtype"] == "m.notice"
    desk.store.close()


def test_notices_and_files_come_in_as_what_they_are(rig: MatrixRig) -> None:
    desk = Desk(rig)
    rig.write({"msgtype": "m.notice", "body": "I am a machine"})
    rig.write({"msgtype": "m.image", "body": "bag.jpg", "url": "mxc://localhost/x"})
    desk.hear()
    assert [mention.text for mention in desk.mentions()] == ["[image: bag.jpg]"]
    desk.store.close()


def test_a_gap_the_server_leaves_is_filled(rig: MatrixRig) -> None:
    desk = Desk(rig)
    for number in range(25):
        rig.say(f"Question {number}")
    desk.hear(25)
    assert [mention.text for mention in desk.mentions()] == [f"Question {number}" for number in range(25)]
    desk.store.close()
