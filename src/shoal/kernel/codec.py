"""State to bytes and back: a JSON array that starts with the version of its format.

``[1, rows, root waits, root extra]``, each row ``[id, element, parent, phase, waits, flow, extra]``; trailing
default values are left out. An id that is a UUID takes 22 characters of base64url, any other is written as it
is behind ``~``. ``parent`` is the position of the parent's row, counted from 1; 0 is the root. ``waits`` is the
bare kind when the node has one wait of its own with the id of the node, else triples ``kind, id, element``,
in which 0 stands for the id or the element of the node; ``[element, name]`` for a signal with a name of its own.
"""

from __future__ import annotations

import re
from binascii import a2b_base64, b2a_base64
from typing import Any

import orjson

from shoal.kernel.state import Node, Phase, State, Wait, WaitKind

VERSION = 1

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")
_PHASES = {phase.value: phase for phase in Phase}
_KINDS = {kind.value: kind for kind in WaitKind}


def encode_state(state: State) -> bytes:
    """The state as bytes; equal states give equal bytes."""
    places: dict[str, int] = {state.root.id: 0}
    rows = [_row(node, places) for node in state.nodes.values()]
    root = state.root
    document = [VERSION, rows, _waits(root), root.extra or 0]
    _trim(document, 2)
    return orjson.dumps(document)


def decode_state(data: bytes) -> State:
    """The state that ``encode_state`` was given. Raises ValueError for any other bytes."""
    document = orjson.loads(data)
    if type(document) is not list or len(document) < 2 or document[0] != VERSION:
        raise ValueError("these bytes are no state of a process instance that this version can read")
    state = State()
    root = state.root
    read: list[Node] = [root]
    nodes = state.nodes
    for row in document[1]:
        size = len(row)
        parent = read[row[2]] if size > 2 else root
        node_id = _unpack(row[0])
        node = Node(node_id, row[1], parent)
        if size > 3:
            node.phase = _PHASES[row[3]]
            if size > 4:
                node.waits = _read_waits(row[4], node_id)
                if size > 5:
                    node.flow = row[5] or None
                    if size > 6:
                        node.extra = row[6] or None
        nodes[node_id] = node
        read.append(node)
        if parent.children is None:
            parent.children = {}
        parent.children[node_id] = node
        if node.phase is not Phase.KEPT:
            parent.tokens += 1
    if len(document) > 2:
        root.waits = _read_waits(document[2], "")
        if len(document) > 3:
            root.extra = document[3] or None
    return state


def _row(node: Node, places: dict[str, int]) -> list[Any]:
    places[node.id] = len(places)
    parent = node.parent
    place = 0 if parent is None else places[parent.id]
    row = [_pack(node.id), node.element, place, node.phase.value, _waits(node), node.flow or 0, node.extra or 0]
    _trim(row, 2)
    return row


def _trim(row: list[Any], least: int) -> None:
    while len(row) > least and row[-1] == 0:
        row.pop()


def _waits(node: Node) -> Any:
    waits = node.waits
    if not waits:
        return 0
    if len(waits) == 1 and waits[0].id == node.id and waits[0].element is None and waits[0].name is None:
        return waits[0].kind.value
    flat: list[Any] = []
    for wait in waits:
        element: Any = wait.element or 0
        if wait.name is not None:
            element = [element, wait.name]
        flat += (wait.kind.value, 0 if wait.id == node.id else _pack(wait.id), element)
    return flat


def _read_waits(written: Any, node_id: str) -> list[Wait] | None:
    if written == 0:
        return None
    if type(written) is int:
        return [Wait(_KINDS[written], node_id)]
    triples = zip(written[::3], written[1::3], written[2::3], strict=True)
    return [
        Wait(_KINDS[kind], _unpack(packed) if packed else node_id, *_event(element))
        for kind, packed, element in triples
    ]


def _event(written: Any) -> tuple[str | None, str | None]:
    element, name = written if type(written) is list else (written, None)
    return element or None, name


def _pack(node_id: str) -> str:
    if _UUID.fullmatch(node_id) is None:
        return "~" + node_id
    raw = bytes.fromhex(node_id.replace("-", ""))
    return b2a_base64(raw, newline=False).translate(_TO_URL)[:22].decode("ascii")


def _unpack(packed: str) -> str:
    if packed[0] == "~":
        return packed[1:]
    text = a2b_base64(packed.encode("ascii").translate(_FROM_URL) + b"==").hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
