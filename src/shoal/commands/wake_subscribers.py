"""Lets nodes that wait for a message or a signal go on, because it came from outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from shoal.commands.context import Context
from shoal.commands.direct import Aim, move_directly
from shoal.errors import ConflictError
from shoal.kernel.stimulus import Trigger
from shoal.store.database import Tx
from shoal.store.queries import subscriptions
from shoal.store.queries.subscriptions import Subscription


class NotWaitingError(ConflictError):
    """The node has stopped waiting meanwhile, be it because another one got the same event before."""


def wake(
    ctx: Context, what: str, waiting: Sequence[Subscription], trigger_of: Callable[[Subscription], Trigger]
) -> dict[str, Exception]:
    """Deliver it to each, in their order; the errors by the ids of the subscriptions. ``what`` is for messages."""
    by_id = {each.id: each for each in waiting}

    def locate(tx: Tx, keys: Sequence[str]) -> dict[str, Aim | Exception]:
        still = subscriptions.existing_subscriptions(tx, keys)
        return {key: _aim(by_id[key]) if key in still else _gone(by_id[key]) for key in keys}

    def _aim(subscription: Subscription) -> Aim:
        return Aim(subscription.instance_id or "", trigger_of(subscription))

    def _gone(subscription: Subscription) -> NotWaitingError:
        return NotWaitingError(
            f"{what}: process instance '{subscription.instance_id}' does not wait for it any more"
        )

    return move_directly(ctx, list(by_id), locate)


def raise_first_failure(errors: dict[str, Exception], reached: int) -> None:
    """Raise the first error that is more than having stopped to wait; ``details["correlated"]``: who got it."""
    for error in errors.values():
        if isinstance(error, NotWaitingError):
            continue
        if hasattr(error, "details"):
            error.details = {**error.details, "correlated": reached}
        raise error
