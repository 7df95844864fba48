"""The tables of what calls to a model cost, how its server does, and its newest answers."""

from sqlalchemy import Column, Float, Integer, String, Table, Text

from assistant.adapters.sql.tables import UtcTime, metadata

model_spendings = Table(
    "model_spendings",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("tokens", Integer, nullable=False),
    Column("usd", Float, nullable=False),
)

model_circuits = Table(
    "model_circuits", metadata, Column("id", String(40), primary_key=True), Column("body", Text, nullable=False)
)

model_answers = Table(
    "model_answers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("until", UtcTime, nullable=False, index=True),
    Column("body", Text, nullable=False),
)
