"""The stored format of states. These bytes are in databases: a change of one needs a new version."""

from __future__ import annotations

from typing import Any

import pytest

from shoal.kernel import decode_state, encode_state
from shoal.kernel.state import Node, Phase, State, Wait, WaitKind

ONE = "0197aaaa-bbbb-7ccc-8ddd-eeeeffff0001"
TWO = "0197aaaa-bbbb-7ccc-8ddd-eeeeffff0002"


def test_a_waiting_user_task_is_stored_as_these_bytes() -> None:
    state = State()
    node = Node(ONE, "approve", state.root)
    node.waits = [Wait(WaitKind.TASK, ONE)]
    state.nodes[ONE] = node
    data = encode_state(state)
    assert data == b'[1,[["AZeqqru7fMyN3e7u__8AAQ","approve",0,0,1]]]'
    assert len(data) <= 80


def test_every_part_of_a_node_is_stored_as_these_bytes() -> None:
    state = State()
    scope = Node(ONE, "sub", state.root)
    scope.waits = [Wait(WaitKind.JOB, TWO, "late"), Wait(WaitKind.SUBSCRIPTION, "m-1", "mail")]
    scope.extra = [1, {"a": "b"}]
    inner = Node("n-2", "join", scope)
    inner.phase = Phase.JOINING
    inner.flow = "f1"
    state.nodes = {ONE: scope, "n-2": inner}
    state.root.waits = [Wait(WaitKind.SUBSCRIPTION, TWO, "start")]
    state.root.extra = [5]
    assert encode_state(state) == (
        b'[1,[["AZeqqru7fMyN3e7u__8AAQ","sub",0,0,'
        b'[3,"AZeqqru7fMyN3e7u__8AAg","late",4,"~m-1","mail"],0,[1,{"a":"b"}]],'
        b'["~n-2","join",1,3,0,"f1"]],[4,"AZeqqru7fMyN3e7u__8AAg","start"],[5]]'
    )


def test_what_was_stored_comes_back() -> None:
    state = State()
    scope = Node(ONE, "sub", state.root)
    scope.waits = [Wait(WaitKind.JOB, TWO, "late")]
    inner = Node("plain id", "join", scope)
    inner.phase, inner.flow, inner.extra = Phase.KEPT, "f", ["x"]
    state.nodes = {ONE: scope, "plain id": inner}
    again = decode_state(encode_state(state))
    assert encode_state(again) == encode_state(state)
    found = again.nodes["plain id"]
    assert found.parent is again.nodes[ONE]
    assert (found.phase, found.flow, found.extra) == (Phase.KEPT, "f", ["x"])
    assert again.root.tokens == 1
    assert again.nodes[ONE].tokens == 0
    wait = again.nodes[ONE].waits[0]
    assert (wait.kind, wait.id, wait.element) == (WaitKind.JOB, TWO, "late")


def test_an_empty_state_is_small() -> None:
    assert encode_state(State()) == b"[1,[]]"
    assert decode_state(b"[1,[]]").nodes == {}


@pytest.mark.parametrize("data", [b"[2,[]]", b"{}", b"[]", b"[1]", b"not json"])
def test_other_bytes_are_refused(data: Any) -> None:
    with pytest.raises(ValueError, match=r"state|JSON|expected|unexpected"):
        decode_state(data)
