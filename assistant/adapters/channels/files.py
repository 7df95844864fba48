"""A folder as a channel: programs drop lines into `in`, answers are appended to a file in `out`. No network at all."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import structlog

from assistant.adapters.channels.file_drop import FileDrop
from assistant.adapters.channels.webhook import told
from assistant.domain.conversation import Reply
from assistant.domain.incoming import Batch, Incoming, Probe, StoredPost
from assistant.domain.vocabulary import Visibility
from assistant.errors import ChannelUnavailable, PayloadInvalid

AT_ONCE = 500
"""Lines one look takes."""

log = structlog.get_logger()


class Files:
    """Satisfies `Link`. Each line of `folder/in/*.jsonl` is what the webhook would be sent; files only ever grow.

    Answers go into `folder/out/<channel>.jsonl`, each once.
    """

    kind = "files"

    def __init__(self, *, folder: Path, channel: str, visibility: Visibility = Visibility.PUBLIC) -> None:
        self._in = folder / "in"
        self._out = FileDrop(channel, folder / "out")
        self._visibility = visibility

    def read(self, cursor: str, *, wait_s: float = 0) -> Batch:
        """From the beginning of every file on. A line that isn't whole yet is left for the next look."""
        read_to: dict[str, int] = json.loads(cursor) if cursor else {}
        events: list[Incoming] = []
        try:
            for file in sorted(self._in.glob("*.jsonl")):
                for line, end in _lines(file, read_to.get(file.name, 0), AT_ONCE - len(events)):
                    events += self._told(file, line, end)
                    read_to[file.name] = end
        except OSError as refused:
            raise ChannelUnavailable(f"{self._in} can't be read: {refused.strerror}") from refused
        return Batch(events=tuple(events), cursor=json.dumps(read_to) if read_to else cursor)

    def send(self, reply: Reply, to: StoredPost) -> str:
        return self._out.send(reply)

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        return self._out.find(reply.delivery_key)

    def delete(self, sent_id: str, to: StoredPost) -> None:
        """Satisfies `Deleting`: a further line takes the answer back."""
        self._out.take_back(sent_id)

    def check(self) -> Sequence[Probe]:
        there = self._in.is_dir()
        found = f"{len(list(self._in.glob('*.jsonl')))} files" if there else f"make the folder {self._in}"
        return (Probe(what="folder", ok=there, detail=found),)

    def close(self) -> None:
        return

    def _told(self, file: Path, line: bytes, end: int) -> Sequence[Incoming]:
        try:
            return told(line, self._visibility)
        except PayloadInvalid:
            log.warning("line_unreadable", file=file.name, ends_at=end)
            return ()


def _lines(file: Path, start: int, most: int) -> Iterator[tuple[bytes, int]]:
    """Whole lines from `start` on, each with where it ends."""
    with file.open("rb") as open_file:
        open_file.seek(start)
        for _ in range(most):
            line = open_file.readline()
            if not line.endswith(b"\n"):
                return
            start += len(line)
            if line.strip():
                yield line, start
