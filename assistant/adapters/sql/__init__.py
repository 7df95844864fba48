"""The store on SQLAlchemy: tables, migrations and transactions."""
