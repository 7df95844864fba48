"""Asking a network over HTTP: deadlines, and its refusals in our words. No customer text gets into a message."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx
import structlog

from assistant.domain.incoming import Probe
from assistant.errors import ChannelBusy, ChannelGone, ChannelRefuses, ChannelRefusesKey, ChannelUnavailable

DEADLINE_S = 3.5
"""For one call; the port promises to give up within 4 seconds."""
_REFUSED = frozenset({400, 405, 409, 413, 415, 422})

log = structlog.get_logger()

Told = TypeVar("Told")
Read = TypeVar("Read")


class Api:
    """One network's HTTP interface. `what` names the channel in messages.

    `status_of` reads the status an answer really has, for networks that hide it in the body.
    """

    def __init__(
        self,
        what: str,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: httpx.Auth | None = None,
        status_of: Callable[[httpx.Response], int] = lambda answer: answer.status_code,
    ) -> None:
        self.what = what
        self._status_of = status_of
        self._heard: Mapping[str, str] = {}
        self._client = httpx.Client(base_url=base_url, headers=dict(headers or {}), auth=auth, timeout=DEADLINE_S)

    def close(self) -> None:
        """Give back connections."""
        self._client.close()

    def get(self, path: str, *, wait_s: float = 0, **params: str | int | None) -> Any:  # noqa: ANN401  # JSON
        """The JSON answer; parameters that are None are left out."""
        given = {name: value for name, value in params.items() if value is not None}
        return self.call("GET", path, params=given, timeout=DEADLINE_S + wait_s)

    def call(self, method: str, path: str, **more: Any) -> Any:  # noqa: ANN401  # JSON, and what httpx takes
        """The JSON answer, or None where the body is empty.

        Raises `ChannelRefusesKey` for 401 and 403, `ChannelBusy` for 429, `ChannelRefuses` where the request itself is
        refused, `ChannelUnavailable` for anything else that isn't a success.
        """
        return read_json(self.what, self.ask(method, path, **more))

    def forget(self, path: str) -> None:
        """Delete what stands there; what is gone already is deleted. Raises as `call` does."""
        with suppress(ChannelGone):
            self.ask("DELETE", path)

    def look(self, path: str, **params: str | int) -> Any | None:  # noqa: ANN401  # JSON
        """What stands there as JSON, or None where the network says that it is gone. Raises as `call` does."""
        try:
            return self.call("GET", path, params=params)
        except ChannelGone:
            return None

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401  # what httpx takes
        """The answer, a success. Raises as `call` does."""
        try:
            answer = self._client.request(method, path, **more)
        except httpx.HTTPError as broken:
            raise ChannelUnavailable(
                f"{self.what} can't be reached: {type(broken).__name__} (tried again later; check network and address)"
            ) from broken
        self._heard = answer.headers
        raise_refusal(self.what, answer, self._status_of(answer))
        return answer

    def rate(self) -> Sequence[Probe]:
        """What the network's last answer said of how many calls are left; nothing where it doesn't say."""
        for prefix in ("x-rate-limit-", "x-ratelimit-", "ratelimit-"):
            left, limit = (self._heard.get(prefix + name, "") for name in ("remaining", "limit"))
            if left.replace(".", "", 1).isdigit():
                of = f" of {limit}" if limit else ""
                detail = f"{float(left):.0f}{of} calls left until the network's next period"
                return (Probe(what="rate budget", ok=float(left) >= 1, detail=detail),)
        return ()


@contextmanager
def passed_over(what: str) -> Iterator[None]:
    """Around the reading of one post: what can't be read keeps none of the others from being heard."""
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError) as odd:
        log.warning("post_unreadable", network=what, problem=type(odd).__name__)


def readable(what: str, told: Iterable[Told], read: Callable[[Told], Read]) -> list[Read]:
    """What could be read of it."""
    found: list[Read] = []
    for one in told:
        with passed_over(what):
            found.append(read(one))
    return found


def read_json(what: str, answer: httpx.Response) -> Any:  # noqa: ANN401  # JSON
    """The body. Raises `ChannelUnavailable` where it is no JSON."""
    if not answer.content:
        return None
    try:
        return answer.json()
    except ValueError as broken:
        raise ChannelUnavailable(f"{what} answered something that isn't JSON; a proxy may stand in between") from broken


def raise_refusal(what: str, answer: httpx.Response, status: int) -> None:
    """Nothing where the answer is a success."""
    if status < 300:
        return
    if status in {401, 403}:
        raise ChannelRefusesKey(
            f"{what} answers {status}: the token is wrong, expired or lacks a scope; issue a new one"
        )
    if status == 429:
        now = datetime.now(UTC)  # noqa: TID251  # a network's clock
        raise ChannelBusy(what, _told_wait_s(answer) or retry_after_s(answer.headers, now))
    if status in {404, 410}:
        raise ChannelGone(f"{what} answers {status}{_code(answer)}: it isn't there; nothing was posted")
    if status in _REFUSED:
        raise ChannelRefuses(f"{what} refuses the request with {status}{_code(answer)}; nothing was posted")
    raise ChannelUnavailable(f"{what} answers {status}; tried again later")


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float:
    """From `Retry-After` or a rate limit's reset; 60 where neither is readable.

    A second at least, where their clock is behind ours; a day at most.
    """
    return min(max(_waits_s(headers, now), 1.0), 86_400.0)


def _waits_s(headers: Mapping[str, str], now: datetime) -> float:
    for name in ("retry-after", "x-rate-limit-reset", "x-ratelimit-reset", "ratelimit-reset"):
        value = headers.get(name, "")
        try:
            if value.replace(".", "", 1).isdigit():
                number = float(value)
                return number - now.timestamp() if number > 1e9 else number
            if value:
                return (_moment(value) - now).total_seconds()
        except (ValueError, TypeError):
            continue
    return 60.0


def _moment(value: str) -> datetime:
    """A date of HTTP's or of ISO 8601. Raises `ValueError`."""
    at = parsedate_to_datetime(value) if "," in value else datetime.fromisoformat(value)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _told_wait_s(answer: httpx.Response) -> float | None:
    """Telegram says in the body how long to wait: `parameters.retry_after`, in seconds."""
    try:
        told = answer.json()["parameters"]["retry_after"]
    except (ValueError, KeyError, TypeError):
        return None
    return float(told) if isinstance(told, int | float) else None


def _code(answer: httpx.Response) -> str:
    """The network's own short error code, where it is one word."""
    try:
        body = answer.json()
    except ValueError:
        return ""
    error = body.get("error") if isinstance(body, dict) else None
    code = error.get("code") if isinstance(error, dict) else error
    word = str(code)
    return f" ({word})" if code is not None and word.replace("_", "").isalnum() and len(word) <= 60 else ""
