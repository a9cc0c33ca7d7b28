"""Which definitions the call activities of a chunk mean. Camunda 7: latest, deployment, version, versionTag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from shoal.commands.catalog import Deployed
from shoal.commands.context import Context
from shoal.errors import ExecutionError
from shoal.kernel.effects import ChildStart
from shoal.store.database import Tx
from shoal.store.queries.definitions import Definition, find_called


class Call(NamedTuple):
    """One call: by whom, and whom."""

    caller_id: str
    caller: Deployed
    tenant_id: str | None
    child: ChildStart


_Wanted = tuple[str, str, int | None, str | None, str | None, str]


def load_called(ctx: Context, tx: Tx, calls: Sequence[Call]) -> list[Deployed | ExecutionError]:
    """The model that each call means, or why there is none. One statement for each different one."""
    found: dict[_Wanted, Definition | None] = {}
    wanted = [_wanted(call) for call in calls]
    for each in dict.fromkeys(wanted):
        key, binding, version, tag, tenant_id, deployment_id = each
        found[each] = find_called(
            tx,
            key,
            tenant_id,
            version=version if binding == "version" else None,
            version_tag=tag if binding == "versionTag" else None,
            deployment_id=deployment_id if binding == "deployment" else None,
        )
    models = ctx.catalog.get_many(tx, {each.id for each in found.values() if each is not None})
    answers: list[Deployed | ExecutionError] = []
    for call, each in zip(calls, wanted, strict=True):
        definition = found[each]
        if definition is None:
            answers.append(_refused(call, "no such process definition is deployed"))
        elif definition.suspended:
            answers.append(_refused(call, "the process definition is suspended"))
        else:
            answers.append(models[definition.id])
    return answers


def _wanted(call: Call) -> _Wanted:
    child = call.child
    # Camunda 7: without a tenant of its own, a call stays in the tenant of the caller
    tenant_id = child.tenant_id if child.tenant_id is not None else call.tenant_id
    return (
        child.called_element,
        child.binding,
        child.version,
        child.version_tag,
        tenant_id,
        call.caller.deployment_id,
    )


def _refused(call: Call, why: str) -> ExecutionError:
    child = call.child
    exact = {"version": f" version {child.version}", "versionTag": f" with version tag '{child.version_tag}'"}
    return ExecutionError(
        f"'{child.called_element}'{exact.get(child.binding, '')} cannot be called by '{call.caller.key}': {why}"
    )
