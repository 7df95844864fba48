"""A channel that posts into a file: a real, durable delivery for channels whose network isn't connected."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from assistant.domain.conversation import Reply
from assistant.errors import ChannelUnavailable


class FileDrop:
    """Satisfies `Channel`. One JSON object a line in `folder/<name>.jsonl`; several processes may share it."""

    def __init__(self, name: str, folder: Path) -> None:
        self._name = name
        self._path = folder / f"{name}.jsonl"
        self._posted: dict[str, str] = {}
        self._read_to = 0

    @property
    def name(self) -> str:
        return self._name

    def send(self, reply: Reply) -> str:
        with self._locked() as file:
            self._catch_up(file)
            known = self._posted.get(reply.delivery_key)
            return known or self._append(file, reply)

    def find(self, delivery_key: str) -> str | None:
        with self._locked() as file:
            self._catch_up(file)
            return self._posted.get(delivery_key)

    @property
    def retracts(self) -> bool:
        """Satisfies `Retracting`."""
        return True

    def retract(self, reply: Reply) -> None:
        """Satisfies `Retracting`: a further line takes the first one back."""
        with self._locked() as file:
            self._catch_up(file)
            self._write(file, {"id": f"{self._posted.get(reply.delivery_key)}", "retracted": reply.delivery_key})

    def take_back(self, sent_id: str) -> None:
        """A further line takes back what was posted under this id."""
        with self._locked() as file:
            self._catch_up(file)
            self._write(file, {"id": sent_id, "retracted": True})

    @contextmanager
    def _locked(self) -> Iterator[FileIO]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileIO(self._path, "a+") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield file
        except OSError as refused:
            raise ChannelUnavailable(
                f"the file {self._path} of channel {self._name} can't be used: {refused.strerror} "
                "(free the disk or make the folder writable; the reply is tried again)"
            ) from refused

    def _catch_up(self, file: FileIO) -> None:
        """Read what was posted since; a line a crash cut short doesn't count."""
        file.seek(self._read_to)
        whole, newline, _cut_short = file.readall().rpartition(b"\n")
        self._read_to += len(whole) + len(newline)
        for line in whole.split(b"\n"):
            try:
                posted = json.loads(line)
                self._posted[posted["delivery_key"]] = posted["id"]
            except (ValueError, KeyError, TypeError):
                continue

    def _append(self, file: FileIO, reply: Reply) -> str:
        sent_id = f"{self._name}-{hashlib.sha256(reply.delivery_key.encode()).hexdigest()[:16]}"
        self._write(file, _as_posted(reply, sent_id))
        return sent_id

    def _write(self, file: FileIO, row: Mapping[str, object]) -> None:
        end = file.seek(0, os.SEEK_END)
        cut_short = b"\n" if end > self._read_to else b""
        line = json.dumps(row, ensure_ascii=False).encode() + b"\n"
        unwritten = cut_short + line
        try:
            while unwritten:
                unwritten = unwritten[file.write(unwritten) :]
            os.fsync(file.fileno())
        except OSError:
            os.ftruncate(file.fileno(), end)  # nothing half written stays behind
            raise


def _as_posted(reply: Reply, sent_id: str) -> dict[str, object]:
    return {
        "id": sent_id,
        "delivery_key": reply.delivery_key,
        "channel": reply.channel,
        "conversation_id": reply.conversation_id,
        "in_reply_to": reply.follows or reply.in_reply_to,
        "text": reply.text,
        "written_by": reply.written_by,
        "approved_by": reply.approved_by,
        "automated": reply.automated,
    }
