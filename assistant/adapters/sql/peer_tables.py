"""Tables of customers who help customers."""

from assistant.adapters.sql.desk_tables import values_table

advocates = values_table("advocates")
peer_invites = values_table("peer_invites")
