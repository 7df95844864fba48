"""Vectors from an OpenAI-compatible server (`/v1/embeddings`): OpenAI's own, or a multilingual model served at home."""

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import openai
from pydantic import SecretStr

from assistant.adapters.circuit_breaker import CircuitBreaker
from assistant.errors import ModelOutputInvalid, ModelRefusesKey, ModelUnavailable
from assistant.ports import Vectors
from assistant.whole_file import replace_file

AT_ONCE = 128
"""Texts of one request."""
_MAX_CHARACTERS = 20_000
"""Below the 8,192 tokens that OpenAI's models read; the rest of a longer text is left out."""
_ATTEMPTS = 3


class OpenAIEmbedder:
    """An `Embedder` behind a server. Each request may take `timeout_s` and is tried three times; where it fails, the
    `breaker` lets the next ones fail at once for a while.

    The length of a vector is asked for once and kept in the folder, so that a process starts while the server is away.
    Raises `ModelUnavailable`, `ModelRefusesKey`, and `ModelOutputInvalid` where what comes back are no vectors.
    """

    def __init__(
        self,
        *,
        model: str,
        api_key: SecretStr | None,
        base_url: str | None,
        timeout_s: float,
        breaker: CircuitBreaker,
        folder: Path,
    ) -> None:
        self.trouble: str | None = None
        """What the server failed of last; None since it last answered."""
        self._model = model
        self._server = base_url or "OpenAI"
        self._breaker = breaker
        self._length_file = folder / f"vector-length-{hashlib.sha256(f'{base_url} {model}'.encode()).hexdigest()[:16]}"
        self._client = openai.OpenAI(
            api_key=api_key.get_secret_value() if api_key else "none",
            base_url=base_url,
            timeout=timeout_s,
            max_retries=_ATTEMPTS - 1,
        )

    @property
    def fingerprint(self) -> str:
        return f"openai/{self._model}/{self.dimensions}"

    @cached_property
    def dimensions(self) -> int:
        """Raises as `embed` does where nobody knows it yet."""
        try:
            return int(self._length_file.read_text("ascii"))
        except (OSError, ValueError):
            length = int(self._asked(["dimensions"]).shape[1])
        replace_file(self._length_file, str(length).encode())
        return length

    def embed(self, texts: Sequence[str]) -> Vectors:
        parts = [self._asked(texts[start : start + AT_ONCE]) for start in range(0, len(texts), AT_ONCE)]
        found: Vectors = np.vstack(parts) if parts else np.zeros((0, self.dimensions), np.float32)
        if found.shape[1] != self.dimensions:
            self._length_file.unlink(missing_ok=True)
            raise ModelOutputInvalid(f"{self._server}: vectors of {self._model} changed their length; start again")
        return found

    def _asked(self, texts: Sequence[str]) -> Vectors:
        self._breaker.admit()
        try:
            found = self._answered(texts)
        except ModelUnavailable as away:
            self._breaker.failed()
            self.trouble = str(away)
            raise
        except BaseException:
            self._breaker.left_open()
            raise
        self._breaker.succeeded()
        self.trouble = None
        return found

    def _answered(self, texts: Sequence[str]) -> Vectors:
        try:
            answer = self._client.embeddings.create(
                model=self._model, input=[_tame(text) for text in texts], encoding_format="float"
            )
            rows = [each.embedding for each in sorted(answer.data, key=lambda each: each.index)]
            found = np.array(rows, np.float32)
        except (openai.AuthenticationError, openai.PermissionDeniedError) as refused:
            raise ModelRefusesKey(f"{self._server} refuses the key; check OPENAI_API_KEY") from refused
        except openai.NotFoundError as unknown:
            raise ModelUnavailable(
                f"{self._server} doesn't know {self._model!r}; check ASSISTANT_EMBEDDING_MODEL and OPENAI_BASE_URL"
            ) from unknown
        except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
            raise ModelOutputInvalid(f"{self._server} refuses these texts ({error.status_code})") from error
        except openai.OpenAIError as error:
            raise ModelUnavailable(
                f"{self._server}: no vectors ({type(error).__name__}); check OPENAI_BASE_URL, and whether it runs"
            ) from error
        except (TypeError, ValueError, AttributeError) as error:
            raise ModelOutputInvalid(f"{self._server}: what it answers are no vectors") from error
        lengths = np.linalg.norm(found, axis=1, keepdims=True) if found.ndim == 2 else np.zeros((0, 1))
        if found.shape[0] != len(texts) or not np.isfinite(lengths).all() or not lengths.all():
            raise ModelOutputInvalid(f"{self._server}: {len(texts)} texts were sent, and other than vectors came back")
        unit: Vectors = found / lengths
        return unit


def _tame(text: str) -> str:
    """No empty text and no lone surrogates: servers refuse both."""
    return text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode("utf-8").strip() or "-"
