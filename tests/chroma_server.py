"""A real Chroma server on a free port of this machine."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx


@contextmanager
def chroma_server(folder: Path, *, port: int = 0) -> Iterator[str]:
    """Its address; it is stopped at the end of the block."""
    with chroma_process(folder, port=port) as (url, _):
        yield url


@contextmanager
def chroma_process(folder: Path, *, port: int = 0) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Its address, and the process."""
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", port))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "chroma"), "run", "--path", str(folder), "--host", "127.0.0.1"]
    with subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, run)
            yield url, run
        finally:
            run.terminate()


def _wait_for(url: str, run: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if run.poll() is not None:
            raise ChildProcessError(f"chroma run ended with {run.returncode}")
        try:
            httpx.get(f"{url}/api/v2/heartbeat").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)
