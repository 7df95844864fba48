"""Does an OpenAI-compatible server answer, take the key and know the model? Asked without spending a token."""

import openai
from pydantic import SecretStr

from assistant.errors import ModelRefusesKey, ModelUnavailable

PATIENCE_S = 5.0


def look_up(model: str, *, api_key: SecretStr | None, base_url: str | None) -> None:
    """Raises `ModelRefusesKey`, and `ModelUnavailable` where the server doesn't answer or doesn't list the model.

    A server without a list of models is taken at its word.
    """
    server = base_url or "OpenAI"
    key = api_key.get_secret_value() if api_key else "none"
    try:
        with openai.OpenAI(api_key=key, base_url=base_url, timeout=PATIENCE_S, max_retries=0) as client:
            names = {each.id for each in client.models.list().data}
    except (openai.AuthenticationError, openai.PermissionDeniedError) as refused:
        raise ModelRefusesKey(f"{server} refuses the key; check OPENAI_API_KEY") from refused
    except openai.NotFoundError:
        return
    except openai.APIStatusError as status:
        raise ModelUnavailable(
            f"{server} answered {status.status_code}; approved wording answers meanwhile"
        ) from status
    except openai.OpenAIError as broken:
        raise ModelUnavailable(f"{server} can't be reached; check OPENAI_BASE_URL, and whether it runs") from broken
    if names and model not in names:
        raise ModelUnavailable(f"{server} doesn't list {model!r}; check ASSISTANT_MODEL and OPENAI_BASE_URL")
