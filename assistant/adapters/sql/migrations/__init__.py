"""Alembic's folder: how an older store becomes a current one."""
