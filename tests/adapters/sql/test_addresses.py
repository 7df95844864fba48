"""An address of a database that can't be used: what to do, and no piece of its password."""

import pytest

from assistant.adapters.sql.engine import open_engine, unavailable
from assistant.errors import StoreUnavailable


@pytest.mark.parametrize("password", ["p@s:s/w%rd", "with:colon@and:another"])
def test_a_password_that_is_not_escaped_is_told_and_not_shown(password: str) -> None:
    with pytest.raises(StoreUnavailable, match="%40") as told:
        open_engine(f"postgresql://ann:{password}@host:5432/care")
    assert not any(piece in str(told.value) for piece in ("w%rd", "another"))


def test_a_missing_password_says_where_to_put_it() -> None:
    said = unavailable(open_engine("postgresql://ann@host/care"), OSError("fe_sendauth: no password supplied"))
    assert "ASSISTANT_DATABASE_URL" in str(said)
