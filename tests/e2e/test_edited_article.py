"""An article changed in the console: customers are told the new words by every process at once, without a restart."""

import html
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.network, pytest.mark.usefixtures("demo")]
ARTICLE = "cabin-bag-at-the-gate"
QUESTION = "What do you charge if my bag doesn't fit the sizer at the gate?"
PATIENCE_S = 60


@pytest.fixture
def processes(environment: Mapping[str, str], data_dir: Path, tmp_path: Path) -> Iterator[list[str]]:
    """Two web processes and a worker over one store and one folder of articles; the addresses of the two."""
    env = {**environment, "ASSISTANT_DATA_DIR": str(shutil.copytree(data_dir, tmp_path / "data"))}
    pack = str(shutil.copytree("knowledge", tmp_path / "pack"))
    ports = [_free_port(), _free_port()]
    started = [
        *(_start(env, "serve", "--no-worker", "--port", str(port), "--knowledge", pack) for port in ports),
        _start(env, "work", "--knowledge", pack),
    ]
    try:
        yield [_ready(f"http://127.0.0.1:{port}") for port in ports]
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait(30)


def test_new_words_are_said_without_a_restart(processes: list[str]) -> None:
    first, second = processes
    assert all("EUR 59" in _answer(web, f"before-{number}", at_once=True) for number, web in enumerate(processes))
    assert "EUR 77" in _tried(first, "EUR 59", "EUR 77")
    told = _edit(first, "EUR 59", "EUR 61")
    assert "being taken up" in told
    _until(lambda number: "EUR 61" in _answer(first, f"after-{number}", at_once=True))
    _until(lambda number: "EUR 61" in _answer(second, f"later-{number}", at_once=True))
    _until(lambda number: "EUR 61" in _answer(second, f"worker-{number}", at_once=False))


def _answer(web: str, name: str, *, at_once: bool) -> str:
    """The draft for one who asks; by the worker where it isn't wanted at once."""
    body = {"id": name, "text": QUESTION, "channel": "x", "author": {"handle": f"@{name}"}}
    taken = _post(f"{web}/api/mentions{'?wait=1' if at_once else ''}", body)
    address = f"{web}/api/conversations/{taken['conversation_id']}"
    _until(lambda _: bool(_get(address)["turns"]))
    return str((_get(address)["turns"][-1]["turn"]["draft"] or {}).get("text"))


def _tried(web: str, old: str, new: str) -> str:
    """What the preview says would be answered, while nothing is kept yet."""
    fields = _fields(web)
    shown = _send(f"{web}/knowledge/ask", {**fields, "text": fields["text"].replace(old, new), "questions": QUESTION})
    would = re.findall(r'<p class="would">(.*?)</p>', shown, re.DOTALL)
    return str(would[0])


def _edit(web: str, old: str, new: str) -> str:
    """As the page's form does; the page it leads to."""
    fields = _fields(web)
    return _send(f"{web}/knowledge/keep", {**fields, "text": fields["text"].replace(old, new)})


def _fields(web: str) -> dict[str, str]:
    with urllib.request.urlopen(f"{web}/knowledge/{ARTICLE}/edit", timeout=30) as answer:
        page = answer.read().decode()
    fields = dict(re.findall(r'type="hidden" name="(article_id|seen)" value="([^"]*)"', page))
    text = re.search(r'<textarea id="source"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert text is not None
    return {**fields, "text": html.unescape(text[1])}


def _send(address: str, fields: Mapping[str, str]) -> str:
    web = address[: address.index("/knowledge")]
    request = urllib.request.Request(address, urllib.parse.urlencode(fields).encode(), {"Origin": web}, method="POST")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return str(answer.read().decode())


def _until(holds: Callable[[int], bool]) -> None:
    """Asks again and again; fails where it takes longer than patience lasts."""
    last, number = time.monotonic() + PATIENCE_S, 0
    while not holds(number):
        assert time.monotonic() < last
        number += 1
        time.sleep(0.1)


def _start(env: Mapping[str, str], *arguments: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "assistant", *arguments]
    return subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)


def _ready(web: str) -> str:
    _until(lambda _: _answers(f"{web}/api/ready"))
    return web


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=1).close()
    except OSError:
        return False
    return True


def _get(address: str) -> dict[str, Any]:
    with urllib.request.urlopen(address, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def _post(address: str, body: Mapping[str, object]) -> dict[str, Any]:
    request = urllib.request.Request(address, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port
