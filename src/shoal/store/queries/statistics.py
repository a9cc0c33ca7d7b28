"""How many instances, failed jobs and incidents there are, by definition or by activity: one statement each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, select

from shoal.filters import InstanceFilter
from shoal.store.database import Tx
from shoal.store.queries.instance_filters import conditions
from shoal.store.queries.visibility import visible
from shoal.store.tables.history import activity_instance
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import incident, job
from shoal.store.within import within

_i = process_instance.c
_SCOPES = (
    "processDefinition",
    "process",
    "subProcess",
    "transaction",
    "adHocSubProcess",
    "eventSubProcess",
    "multiInstanceBody",
)


class IncidentsWanted(NamedTuple):
    """Which open incidents are counted: all, those of one type, or only those that no other one caused."""

    type: str | None = None
    only_roots: bool = False


class StatisticsRow(NamedTuple):
    """The numbers of one definition or activity."""

    id: str
    instances: int
    failed_jobs: int
    incidents: dict[str, int]


class HistoricStatisticsRow(NamedTuple):
    """What became of the instances of one activity."""

    id: str
    instances: int
    canceled: int
    finished: int
    complete_scope: int
    open_incidents: int
    resolved_incidents: int
    deleted_incidents: int


def statistics_by_definition(
    tx: Tx, definition_ids: Sequence[str], *, failed_jobs: bool, incidents: IncidentsWanted | None
) -> list[StatisticsRow]:
    """Of each definition, in their order: running instances, jobs without retries, open incidents by type."""
    of = within(_i.definition_id, definition_ids)
    running = _counts(
        tx, select(_i.definition_id, func.count()).where(of, visible(), _i.state == "active"), _i.definition_id
    )
    failed = (
        _failed_jobs(tx, job.c.definition_id, within(job.c.definition_id, definition_ids)) if failed_jobs else {}
    )
    found = _incidents(tx, incident.c.definition_id, within(incident.c.definition_id, definition_ids), incidents)
    return [
        StatisticsRow(each, running.get(each, 0), failed.get(each, 0), found.get(each, {}))
        for each in definition_ids
    ]


def statistics_by_activity(
    tx: Tx, definition_id: str, *, failed_jobs: bool, incidents: IncidentsWanted | None
) -> list[StatisticsRow]:
    """Of each activity at which tokens are, or of which jobs failed or incidents are open, by id.

    Camunda 7: scopes are not counted, only what is in them; what is about to begin asynchronously is.
    """
    a = activity_instance.c
    here = and_(_i.definition_id == definition_id, _i.state == "active", visible())
    tokens = _counts(
        tx,
        select(a.activity_id, func.count())
        .join(process_instance, _i.id == a.instance_id)
        .where(here, a.ended_at.is_(None), a.activity_type.not_in(_SCOPES)),
        a.activity_id,
    )
    about_to = _counts(
        tx,
        select(job.c.activity_id, func.count())
        .join(process_instance, _i.id == job.c.instance_id)
        .where(here, job.c.kind == "async-before"),
        job.c.activity_id,
    )
    failed = _failed_jobs(tx, job.c.activity_id, job.c.definition_id == definition_id) if failed_jobs else {}
    found = _incidents(tx, incident.c.activity_id, incident.c.definition_id == definition_id, incidents)
    return [
        StatisticsRow(each, tokens.get(each, 0) + about_to.get(each, 0), failed.get(each, 0), found.get(each, {}))
        for each in sorted(tokens.keys() | about_to.keys() | failed.keys() | found.keys())
    ]


def historic_statistics(
    tx: Tx,
    definition_id: str,
    filter: InstanceFilter,  # noqa: A002
    *,
    ends: Sequence[str],
    with_incidents: bool,
) -> list[HistoricStatisticsRow]:
    """What became of the activity instances of a definition, by activity id.

    ``filter``: only of these instances; ``ends``: the end events, whose instances complete their scope.
    """
    a = activity_instance.c
    here = and_(_i.definition_id == definition_id, *conditions(filter))
    ended = a.ended_at.is_not(None)
    rows = tx.execute(
        select(
            a.activity_id,
            _sum(~ended),
            _sum(and_(ended, a.cancelled)),
            _sum(ended),
            _sum(and_(ended, a.activity_id.in_(list(ends)))),
        )
        .join(process_instance, _i.id == a.instance_id)
        .where(here)
        .group_by(a.activity_id)
    )
    states: dict[str, dict[str, int]] = {}
    if with_incidents:
        for activity_id, state, number in tx.execute(
            select(incident.c.activity_id, incident.c.state, func.count())
            .join(process_instance, _i.id == incident.c.instance_id)
            .where(here, incident.c.activity_id.is_not(None))
            .group_by(incident.c.activity_id, incident.c.state)
        ):
            states.setdefault(activity_id, {})[state] = int(number)
    numbers = {row[0]: tuple(int(each) for each in row[1:]) for row in rows}
    none = (0, 0, 0, 0)
    return [
        HistoricStatisticsRow(
            each,
            *numbers.get(each, none),
            *(states.get(each, {}).get(state, 0) for state in ("open", "resolved", "deleted")),
        )
        for each in sorted(numbers.keys() | states.keys())
    ]


def _sum(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((condition, 1), else_=0))


def _counts(tx: Tx, statement: Any, by: ColumnElement[Any]) -> dict[str, int]:
    return {row[0]: int(row[1]) for row in tx.execute(statement.group_by(by))}


def _failed_jobs(tx: Tx, by: ColumnElement[Any], of: ColumnElement[bool]) -> dict[str, int]:
    where = (of, by.is_not(None), job.c.retries == 0)
    return _counts(tx, select(by, func.count()).where(*where), by)


def _incidents(
    tx: Tx, by: ColumnElement[Any], of: ColumnElement[bool], wanted: IncidentsWanted | None
) -> dict[str, dict[str, int]]:
    if wanted is None:
        return {}
    statement = select(by, incident.c.kind, func.count()).where(of, by.is_not(None), incident.c.state == "open")
    if wanted.type is not None:
        statement = statement.where(incident.c.kind == wanted.type)
    if wanted.only_roots:
        statement = statement.where(
            incident.c.root_cause_id.is_(None) | (incident.c.root_cause_id == incident.c.id)
        )
    found: dict[str, dict[str, int]] = {}
    for key, kind, number in tx.execute(statement.group_by(by, incident.c.kind)):
        found.setdefault(key, {})[kind] = int(number)
    return found
