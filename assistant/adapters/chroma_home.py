"""Where a Chroma index lives: a folder this process owns, or a server that several processes share."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import chromadb
import httpx
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError
from pydantic import ValidationError

from assistant.adapters import index_folder
from assistant.adapters.index_folder import REBUILD, Files, Ownership, Pointer
from assistant.errors import IndexAway, IndexUnreadable, SettingInvalid

ANSWER_S = 4.0
"""A server that is asked something small, which takes milliseconds, and says nothing for so long is away."""
BULK_S = 60.0
"""The same where much is read or written."""
REST_S = 5.0
"""How long a server that said nothing isn't asked again; one that refuses is asked each time, as that costs nothing."""
Stamp = tuple[object, ...]
"""Changes whenever a pointer does."""


def _quiet() -> Settings:
    """No telemetry; new each time, since a client writes its address into its settings."""
    return Settings(anonymized_telemetry=False)


class Home(Protocol):
    """A Chroma database, and which of its collections is the current one of each name."""

    @property
    def writable(self) -> bool: ...

    @property
    def files(self) -> Files | None:
        """Where a large index is kept in the place of a Chroma collection; None where readers share no disk."""
        ...

    def client(self) -> Any:  # noqa: ANN401 - Chroma's client is untyped here
        """The open database."""
        ...

    def refresh(self) -> None:
        """Forget what was read before, where this database would not see what another process wrote."""
        ...

    def pointer(self, name: str) -> Pointer | None:
        """None where nothing was indexed. Raises `IndexUnreadable`."""
        ...

    def switch(self, name: str, pointer: Pointer) -> None:
        """Make another collection the current one, at one moment."""
        ...

    def stamp(self, name: str) -> Stamp: ...

    @property
    def loading(self) -> threading.Lock:
        """Held while a collection is read: the open database is shared by all of them, and opened anew."""
        ...

    def remove(self, name: str) -> None:
        """Take the collection of that name away, with its pointer and all it left on the disk."""
        ...

    def clear_out(self, name: str, pointer: Pointer) -> None:
        """Take what others than the current collection of that name left off the disk, if it is this home's."""
        ...

    def close(self) -> None: ...


class Folder:
    """Embedded: one process writes, others may read.

    Raises `OwnedByAnother` where another process writes already, `IndexUnreadable` where the folder isn't ours.
    """

    def __init__(self, folder: Path, *, read_only: bool = False, patience_s: float = 0.0) -> None:
        """`patience_s`: how long a writer waits for another one to end."""
        self._folder = folder
        self.files = Files(folder)
        self._client: Any = None
        self._ownership: Ownership | None = None
        self.loading = threading.Lock()
        if read_only:
            index_folder.require_ours(folder)
        else:
            index_folder.prepare(folder)
            self._ownership = Ownership(folder, patience_s=patience_s)

    def __str__(self) -> str:
        return str(self._folder)

    @property
    def writable(self) -> bool:
        return self._ownership is not None

    def client(self) -> Any:  # noqa: ANN401 - as in the protocol
        if self._client is None:
            try:
                self._client = self._opened()
            except ChromaError as error:
                with suppress(AttributeError):  # Chroma keeps what it couldn't open until that fails a second time
                    self._opened()
                raise IndexUnreadable(f"{self}: damaged (the database can't be opened); {REBUILD}") from error
        return self._client

    def _opened(self) -> Any:  # noqa: ANN401 - as in the protocol
        return chromadb.PersistentClient(path=str(self._folder / "chroma"), settings=_quiet())

    def refresh(self) -> None:
        if self._ownership is None and self._client is not None:
            self._client.close()  # a client that was open before another process wrote doesn't see what it wrote
            self._client = None

    def pointer(self, name: str) -> Pointer | None:
        return index_folder.read_pointer(self._folder, name)

    def switch(self, name: str, pointer: Pointer) -> None:
        index_folder.write_pointer(self._folder, name, pointer)

    def stamp(self, name: str) -> Stamp:
        return index_folder.stamp_of(self._folder, name)

    def remove(self, name: str) -> None:
        index_folder.pointer_path(self._folder, name).unlink(missing_ok=True)
        for each in self.client().list_collections():
            if each.name.startswith(f"{name}."):
                self.client().delete_collection(each.name)
        self.files.forget(name)
        index_folder.clear_out(self._folder / "chroma")

    def clear_out(self, name: str, pointer: Pointer) -> None:
        self.files.forget_others(name, pointer.collection)
        index_folder.clear_out(self._folder / "chroma")

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None
        if self._ownership is not None:
            self._ownership.release()


