"""All that changes a conversation. Functions take the transaction they work in; the edge opens and commits it."""
