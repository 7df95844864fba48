"""The base of every domain value: frozen, closed to unknown fields, compared by content."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value. Change one with `model_copy(update=...)`."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_enum_values=False)
