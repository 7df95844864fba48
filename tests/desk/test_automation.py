import json
from datetime import timedelta

import pytest

from assistant.desk import automation
from assistant.domain.automation import AutomationState
from assistant.errors import InputInvalid
from assistant.ports import Store
from tests.desk_builders import NOW, make_pack


def test_the_kill_switch_is_kept_and_every_change_is_audited(store: Store) -> None:
    with store.begin() as tx:
        assert tx.automation("skylark") == AutomationState()
        for on in (True, True, False):
            assert automation.set_kill_switch(tx, "skylark", on=on, by="ann", at=NOW).kill_switch is on
        assert tx.automation("skylark").kill_switch is False
        said = [(entry.event, entry.actor) for entry in tx.audit(subject="automation:skylark")]
    assert said == [("kill_switch_on", "ann"), ("kill_switch_off", "ann")]


def test_a_scope_is_held_once_and_released(store: Store) -> None:
    with store.begin() as tx:
        automation.hold(tx, "skylark", scope=" baggage ", reason="strike", by="ann", at=NOW)
        automation.hold(tx, "skylark", scope="baggage", reason="again", by="bob", at=NOW + timedelta(hours=1))
        held = automation.hold(tx, "skylark", scope="refund", reason="new rules", by="bob", at=NOW)
        assert [(one.scope, one.reason, one.by) for one in held.holds] == [
            ("baggage", "strike", "ann"),
            ("refund", "new rules", "bob"),
        ]
        assert tx.automation("skylark").holds_back("bag_size", "baggage")
        automation.release(tx, "skylark", scope="baggage", by="ann", at=NOW)
        left = automation.release(tx, "skylark", scope="baggage", by="ann", at=NOW)
        assert [one.scope for one in left.holds] == ["refund"]
        events = [entry.event for entry in tx.audit(subject="automation:skylark")]
        why = [json.loads(entry.facts) for entry in tx.audit(subject="automation:skylark")]
    assert events == ["held", "held", "released"]
    assert why[0] == {"scope": "baggage", "reason": "strike"}


def test_a_hold_on_nothing_is_refused(store: Store) -> None:
    with pytest.raises(InputInvalid, match="name the intent, topic or channel"), store.begin() as tx:
        automation.hold(tx, "skylark", scope=" ", reason="", by="ann", at=NOW)


@pytest.mark.parametrize("scope", ["baggage", "bag_size", "x", "skylark/public/self_serve"])
def test_people_hold_what_there_is(store: Store, scope: str) -> None:
    with store.begin() as tx:
        held = automation.hold_named(tx, make_pack(), scope=f" {scope} ", reason="strike", by="ann", at=NOW)
    assert [one.scope for one in held.holds] == [scope]


def test_letting_go_of_a_misspelt_name_is_refused_and_a_second_time_is_not(store: Store) -> None:
    with store.begin() as tx:
        for scope in ("baggage", "gone with the last pack"):
            automation.hold(tx, "skylark", scope=scope, reason="strike", by="ann", at=NOW)
        with pytest.raises(InputInvalid, match="near: baggage"):
            automation.release_named(tx, make_pack(), scope="baggge", by="ann", at=NOW)
        for scope in ("gone with the last pack", "baggage", "baggage"):
            left = automation.release_named(tx, make_pack(), scope=scope, by="ann", at=NOW)
    assert left.holds == ()


def test_a_hold_on_a_misspelt_name_is_refused_rather_than_kept_for_nothing(store: Store) -> None:
    with (
        pytest.raises(InputInvalid, match=r"no intent, topic, channel or slice 'baggge'; near: baggage"),
        store.begin() as tx,
    ):
        automation.hold_named(tx, make_pack(), scope="baggge", reason="strike", by="ann", at=NOW)
