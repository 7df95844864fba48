import pytest

from assistant.adapters import memory_store
from assistant.errors import StoreUnavailable


def test_a_transaction_inside_another_is_refused_instead_of_waiting_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_store, "_WAIT_S", 0.01)
    store = memory_store.MemoryStore()
    with store.begin(), pytest.raises(StoreUnavailable, match="another transaction held it"):
        store.check()
    store.check()
