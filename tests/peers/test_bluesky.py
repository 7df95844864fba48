"""Bluesky against a whole network of its own code: PLC, PDS, AppView and Ozone on Postgres and Redis."""

import json
import pwd
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

import pytest

from assistant.adapters.channels.bluesky import Bluesky
from assistant.compose import utc_now
from assistant.errors import ChannelRefuses
from tests.contract.channel_promises import ANSWER, QUESTION, ChannelPromises, Desk
from tests.desk_builders import make_reply
from tests.peers.processes import CACHE, free_ports, needs, newest_node, running
from tests.rigs.rig import Delivery

pytestmark = [pytest.mark.network, pytest.mark.peer, pytest.mark.xdist_group("bluesky")]

POSTGRES = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """The address of the PDS."""
    here, node = CACHE / "bluesky", newest_node(20)
    needs(here / ".ready", POSTGRES / "initdb", "/usr/bin/redis-server")
    folder = Path(mkdtemp(prefix="bluesky-"))
    plc, pds, bsky, ozone, postgres, redis = free_ports(6)
    shutil.copy(Path(__file__).parent / "bluesky_network.mjs", here / "network.mjs")
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        data, sql = _postgres(folder, postgres)
        stack.enter_context(running(sql, log=folder / "postgres.log", cwd=data, ready=postgres))
        redis_server = ["/usr/bin/redis-server", "--port", str(redis), "--save", "", "--dir", str(folder)]
        stack.enter_context(running(redis_server, log=folder / "redis.log", ready=redis))
        env = {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "PEER_PORTS": json.dumps({"plc": plc, "pds": pds, "bsky": bsky, "ozone": ozone}),
            "DB_POSTGRES_URL": f"postgresql://postgres@127.0.0.1:{postgres}/postgres",
            "DB_POSTGRES_SCHEMA": "care",
            "REDIS_HOST": f"127.0.0.1:{redis}",
        }
        network = running([node, "network.mjs"], log=folder / "network.log", cwd=here, env=env, ready="READY ")
        stack.enter_context(network)
        yield f"http://localhost:{pds}"


