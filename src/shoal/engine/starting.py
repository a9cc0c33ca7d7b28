"""Where tokens begin: the part that modification and restart have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from shoal.engine.access import allowed
from shoal.engine.variables import typed
from shoal.kernel.stimulus import Instruction, StartAfter, StartBefore, StartTransition
from shoal.people.permissions import Permission

Variables = Mapping[str, Any] | None
Kind = type[StartBefore | StartAfter | StartTransition]


class Starting:
    """Collects instructions; each method returns the object itself.

    ``variables`` go where they are, else to the process instance; ``local_variables`` to the new activity
    instance; ``ancestor_id`` says in which instance of a scope, if there are several.
    """

    def __init__(self) -> None:
        self._instructions: list[Instruction] = []

    @allowed(Permission.ANYBODY)
    def start_before(
        self,
        activity_id: str,
        variables: Variables = None,
        *,
        local_variables: Variables = None,
        ancestor_id: str | None = None,
    ) -> Self:
        """Begin the activity; ``x#multiInstanceBody`` begins all instances of a multi-instance activity ``x``."""
        return self._start(StartBefore, activity_id, variables, local_variables, ancestor_id)

    @allowed(Permission.ANYBODY)
    def start_after(
        self,
        activity_id: str,
        variables: Variables = None,
        *,
        local_variables: Variables = None,
        ancestor_id: str | None = None,
    ) -> Self:
        """Go on behind the activity, which has exactly one outgoing sequence flow."""
        return self._start(StartAfter, activity_id, variables, local_variables, ancestor_id)

    @allowed(Permission.ANYBODY)
    def start_transition(
        self,
        transition_id: str,
        variables: Variables = None,
        *,
        local_variables: Variables = None,
        ancestor_id: str | None = None,
    ) -> Self:
        """Take the sequence flow."""
        return self._start(StartTransition, transition_id, variables, local_variables, ancestor_id)

    def _start(
        self, kind: Kind, element_id: str, variables: Variables, local_variables: Variables, ancestor_id: str | None
    ) -> Self:
        return self._add(
            kind(
                element_id,
                variables=typed(variables),
                local_variables=typed(local_variables),
                ancestor_id=ancestor_id,
            )
        )

    def _add(self, instruction: Instruction) -> Self:
        self._instructions.append(instruction)
        return self
