"""What changes of a definition after its deployment, and its removal."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import case, func, select, update

from shoal.store.database import Tx
from shoal.store.tables.definitions import deployment, deployment_resource, process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.job_definitions import job_definition_state
from shoal.store.tables.jobs import incident, job
from shoal.store.within import within

_t = process_definition.c
_i = process_instance.c


def versions_of(tx: Tx, key: str, tenant_id: str | None, *, any_tenant: bool) -> list[str]:
    """The ids of all versions of a key: of one tenant (None: of none), or of ``any_tenant``."""
    statement = select(_t.id).where(_t.key == key, _t.deleted_at.is_(None)).order_by(_t.id)
    if not any_tenant:
        statement = statement.where(_t.tenant_id.is_not_distinct_from(tenant_id))
    return list(tx.execute(statement).scalars())


def set_suspended(tx: Tx, ids: Sequence[str], suspended: bool) -> None:
    """Suspend or resume definitions."""
    tx.execute(update(process_definition).where(within(_t.id, ids)).values(suspended=suspended))


def resume_jobs(tx: Tx, ids: Sequence[str], *, of_instances: bool) -> None:
    """Resume the jobs of the definitions that start instances, and with ``of_instances`` all others too."""
    statement = update(job).where(within(job.c.definition_id, ids), job.c.suspended.is_(True))
    if not of_instances:
        statement = statement.where(job.c.instance_id.is_(None))
    tx.execute(statement.values(suspended=False))


def set_history_ttl(tx: Tx, ids: Sequence[str], days: int | None) -> None:
    """For how long history is kept; None: for ever."""
    tx.execute(update(process_definition).where(within(_t.id, ids)).values(history_ttl_days=days))


def instances_of(
    tx: Tx, definition_id: str, *, running: bool | None, suspended: bool | None, after_id: str | None, limit: int
) -> list[str]:
    """A page of the ids of the definition's instances, hidden ones included."""
    statement = select(_i.id).where(_i.definition_id == definition_id)
    if running is not None:
        statement = statement.where(_i.state == "active" if running else _i.state != "active")
    if suspended is not None:
        statement = statement.where(_i.suspended.is_(suspended))
    if after_id is not None:
        statement = statement.where(_i.id > after_id)
    return list(tx.execute(statement.order_by(_i.id).limit(limit)).scalars())


def count_instances_of(tx: Tx, definition_ids: Sequence[str]) -> tuple[int, int]:
    """How many instances of the definitions run, and how many have ended."""
    running = func.sum(case((_i.state == "active", 1), else_=0))
    row = tx.execute(select(func.count(), running).where(within(_i.definition_id, definition_ids))).one()
    return int(row[1] or 0), int(row[0]) - int(row[1] or 0)


def lock_definitions(tx: Tx, ids: Sequence[str]) -> None:
    """Nobody can start instances of the definitions until the transaction ends."""
    statement = select(_t.id).where(within(_t.id, ids)).order_by(_t.id)
    tx.execute(tx.dialect.locked(statement, of=process_definition, skip=False)).all()


def keep_definitions(tx: Tx, ids: Collection[str]) -> bool:
    """Keep the definitions from being removed until the transaction ends; False if one is gone already."""
    statement = select(_t.id).where(within(_t.id, sorted(ids))).order_by(_t.id)
    found = tx.execute(statement.with_for_update(read=True, key_share=True)).all()
    return len(found) == len(ids)


def deployment_exists(tx: Tx, deployment_id: str) -> bool:
    """Whether there is such a deployment."""
    return tx.execute(select(deployment.c.id).where(deployment.c.id == deployment_id)).first() is not None


def definitions_in(tx: Tx, deployment_id: str) -> list[str]:
    """All definitions of a deployment, hidden ones included."""
    return list(tx.execute(select(_t.id).where(_t.deployment_id == deployment_id).order_by(_t.id)).scalars())


def delete_definition_rows(tx: Tx, ids: Sequence[str]) -> None:
    """Remove definitions of which there are no instances, and what else belongs to them."""
    tx.execute(job_definition_state.delete().where(within(job_definition_state.c.definition_id, ids)))
    tx.execute(job.delete().where(within(job.c.definition_id, ids), job.c.instance_id.is_(None)))
    tx.execute(incident.delete().where(within(incident.c.definition_id, ids), incident.c.instance_id.is_(None)))
    tx.execute(process_definition.delete().where(within(_t.id, ids)))


def delete_deployment_rows(tx: Tx, deployment_id: str) -> None:
    """Remove a deployment that has no definitions any more, and its files."""
    tx.execute(deployment_resource.delete().where(deployment_resource.c.deployment_id == deployment_id))
    tx.execute(deployment.delete().where(deployment.c.id == deployment_id))
