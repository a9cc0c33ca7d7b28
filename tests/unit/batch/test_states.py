"""The state machine of a batch: every step that is not listed is refused."""

from __future__ import annotations

import itertools

import pytest

from shoal.batch.states import BATCH_STEPS, BatchEvent, BatchState, next_state
from shoal.errors import ConflictError

EVERY = list(itertools.product(BatchState, BatchEvent))


@pytest.mark.parametrize(("state", "event"), EVERY)
def test_a_step_is_listed_or_refused(state: BatchState, event: BatchEvent) -> None:
    expected = BATCH_STEPS.get((state, event))
    if expected is None:
        with pytest.raises(ConflictError, match=f"batch b is {state}; .*cannot .*possible while it is"):
            next_state(state, event, "b")
    else:
        assert next_state(state, event, "b") is expected


def test_only_two_states_are_open() -> None:
    assert {state for state in BatchState if not state.has_ended} == {BatchState.SEEDING, BatchState.RUNNING}


def test_every_state_can_be_reached() -> None:
    reached = {BatchState.SEEDING}
    while more := {to for (state, _), to in BATCH_STEPS.items() if state in reached} - reached:
        reached |= more
    assert reached == set(BatchState)


def test_what_was_cancelled_or_completed_stays_so() -> None:
    left = {state for state, _ in BATCH_STEPS}
    assert BatchState.CANCELLED not in left
    assert BatchState.COMPLETED not in left


def test_a_refusal_says_when_it_would_be_possible() -> None:
    with pytest.raises(ConflictError) as refused:
        next_state("cancelled", BatchEvent.REOPEN, "b")
    assert refused.value.message == (
        "batch b is cancelled; its failed elements cannot be tried again "
        "(possible while it is seeding or running or completed-with-failures or failed)"
    )
