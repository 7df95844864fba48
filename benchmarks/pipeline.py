"""What the pipeline costs beside the embedding it can't do without, and how soon one mention is decided.

Ratios of one run decide: thinking in batches against embedding the same texts alone, once to read them and once to
search with (limit 1.5), and replay per core
(150 a second on tweet-length text). The wait of one mention through the API is reported with p99 (limit 50 ms).
Needs an index and fitted heads in ASSISTANT_DATA_DIR (`make run ARGS=--no-serve` makes them).
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from socket import socket

from assistant.cli.rows import BATCH
from assistant.compose import Assistant, build_embedder, open_assistant
from assistant.domain.mention import Mention
from assistant.pipeline.understand import reading_text
from assistant.ports import Embedder
from assistant.settings import read_settings

WAITS = 300


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, help="folder of the open data sets; adds 11,499 airline tweets")
    data: Path | None = arguments.parse_args().data
    settings = read_settings().model_copy(update={"threads": 1})
    reader = build_embedder(settings, wide=True)
    with open_assistant(settings, with_store=False) as assistant:
        embedders = (reader, assistant.embedder)
        sample = settings.knowledge / "mentions" / "sample.jsonl"
        think("sample mentions", assistant, embedders, _read(assistant, sample, 300))
        if data is None:
            print("airline tweets: left out, say --data DIR")
        else:
            think("airline tweets", assistant, embedders, _read(assistant, data / "airline" / "open.jsonl", 11_499))
    wait()


def _read(assistant: Assistant, path: Path, most: int) -> list[Mention]:
    with path.open(encoding="utf-8") as file:
        rows = [json.loads(line) for line, _ in zip(file, range(most), strict=False)]
    return [assistant.parse(row, position=f"line-{number}") for number, row in enumerate(rows)]


def think(name: str, assistant: Assistant, embedders: Sequence[Embedder], mentions: Sequence[Mention]) -> None:
    """CPU seconds of both, each mention once, batch by batch in turn, so that the machine's mood hits both alike."""
    embedding = whole = 0.0
    for start in range(0, len(mentions), BATCH):
        batch = mentions[start : start + BATCH]
        texts = [reading_text(mention) for mention in batch]
        began = time.process_time()
        for embedder in embedders:
            embedder.embed(texts)
        embedding += time.process_time() - began
        began = time.process_time()
        asyncio.run(_replay(assistant, batch))
        whole += time.process_time() - began
    rate = len(mentions) / whole
    print(
        f"{name}: n {len(mentions)}, pipeline / embedding alone {whole / embedding:.2f} (limit 1.5), "
        f"{rate:.0f} a CPU-second (limit 150)"
    )


async def _replay(assistant: Assistant, batch: Sequence[Mention]) -> None:
    await assistant.respond(batch)


def wait() -> None:
    """One mention at a time over HTTP, from the request to its decision, against a server of its own."""
    with closing(socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "assistant", "serve", "--port", str(port)], stderr=subprocess.DEVNULL
    )
    try:
        address = f"http://127.0.0.1:{port}/api"
        _until_ready(address)
        stamp = time.time_ns()
        spent = sorted(_one(address, f"bench-{stamp}-{number}") for number in range(WAITS))
    finally:
        server.terminate()
        server.wait()
    p50, p99 = spent[len(spent) // 2], spent[int(len(spent) * 0.99)]
    print(f"POST /api/mentions?wait=1: n {WAITS}, p50 {p50:.1f} ms, p99 {p99:.1f} ms (limit 50)")


def _until_ready(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/ready", timeout=1)  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server didn't get ready in 30 s")


def _one(address: str, key: str) -> float:
    text = f"Hi, can I take a 24 inch suitcase and a rucksack on the morning flight to Lisbon? {key[-4:]}"
    body = json.dumps({"id": key, "text": text, "channel": "x", "author": {"handle": key}}).encode()
    request = urllib.request.Request(f"{address}/mentions?wait=1", body, {"content-type": "application/json"})  # noqa: S310
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        answer.read()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
