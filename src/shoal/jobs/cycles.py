"""The retry cycle (camunda:failedJobRetryTimeCycle) of the elements to which jobs belong."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from shoal.bpmn.extensions import RetryCycle
from shoal.bpmn.retries import parse_retry_cycle
from shoal.commands.context import Context
from shoal.commands.load import Loaded, load
from shoal.commands.visible_names import VisibleNames
from shoal.errors import NotFoundError, means_stop
from shoal.kernel import compile_plan
from shoal.store.queries.jobs import Job

_log = logging.getLogger(__name__)


def cycles_of(ctx: Context, jobs: Sequence[Job], now: datetime) -> dict[str, RetryCycle]:
    """The cycles by job; jobs whose element says nothing are left out.

    A cycle that is an expression is evaluated with the variables of the instance; one that cannot be
    evaluated counts as none.
    """
    found: dict[str, RetryCycle] = {}
    open_: list[tuple[Job, RetryCycle]] = []
    for job in jobs:
        cycle = _modelled(ctx, job)
        if cycle is None:
            continue
        if cycle.expression is None:
            found[job.id] = cycle
        else:
            open_.append((job, cycle))
    if open_:
        found |= _evaluated(ctx, open_, now)
    return found


def _modelled(ctx: Context, job: Job) -> RetryCycle | None:
    if job.definition_id is None or job.activity_id is None:
        return None
    try:
        with ctx.database.read() as tx:
            process = ctx.catalog.get(tx, job.definition_id).process
    except NotFoundError:
        return None
    # the body around repeated activities is an element of the plan only
    element = compile_plan(process).elements.get(job.activity_id)
    return None if element is None else element.retry_cycle


def _evaluated(ctx: Context, jobs: Sequence[tuple[Job, RetryCycle]], now: datetime) -> dict[str, RetryCycle]:
    with ctx.database.read() as tx:
        instances = load(ctx, tx, [job.instance_id for job, _ in jobs if job.instance_id is not None])
    found: dict[str, RetryCycle] = {}
    for job, cycle in jobs:
        instance = instances.get(job.instance_id or "")
        if not isinstance(instance, Loaded) or cycle.expression is None:
            continue
        try:
            text = str(cycle.expression.evaluate(VisibleNames(ctx, instance, job.node_id, now)) or "").strip()
            if text:
                found[job.id] = parse_retry_cycle(text)
        except BaseException as error:
            if means_stop(error):
                raise
            _log.warning("retry cycle of '%s' cannot be evaluated: %s", job.activity_id, error)
    return found