class Server:
    """A Chroma server (`chroma run`): every process may read and write. Connects when it is first asked for something,
    and raises `IndexAway` where none answers.
    """

    writable = True
    files: Files | None = None

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise SettingInvalid(f"ASSISTANT_CHROMA_URL: {url!r} is no address; write one like http://127.0.0.1:8001")
        self._url = url
        self._host, self._port, self._ssl = address.hostname, address.port, address.scheme == "https"
        self.loading = threading.Lock()
        self._connecting = threading.Lock()
        self._rests_until = 0.0
        self._client: Any = None

    def __str__(self) -> str:
        return self._url

    def client(self) -> Any:  # noqa: ANN401 - as in the protocol
        with self._connecting:
            if self._client is None:
                self._client = self._connected()
            return self._client

    def _connected(self) -> Any:  # noqa: ANN401 - as in the protocol
        port = self._port or (443 if self._ssl else 80)
        try:
            with self._asking():
                httpx.get(f"{self._url.rstrip('/')}/api/v2/heartbeat", timeout=ANSWER_S)  # Chroma's own waits for ever
            client = chromadb.HttpClient(self._host, port, ssl=self._ssl, settings=_quiet())
        except (ValueError, ChromaError, httpx.HTTPError) as error:
            raise IndexAway(
                f"{self}: no Chroma server answers; start one with `chroma run --path FOLDER --port "
                f"{self._port or 8000}`, or unset ASSISTANT_CHROMA_URL to use the embedded index"
            ) from error
        for session in _sessions(client):
            session.event_hooks = {"request": [_with_deadline]}
        return client

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Raises `IndexAway` at once while a server that said nothing rests."""
        if time.monotonic() < self._rests_until:
            raise IndexAway(f"{self}: the Chroma server says nothing; see what it does, or start it again")
        try:
            yield
        except httpx.TimeoutException:
            self._rests_until = time.monotonic() + REST_S
            raise

    def refresh(self) -> None:
        """A server always says what holds now."""

    def pointer(self, name: str) -> Pointer | None:
        try:
            client = self.client()
            with self._asking():
                metadata = client.get_collection(_pointer_name(name), embedding_function=None).metadata
            return Pointer.model_validate(metadata or {})
        except NotFoundError:
            return None
        except ValidationError as error:
            raise IndexUnreadable(f"{self}: {name} is damaged; {REBUILD}") from error
        except (ChromaError, httpx.HTTPError) as error:
            raise IndexAway(f"{self}: the Chroma server does not answer any more; start it again") from error

    def switch(self, name: str, pointer: Pointer) -> None:
        stored = self.client().get_or_create_collection(_pointer_name(name), embedding_function=None)
        stored.modify(metadata=pointer.model_dump())

    def stamp(self, name: str) -> Stamp:
        pointer = self.pointer(name)
        return (pointer.collection, pointer.fingerprint) if pointer else ()

    def clear_out(self, name: str, pointer: Pointer) -> None:
        """Its disk is the server's."""

    def discard(self, collection: str) -> None:
        """Remove one index, readable or not, so that it can be built afresh; those of other brands are left alone."""
        self.remove(index_folder.file_name(collection))

    def remove(self, name: str) -> None:
        for each in self.client().list_collections():
            if each.name == _pointer_name(name) or each.name.startswith(f"{name}."):
                self.client().delete_collection(each.name)

    def close(self) -> None:
        if self._client is None:
            return
        self._client.close()
        for session in _sessions(self._client):  # Chroma leaves the connections of both open
            session.close()


def _sessions(client: Any) -> Sequence[httpx.Client]:  # noqa: ANN401 - Chroma's client
    return [part._server._session for part in (client, client._admin_client)]


def _with_deadline(request: httpx.Request) -> None:
    """Chroma's requests have none."""
    request.extensions["timeout"] = httpx.Timeout(ANSWER_S if request.method == "GET" else BULK_S).as_dict()


_POINTERS = "current-of."


def _pointer_name(name: str) -> str:
    return f"{_POINTERS}{name}"
