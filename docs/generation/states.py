"""Diagrams of the state machines, made from the code's own tables."""

from __future__ import annotations

from docs.generation.markdown import fence

from shoal.batch.states import BATCH_STEPS, CHUNK_STEPS, BatchState, ChunkState


def batch_diagram() -> str:
    """The states of a batch."""
    steps: dict[tuple[str, str], list[str]] = {}
    for (state, event), target in BATCH_STEPS.items():
        steps.setdefault((state.value, target.value), []).append(event.value)
    lines = [f"    [*] --> {BatchState.SEEDING.value}"]
    lines += [
        f"    {_id(one)} --> {_id(two)}: {', '.join(events)}" for (one, two), events in steps.items() if one != two
    ]
    lines += [
        f"    {_id(one)} --> {_id(two)}: {', '.join(events)}" for (one, two), events in steps.items() if one == two
    ]
    lines += [f"    {_id(each.value)} --> [*]" for each in BatchState if each.has_ended]
    return _diagram(lines)


def chunk_diagram() -> str:
    """The states of a chunk."""
    lines = [f"    [*] --> {ChunkState.PENDING.value}"]
    lines += [f"    {one.value} --> {two.value}" for one, targets in CHUNK_STEPS.items() for two in sorted(targets)]
    lines.append(f"    {ChunkState.DONE.value} --> [*]")
    return _diagram(lines)


def _diagram(lines: list[str]) -> str:
    return fence("\n".join(["stateDiagram-v2", *lines]), "mermaid")


def _id(state: str) -> str:
    return state.replace("-", "_")


BLOCKS = {"batch": batch_diagram, "chunk": chunk_diagram}
