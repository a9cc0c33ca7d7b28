"""Instructions among the parameters of a batch: where tokens begin and which are cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shoal.batch.variables import VariableMap, typed_variables
from shoal.commands.modification import CancelActivityInstance, CancelAll, CancelTransitionInstance
from shoal.commands.set_variables import check_variables
from shoal.kernel.stimulus import Instruction, StartAfter, StartBefore, StartTransition

_Id = Annotated[str, Field(min_length=1, max_length=4000)]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Starting(_Said):
    variables: VariableMap = Field(
        default_factory=dict, description="Set where they are, else in the scope of the instance."
    )
    local_variables: VariableMap = Field(
        default_factory=dict, description="Set in the scope of the new activity instance."
    )
    ancestor_id: _Id | None = Field(None, description="In which instance of a scope, if there are several.")


class SaidStartBefore(_Starting):
    """Begin an element."""

    type: Literal["start-before"]
    activity_id: _Id

    def instruction(self) -> Instruction:
        """For the command."""
        return StartBefore(
            self.activity_id,
            variables=typed_variables(self.variables),
            local_variables=typed_variables(self.local_variables),
            ancestor_id=self.ancestor_id,
        )


class SaidStartAfter(_Starting):
    """Go on behind an element."""

    type: Literal["start-after"]
    activity_id: _Id

    def instruction(self) -> Instruction:
        """For the command."""
        return StartAfter(
            self.activity_id,
            variables=typed_variables(self.variables),
            local_variables=typed_variables(self.local_variables),
            ancestor_id=self.ancestor_id,
        )


class SaidStartTransition(_Starting):
    """Take a sequence flow."""

    type: Literal["start-transition"]
    transition_id: _Id

    def instruction(self) -> Instruction:
        """For the command."""
        return StartTransition(
            self.transition_id,
            variables=typed_variables(self.variables),
            local_variables=typed_variables(self.local_variables),
            ancestor_id=self.ancestor_id,
        )


class SaidCancelAll(_Said):
    """Cancel all that is at an element."""

    type: Literal["cancel-all"]
    activity_id: _Id
    only_current: bool = Field(
        False, description="Only what was there before the first instruction, not what the others began."
    )

    def instruction(self) -> Instruction:
        """For the command."""
        return CancelAll(self.activity_id, self.only_current)


class SaidCancelActivityInstance(_Said):
    """Cancel one activity instance."""

    type: Literal["cancel-activity-instance"]
    activity_instance_id: _Id

    def instruction(self) -> Instruction:
        """For the command."""
        return CancelActivityInstance(self.activity_instance_id)


class SaidCancelTransitionInstance(_Said):
    """Cancel one token before or after an asynchronous element."""

    type: Literal["cancel-transition-instance"]
    transition_instance_id: _Id

    def instruction(self) -> Instruction:
        """For the command."""
        return CancelTransitionInstance(self.transition_instance_id)


Starting = Annotated[SaidStartBefore | SaidStartAfter | SaidStartTransition, Field(discriminator="type")]
"""What a restart can do: nothing is there yet that could be cancelled."""

Moving = Annotated[
    SaidStartBefore
    | SaidStartAfter
    | SaidStartTransition
    | SaidCancelAll
    | SaidCancelActivityInstance
    | SaidCancelTransitionInstance,
    Field(discriminator="type"),
]
"""What a modification can do."""

_Each = (
    SaidStartBefore
    | SaidStartAfter
    | SaidStartTransition
    | SaidCancelAll
    | SaidCancelActivityInstance
    | SaidCancelTransitionInstance
)


def instructions_of(said: Sequence[_Each]) -> tuple[Instruction, ...]:
    """For the commands, in their order. VariableTypeError for a value that cannot be."""
    return tuple(each.instruction() for each in said)


def check_instruction_variables(said: Sequence[_Each]) -> None:
    """VariableTypeError for a value that cannot be stored."""
    for each in said:
        if isinstance(each, _Starting):
            check_variables(typed_variables(each.variables) | typed_variables(each.local_variables))
