"""Conditions on instances that look at what belongs to them: activities, incidents, jobs, variables."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Exists, and_, exists, or_

from shoal.filters import InstanceFilter
from shoal.store.queries import filter_values
from shoal.store.queries.incident_conditions import incident_conditions
from shoal.store.queries.variable_conditions import has_variable
from shoal.store.tables.history import activity_instance, job_log
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import incident, job

Conditions = list[ColumnElement[bool]]

_t = process_instance.c
_a = activity_instance.c
_n = incident.c


def dependents(wanted: InstanceFilter, *, together: bool) -> Conditions:
    """What the filter says about them. ``together``: one incident has to meet all that is said of incidents."""
    return [*_activities(wanted), *_incidents(wanted, together), *_jobs(wanted), *_variables(wanted)]


def _activities(wanted: InstanceFilter) -> Conditions:
    found: Conditions = []
    here = exists().where(_a.instance_id == _t.id)
    if wanted.activity_id_in is not None:
        found.append(_token_at(wanted.activity_id_in))
    if wanted.open_activity_id_in is not None:
        at = filter_values.one_of("open_activity_id_in", _a.activity_id, wanted.open_activity_id_in)
        found.append(here.where(at, _a.ended_at.is_(None)))
    if wanted.executed_activity_id_in is not None:
        at = filter_values.one_of("executed_activity_id_in", _a.activity_id, wanted.executed_activity_id_in)
        found.append(here.where(at, _a.ended_at.is_not(None)))
    times: Conditions = []
    if (after := wanted.executed_activity_after) is not None:
        times.append(or_(_a.started_at >= after, _a.ended_at >= after))
    if (before := wanted.executed_activity_before) is not None:
        times.append(or_(_a.started_at <= before, _a.ended_at <= before))
    if times:
        found.append(here.where(*times))
    return found


def _token_at(activity_ids: tuple[str, ...]) -> ColumnElement[bool]:
    """An activity instance is open there, or a job is about to make one."""
    return or_(
        exists().where(
            _a.instance_id == _t.id,
            filter_values.one_of("activity_id_in", _a.activity_id, activity_ids),
            _a.ended_at.is_(None),
        ),
        exists().where(
            job.c.instance_id == _t.id,
            filter_values.one_of("activity_id_in", job.c.activity_id, activity_ids),
            job.c.kind == "async-before",
        ),
    )


def _incidents(wanted: InstanceFilter, together: bool) -> Conditions:
    said = incident_conditions(wanted)
    if wanted.incident_id_in is not None:
        said.append(filter_values.id_among(_n.id, wanted.incident_id_in))
    if wanted.with_root_incident is not None:
        root = or_(_n.root_cause_id.is_(None), _n.root_cause_id == _n.id)
        said.append(root if wanted.with_root_incident else ~root)
    match wanted.incident_state:
        case None:
            pass
        case "ended":
            said.append(_n.state != "open")
        case state:
            said.append(_n.state == state)
    any_state = wanted.incident_ever or wanted.incident_state is not None
    here: Exists = exists().where(_n.instance_id == _t.id)
    if not any_state:
        here = here.where(_n.state == "open")
    found: Conditions = []
    if wanted.with_incident is not None:
        found.append(here if wanted.with_incident else ~here)
    if not together:
        return found + [here.where(each) for each in said]
    return [*found, here.where(*said)] if said else found


def _jobs(wanted: InstanceFilter) -> Conditions:
    found: Conditions = []
    here = exists().where(job.c.instance_id == _t.id)
    if wanted.with_failed_job is not None:
        failed = here.where(job.c.retries == 0)
        found.append(failed if wanted.with_failed_job else ~failed)
    if wanted.with_retrying_job is not None:
        retrying = here.where(job.c.retries > 0, job.c.error_message.is_not(None))
        found.append(retrying if wanted.with_retrying_job else ~retrying)
    times: Conditions = []
    if wanted.executed_job_after is not None:
        times.append(job_log.c.logged_at >= wanted.executed_job_after)
    if wanted.executed_job_before is not None:
        times.append(job_log.c.logged_at <= wanted.executed_job_before)
    if times:
        found.append(exists().where(and_(job_log.c.instance_id == _t.id, *times)))
    return found


def _variables(wanted: InstanceFilter) -> Conditions:
    return [has_variable(each) for each in wanted.variables or ()]
