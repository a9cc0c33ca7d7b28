"""Job definitions: which elements of a model make jobs. A view over the model; only what was said is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from shoal import clock
from shoal.commands.context import Context
from shoal.commands.job_places import job_makers
from shoal.commands.named_definitions import named_definitions
from shoal.commands.set_job_retries import RetryChange, set_job_retries
from shoal.errors import InputError, NotFoundError
from shoal.filters.definitions import DefinitionFilter
from shoal.ids import is_id
from shoal.kernel.plan import BODY
from shoal.store.database import Tx
from shoal.store.queries import job_definitions
from shoal.store.queries.definition_filters import list_definition_rows
from shoal.store.queries.definitions import Definition, find_definitions
from shoal.store.queries.job_definitions import JobPlace

_CHUNK = 1000
_MARK = "~"
_BODY_MARK = "~body"


class JobDefinition(NamedTuple):
    """The jobs of one element. ``job_type`` and ``configuration`` are Camunda 7's."""

    id: str
    definition_id: str
    definition_key: str
    deployment_id: str
    tenant_id: str | None
    activity_id: str
    kind: str
    """That of its jobs."""
    job_type: str
    configuration: str
    suspended: bool
    priority: int | None
    """Overrides that of the model for new jobs."""


def list_job_definitions(ctx: Context, definition_id: str) -> list[JobDefinition]:
    """The job definitions of a process definition, in the order of the model. NotFoundError."""
    with ctx.database.read() as tx:
        return _of(ctx, tx, definition_id)


def list_all_job_definitions(ctx: Context, wanted: DefinitionFilter) -> list[JobDefinition]:
    """The job definitions of all process definitions that match; three statements for all of them."""
    with ctx.database.read() as tx:
        rows = list_definition_rows(tx, wanted)
        return _of_all(ctx, tx, find_definitions(tx, [each.id for each in rows]))


def find_job_definition(ctx: Context, job_definition_id: str) -> JobDefinition:
    """One job definition. NotFoundError."""
    place = place_of(job_definition_id)
    with ctx.database.read() as tx:
        for each in _of(ctx, tx, place.definition_id):
            if each.id == job_definition_id:
                return each
    raise _unknown(job_definition_id)


def suspend_job_definitions(
    ctx: Context,
    *,
    job_definition_id: str | None = None,
    definition_id: str | None = None,
    key: str | None = None,
    tenant_id: str | None = None,
    without_tenant: bool = False,
    include_jobs: bool = False,
) -> None:
    """New jobs of the element, or of any element of a definition or of all versions of a key, are suspended.

    ``include_jobs``: those that are there too. NotFoundError.
    """
    _set(ctx, job_definition_id, definition_id, key, tenant_id, without_tenant, include_jobs, True)


def resume_job_definitions(
    ctx: Context,
    *,
    job_definition_id: str | None = None,
    definition_id: str | None = None,
    key: str | None = None,
    tenant_id: str | None = None,
    without_tenant: bool = False,
    include_jobs: bool = False,
) -> None:
    """New jobs are worked on again; the same rules as ``suspend_job_definitions``."""
    _set(ctx, job_definition_id, definition_id, key, tenant_id, without_tenant, include_jobs, False)


def set_job_definition_retries(ctx: Context, job_definition_id: str, change: RetryChange) -> int:
    """Give tries to the jobs of the element that have none left, a thousand at a time; to how many.

    Their incidents are resolved. NotFoundError.
    """
    found = find_job_definition(ctx, job_definition_id)
    place = JobPlace(found.definition_id, found.activity_id, found.kind)
    changed = 0
    after_id: str | None = None
    while True:
        with ctx.database.write() as tx:
            page = job_definitions.jobs_without_retries(tx, place, after_id=after_id, limit=_CHUNK)
            if not page:
                return changed
            changed += len(set_job_retries(ctx, tx, page, change, clock.now(), wait=True).succeeded)
        after_id = page[-1]


