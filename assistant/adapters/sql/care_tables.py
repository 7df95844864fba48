"""Tables of what follows a conversation and joins them: fixes and their outcome, persons, asked experts."""

from assistant.adapters.sql.desk_tables import values_table

follow_ups = values_table("follow_ups")
persons = values_table("persons")
person_handles = values_table("person_handles")
expert_asks = values_table("expert_asks")