def _postgres(folder: Path, port: int) -> tuple[Path, list[str]]:
    """A fresh data folder and the command that serves it; Postgres refuses to run as root."""
    import subprocess

    data = folder / "postgres"
    data.mkdir()
    folder.chmod(0o755)
    as_user: list[str] = []
    if Path("/root").owner() == pwd.getpwuid(_uid()).pw_name:
        shutil.chown(data, "postgres", "postgres")
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    made = [*as_user, str(POSTGRES / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "--no-sync"]
    subprocess.run(made, check=True, capture_output=True, cwd=data)
    serve = [str(POSTGRES / "postgres"), "-D", str(data), "-p", str(port), "-k", str(data), "-c", "fsync=off"]
    return data, [*as_user, *serve]


def _uid() -> int:
    import os

    return os.getuid()


class BlueskyRig:
    """A brand and a customer, each with an unmodified client of the `atproto` library."""

    can = frozenset({"delete", "see_parent", "real", "find"})

    def __init__(self, service: str) -> None:
        name = uuid4().hex[:10]
        self.brand = f"brand{name}.test"
        self._brand = _account(service, self.brand)
        self._ann = _account(service, f"ann{name}.test")
        self.link = Bluesky(service=service, handle=self.brand, password=f"secret-{self.brand}", clock=utc_now)

    def say(self, text: str, *, parent: str | None = None) -> str:
        from atproto import client_utils, models

        words = client_utils.TextBuilder().mention(f"@{self.brand}", self._brand.me.did).text(f" {text}")
        if parent is None:
            return str(self._ann.send_post(words).uri)
        post = _until(lambda: self._ann.get_posts([parent]).posts)[0]
        there = models.create_strong_ref(post)
        root = post.record.reply.root if post.record.reply else there
        refs = models.AppBskyFeedPost.ReplyRef(parent=there, root=root)
        return str(self._ann.send_post(words, reply_to=refs).uri)

    def change(self, external_id: str, text: str) -> None:
        raise NotImplementedError

    def take_back(self, external_id: str) -> None:
        _until(lambda: self._ann.get_posts([external_id]).posts)
        self._ann.delete_post(external_id)
        _until(lambda: not self._ann.get_posts([external_id]).posts)

    def answers(self, external_id: str) -> Sequence[str]:
        from atproto import exceptions

        try:
            thread = self._ann.get_post_thread(external_id).thread
        except exceptions.BadRequestError:
            return []
        return [reply.post.record.text for reply in thread.replies or ()]

    def close(self) -> None:
        for client in (self._brand, self._ann):
            client.request.close()
        self.link.close()

    def deliveries(self) -> Sequence[Delivery]:
        return ()

    def busy(self) -> None:
        raise NotImplementedError

    def expire(self) -> None:
        raise NotImplementedError

    def away(self) -> None:
        raise NotImplementedError

    def back(self) -> None:
        raise NotImplementedError


def _account(service: str, handle: str) -> Any:  # noqa: ANN401  # an untyped library
    from atproto import Client, exceptions

    client = Client(service)
    secret = f"secret-{handle}"
    client.com.atproto.server.create_account({"handle": handle, "email": f"{handle}@example.test", "password": secret})

    def signed_in() -> bool:
        try:
            return client.login(handle, secret) is not None
        except exceptions.BadRequestError:  # the AppView hasn't seen the account yet
            return False

    _until(signed_in)
    return client


def _until(look: Any, within_s: float = 15) -> Any:  # noqa: ANN401
    until = time.monotonic() + within_s
    while not (found := look()):
        assert time.monotonic() < until, "the network didn't get there"
        time.sleep(0.1)
    return found


@pytest.fixture
def rig(service: str) -> Iterator[BlueskyRig]:
    rig = BlueskyRig(service)
    yield rig
    rig.close()


class TestBluesky(ChannelPromises):
    """The contract, over the real network."""


def test_the_network_itself_refuses_301_graphemes(rig: BlueskyRig) -> None:
    desk = Desk(rig)
    said = rig.say(QUESTION)
    desk.hear()
    to, family = desk.post(said), "👨‍👩‍👧‍👦"
    fitting = make_reply("t", "c").model_copy(update={"text": family * 100 + "x" * 200})
    assert rig.link.send(fitting, to).startswith("at://")
    too_long = make_reply("t", "c", key="k2").model_copy(update={"text": "é" * 301})
    with pytest.raises(ChannelRefuses, match="nothing was posted"):
        rig.link.send(too_long, to)
    desk.store.close()


def test_the_thread_a_reply_stands_in_comes_with_it(rig: BlueskyRig) -> None:
    desk = Desk(rig)
    rig.say(QUESTION)
    desk.hear()
    (first,) = desk.mentions()
    sent_id = desk.answer(first).sent_id
    assert sent_id is not None
    rig.say("And my dog?", parent=sent_id)
    desk.hear()
    (second,) = desk.mentions()
    assert [said.role for said in second.thread] == ["customer", "brand"]
    assert second.thread[0].text == first.text
    assert second.thread[1].text.startswith(ANSWER)
    desk.store.close()


def test_the_bot_label_is_missed_and_written(rig: BlueskyRig) -> None:
    assert [(probe.what, probe.ok) for probe in rig.link.check()] == [("sign-in", True), ("bot label", False)]
    rig.link.label_as_bot()
    _until(lambda: all(probe.ok for probe in rig.link.check()))


def test_a_wrong_password_is_named(service: str, rig: BlueskyRig) -> None:
    wrong = Bluesky(service=service, handle=rig.brand, password="wrong", clock=utc_now)
    (probe,) = wrong.check()
    wrong.close()
    assert (probe.ok, "app password" in probe.detail) == (False, True)


def test_a_service_that_is_away_is_unavailable() -> None:
    (port,) = free_ports(1)
    link = Bluesky(service=f"http://127.0.0.1:{port}", handle="a.test", password="b", clock=utc_now)
    (probe,) = link.check()
    link.close()
    assert (probe.ok, "can't be reached" in probe.detail) == (False, True)
