"""The error tree of Shoal: what can go wrong, said once.

::

    ShoalError
    ├── InputError            the request is wrong; nothing changed               HTTP 400, exit 2
    │   ├── ModelRejectedError    a model has faults; all of them are listed
    │   ├── VariableTypeError     a value does not fit its declared type
    │   ├── ParamsRejectedError   parameters of a batch operation are wrong
    │   ├── FilterRejectedError   a filter names an unknown field or a bad value
    │   ├── EmptySelectionError   a selection names nothing
    │   └── ExpectedCountError    the caller expected another number of targets   HTTP 409
    ├── NotFoundError         the thing that was named does not exist             HTTP 404, exit 3
    ├── ConflictError         the state of the thing does not allow the request   HTTP 409, exit 4
    │   ├── SuspendedError        the instance or its definition is suspended
    │   └── RevisionConflictError somebody changed the instance meanwhile; try again
    ├── NotAuthorizedError    credentials are missing or wrong                    HTTP 401, exit 5
    │   └── ForbiddenError        the user may not do this                            HTTP 403
    ├── ExecutionError        a process failed where nobody catches it            HTTP 500, exit 6
    └── UnavailableError      the database or a broker does not answer            HTTP 503, exit 7

``code`` is stable and meant for programs, the message is for people. No error carries a stack trace
to a client. Modelled BPMN errors are business outcomes and are not part of this tree.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


def means_stop(error: BaseException) -> bool:
    """Whether the error asks whoever runs to end, be it in the middle of foreign code; anything else is a failure.

    Ctrl-C only ever reaches the main thread: elsewhere KeyboardInterrupt comes from the code itself.
    """
    if isinstance(error, KeyboardInterrupt):
        return threading.current_thread() is threading.main_thread()
    return isinstance(error, GeneratorExit)


def words_of(error: BaseException) -> str:
    """What the error says; one of foreign code is named by its type as well.

    >>> words_of(KeyError("amount"))
    "KeyError: 'amount'"
    """
    if isinstance(error, ShoalError):
        return error.message
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


class ShoalError(Exception):
    """Root of everything that Shoal raises on purpose."""

    code: ClassVar[str] = "shoal.error"
    http_status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details: Mapping[str, Any] = details


class InputError(ShoalError):
    """The request is wrong. Nothing was changed."""

    code = "input.invalid"
    http_status = 400
    exit_code = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing in a model that keeps it from being deployed.

    ``element_id`` is the id of the BPMN element (None for the document as a whole), ``what`` is what
    was found, ``supported`` is what could stand there instead.
    """

    element_id: str | None
    what: str
    supported: str = ""
    line: int | None = None

    def __str__(self) -> str:
        where = f"element '{self.element_id}'" if self.element_id else "document"
        at = f" (line {self.line})" if self.line else ""
        hint = f"; supported: {self.supported}" if self.supported else ""
        return f"{where}{at}: {self.what}{hint}"


class ModelRejectedError(InputError):
    """A model was not deployed. ``faults`` lists everything that is wrong with it, not only the first."""

    code = "model.rejected"

    def __init__(self, resource: str, faults: Sequence[Fault]) -> None:
        listing = "; ".join(str(fault) for fault in faults)
        super().__init__(f"{resource}: {len(faults)} fault(s): {listing}", resource=resource)
        self.resource = resource
        self.faults = tuple(faults)


class VariableTypeError(InputError):
    """A variable's value does not fit its declared type."""

    code = "variable.type"


class ParamsRejectedError(InputError):
    """The parameters of a batch operation are wrong; ``details`` names the fields."""

    code = "batch.params"


class FilterRejectedError(InputError):
    """A filter names an unknown field, or a value that the field cannot have."""

    code = "filter.invalid"


class EmptySelectionError(InputError):
    """A selection without ids, without a filter and without the word for everything, or without a target."""

    code = "selection.empty"


class ExpectedCountError(InputError):
    """The selection has another number of targets than the caller said it would have."""

    code = "selection.count"
    http_status = 409


class NotFoundError(ShoalError):
    """What was named does not exist (any more)."""

    code = "not-found"
    http_status = 404
    exit_code = 3


class ConflictError(ShoalError):
    """What was named exists, but is in a state that does not allow the request."""

    code = "conflict"
    http_status = 409
    exit_code = 4


class SuspendedError(ConflictError):
    """The process instance or its definition is suspended."""

    code = "suspended"


class RevisionConflictError(ConflictError):
    """Somebody else changed the instance meanwhile. Nothing of this request was applied; try again."""

    code = "revision.conflict"


class NotAuthorizedError(ShoalError):
    """Credentials are missing or wrong."""

    code = "not-authorized"
    http_status = 401
    exit_code = 5


class ForbiddenError(NotAuthorizedError):
    """The user is known, and may not do this. Nothing was changed.

    ``details``: ``user_id`` and ``missing_authorizations``, each with ``permissionName``, ``resourceName`` and
    ``resourceId`` (Camunda 7: the same); one of them would suffice.
    """

    code = "forbidden"
    http_status = 403


class ExecutionError(ShoalError):
    """A service task, script or expression failed and nothing in the model catches it.

    ``element_id`` is the element at which it happened.
    """

    code = "execution.failed"
    http_status = 500
    exit_code = 6

    def __init__(self, message: str, element_id: str | None = None, **details: Any) -> None:
        super().__init__(message, element_id=element_id, **details)
        self.element_id = element_id


class UnavailableError(ShoalError):
    """The database (or a broker) does not answer, or cannot store more. Try again later."""

    code = "unavailable"
    http_status = 503
    exit_code = 7
