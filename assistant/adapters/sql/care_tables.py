"""Tables of what follows a conversation and joins them: fixes and their outcome, persons and their handles."""

from assistant.adapters.sql.desk_tables import values_table

follow_ups = values_table("follow_ups")
persons = values_table("persons")
person_handles = values_table("person_handles")
