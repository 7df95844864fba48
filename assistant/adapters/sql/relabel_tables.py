"""The table of messages that people read again."""

from assistant.adapters.sql.desk_tables import values_table

relabels = values_table("relabels")
