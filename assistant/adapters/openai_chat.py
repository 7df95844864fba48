"""OpenAI-compatible chat models through LangChain: structured answers, transport retries, errors in our own words."""

import asyncio
import copy
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import httpx
import openai
from langchain_core.messages import AIMessageChunk, BaseMessage, HumanMessage, SystemMessage
from langchain_core.utils.function_calling import convert_to_json_schema
from langchain_openai import ChatOpenAI
from pydantic import SecretStr
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_exponential,
    wait_random,
)

from assistant.errors import ModelOutputInvalid, ModelRefusesKey, ModelUnavailable
from assistant.ports import ChatModel, Filled
from assistant.ports.drafting import Show

ATTEMPTS = 3
NO_KEY = SecretStr("none")
"""What servers of one's own that want no key are sent; LangChain insists on one."""
_BACKOFF = wait_exponential(multiplier=0.25, max=8) + wait_random(0, 0.25)
_GARBLED = (
    openai.APIResponseValidationError,
    ValueError,
    TypeError,
    AttributeError,
    KeyError,
    IndexError,
    AssertionError,
)
"""How the SDK's parsers fail on bodies they don't expect: broken JSON, another schema, HTML, no choices, and, with an
assertion, a stream that is none."""


class OpenAIChat:
    """A `ChatModel` behind /v1/chat/completions. `timeout_s` bounds one `complete`, its retries counted in.

    Overload, server errors and broken connections are tried again up to twice with growing, jittered pauses, or
    after what `Retry-After` asks; a pause that would end past the deadline gives up at once.
    """

    def __init__(self, *, model: str, api_key: SecretStr | None, base_url: str | None, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._show: Show | None = None
        self._server = base_url or "OpenAI"
        self._chat = ChatOpenAI(
            model=model,
            api_key=api_key or NO_KEY,
            base_url=base_url,
            timeout=timeout_s,
            max_retries=0,
            temperature=0,
            # LangChain shares one connection pool over all event loops, and a kept connection dies with its loop.
            default_headers={"Connection": "close"},
        )

    @property
    def name(self) -> str:
        return self._chat.model_name

    def watched(self, show: Show) -> ChatModel:
        """The same model, its answers streamed: `show` gets the raw JSON so far, from the start again on a retry."""
        seen = copy.copy(self)
        seen._show = show
        return seen

    async def complete(self, *, system: str, user: str, into: type[Filled]) -> tuple[Filled, Mapping[str, int]]:
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._ask(system, user, into)
        except (TimeoutError, openai.APITimeoutError) as late:
            raise ModelUnavailable(f"{self._server}: no answer within {self._timeout_s:g} s") from late
        except (openai.AuthenticationError, openai.PermissionDeniedError) as refused:
            raise ModelRefusesKey(f"{self._server} refuses the key; check OPENAI_API_KEY") from refused
        except openai.NotFoundError as unknown:
            raise ModelUnavailable(
                f"{self._server} doesn't know {self.name!r}; check ASSISTANT_MODEL and OPENAI_BASE_URL"
            ) from unknown
        except (openai.LengthFinishReasonError, openai.ContentFilterFinishReasonError) as cut:
            raise ModelOutputInvalid(f"{self.name} did not finish its answer: {type(cut).__name__}") from cut
        except _GARBLED as garbled:
            raise ModelOutputInvalid(f"{self.name} answered something that is not the JSON asked for") from garbled
        except openai.APIStatusError as status:
            raise ModelUnavailable(f"{self._server} answered {status.status_code}") from status
        except (openai.OpenAIError, httpx.HTTPError) as broken:
            raise ModelUnavailable(f"{self._server} can't be reached: {type(broken).__name__}") from broken

    async def _ask(self, system: str, user: str, into: type[Filled]) -> tuple[Filled, Mapping[str, int]]:
        retrying = AsyncRetrying(
            stop=stop_after_attempt(ATTEMPTS) | stop_before_delay(self._timeout_s),
            wait=_pause,
            retry=retry_if_exception(_is_transient),
            reraise=True,
        )
        ask = self._whole if self._show is None else self._streamed
        return await retrying(ask, [SystemMessage(system), HumanMessage(user)], into)

    async def _whole(self, messages: list[BaseMessage], into: type[Filled]) -> tuple[Filled, Mapping[str, int]]:
        structured = self._chat.with_structured_output(into, method="json_schema", strict=True, include_raw=True)
        answer: object = await structured.ainvoke(messages)
        if not isinstance(answer, dict) or not isinstance(answer["parsed"], into):
            raise ModelOutputInvalid(f"{self.name} answered something that doesn't fit: {_problem(answer)}")
        usage = answer["raw"].usage_metadata or {}
        return answer["parsed"], {"in": usage.get("input_tokens", 0), "out": usage.get("output_tokens", 0)}

    async def _streamed(self, messages: list[BaseMessage], into: type[Filled]) -> tuple[Filled, Mapping[str, int]]:
        schema = {"name": into.__name__, "strict": True, "schema": convert_to_json_schema(into, strict=True)}
        asked = {"type": "json_schema", "json_schema": schema}
        whole = AIMessageChunk(content="")
        async for chunk in self._chat.astream(messages, response_format=asked, stream_usage=True):
            whole += chunk
            if self._show is not None:
                self._show(str(whole.text))
        usage = whole.usage_metadata
        counted = {"in": usage["input_tokens"], "out": usage["output_tokens"]} if usage else {}
        return into.model_validate_json(str(whole.text)), counted


def _is_transient(failure: BaseException) -> bool:
    if isinstance(failure, openai.APIStatusError):
        return failure.status_code in {408, 409, 429} or failure.status_code >= 500
    if isinstance(failure, httpx.TransportError):  # a stream that broke off
        return not isinstance(failure, httpx.TimeoutException)
    return isinstance(failure, openai.APIConnectionError) and not isinstance(failure, openai.APITimeoutError)


def _pause(state: RetryCallState) -> float:
    """Seconds until the next attempt: what the server asks for and a little more, else growing with jitter."""
    failure = state.outcome.exception() if state.outcome else None
    asked = _retry_after_s(failure.response.headers) if isinstance(failure, openai.APIStatusError) else None
    jittered = _BACKOFF(state)
    return jittered if asked is None else asked + jittered / 10


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    """`Retry-After` in seconds; a date is read against the server's own clock in `Date`."""
    value = headers.get("retry-after", "")
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("date", ""))).total_seconds())
    except (ValueError, TypeError):
        return None


def _problem(answer: object) -> str:
    """What is wrong, without the words of the answer, which may quote a customer."""
    failure = answer.get("parsing_error") if isinstance(answer, dict) else None
    return type(failure).__name__ if failure else "nothing was filled in"