def set_job_definition_priority(
    ctx: Context, job_definition_id: str, priority: int | None, *, include_jobs: bool = False
) -> None:
    """Give new jobs of the element that priority instead of the model's; None: the model's again.

    ``include_jobs``: also those that are there. InputError: no number of 32 bits, or none with jobs. NotFoundError.
    """
    if priority is not None and not -(2**31) <= priority < 2**31:
        raise InputError(f"priority: a whole number of 32 bits, not {priority}", field="priority")
    if priority is None and include_jobs:
        raise InputError("the priority of jobs that are there cannot be taken away", field="includeJobs")
    found = find_job_definition(ctx, job_definition_id)
    place = JobPlace(found.definition_id, found.activity_id, found.kind)
    with ctx.database.write() as tx:
        job_definitions.set_priority(tx, place, priority)
        if include_jobs and priority is not None:
            job_definitions.set_priority_of_jobs(tx, place, priority)


def id_of(place: JobPlace) -> str:
    """The id of a job definition: the same for ever, and known without a look-up."""
    activity_id = place.activity_id.removesuffix(BODY) + (_BODY_MARK if place.activity_id.endswith(BODY) else "")
    return _MARK.join((place.definition_id, place.kind, activity_id))


def place_of(job_definition_id: str) -> JobPlace:
    """What an id means. NotFoundError if it means nothing."""
    definition_id, first, rest = job_definition_id.partition(_MARK)
    kind, second, activity_id = rest.partition(_MARK)
    if not (first and second and activity_id and is_id(definition_id)):
        raise _unknown(job_definition_id)
    if activity_id.endswith(_BODY_MARK):
        activity_id = activity_id.removesuffix(_BODY_MARK) + BODY
    return JobPlace(definition_id, activity_id, kind)


def _unknown(job_definition_id: str) -> NotFoundError:
    return NotFoundError(f"there is no job definition '{job_definition_id}'", job_definition_id=job_definition_id)


def _set(
    ctx: Context,
    job_definition_id: str | None,
    definition_id: str | None,
    key: str | None,
    tenant_id: str | None,
    without_tenant: bool,
    include_jobs: bool,
    suspended: bool,
) -> None:
    if sum(each is not None for each in (job_definition_id, definition_id, key)) != 1:
        raise InputError("name a job definition, a process definition or its key", field="jobDefinitionId")
    if job_definition_id is not None:
        found = find_job_definition(ctx, job_definition_id)
        places = [JobPlace(found.definition_id, found.activity_id, found.kind)]
    else:
        with ctx.database.read() as tx:
            named = named_definitions(tx, definition_id, key, tenant_id, without_tenant)
            places = [
                JobPlace(each.definition_id, each.activity_id, each.kind)
                for one in named
                for each in _of(ctx, tx, one)
            ]
    with ctx.database.write() as tx:
        job_definitions.set_suspended(tx, places, suspended)
        if include_jobs:
            job_definitions.set_suspended_of_jobs(tx, places, suspended)


def _of(ctx: Context, tx: Tx, definition_id: str) -> list[JobDefinition]:
    stored = find_definitions(tx, [definition_id]) if is_id(definition_id) else {}
    if definition_id not in stored:
        raise NotFoundError(f"there is no process definition '{definition_id}'", definition_id=definition_id)
    return _of_all(ctx, tx, stored)


def _of_all(ctx: Context, tx: Tx, stored: Mapping[str, Definition]) -> list[JobDefinition]:
    said = job_definitions.said_of(tx, list(stored))
    models = ctx.catalog.get_many(tx, list(stored))
    found: list[JobDefinition] = []
    for definition_id, definition in stored.items():
        for activity_id, kind, job_type, configuration in job_makers(models[definition_id].process):
            place = JobPlace(definition_id, activity_id, kind)
            suspended, priority = said.get(place, (False, None))
            found.append(
                JobDefinition(
                    id_of(place),
                    definition_id,
                    definition.key,
                    definition.deployment_id,
                    definition.tenant_id,
                    activity_id,
                    kind,
                    job_type,
                    configuration,
                    suspended,
                    priority,
                )
            )
    return found
