"""What Google's APIs share: where tokens come from, and which of their refusals mean patience or a missing right."""

import httpx

TOKENS = "https://oauth2.googleapis.com/token"
SERVER = "https://www.googleapis.com"
_PATIENCE = frozenset({"quotaExceeded", "rateLimitExceeded", "userRateLimitExceeded", "dailyLimitExceeded"})
_RIGHTS = frozenset({"insufficientPermissions", "authError", "accessNotConfigured", "youtubeSignupRequired"})


def status_of(answer: httpx.Response) -> int:
    """Google answers 403 both to a spent quota and to a request it won't do; the reason in the body tells which."""
    if answer.status_code != 403:
        return answer.status_code
    reasons = _reasons(answer)
    if reasons & _PATIENCE:
        return 429
    return 403 if reasons & _RIGHTS or not reasons else 422


def _reasons(answer: httpx.Response) -> set[str]:
    try:
        return {str(one.get("reason", "")) for one in answer.json()["error"]["errors"]} - {""}
    except (ValueError, KeyError, TypeError, AttributeError):
        return set()
