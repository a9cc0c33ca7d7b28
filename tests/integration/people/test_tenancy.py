"""Every statement of a transaction for tenants is narrowed, however it is built."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, exists, func, literal, select, text, union_all, update
from tests.integration.people.scene import Scene

from shoal.store.database import Database
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import job
from shoal.store.tables.variables import variable
from shoal.store.within import within

NORTH = frozenset({"north"})


@pytest.fixture
def database(scene: Scene) -> Database:
    """The database as the north sees it."""
    return scene.engine._context.database.narrowed(NORTH)


def test_selects_however_deep(scene: Scene, database: Database) -> None:
    i, v, d = process_instance.c, variable.c, process_definition.c
    south = sorted(scene.instances["south"].values())
    inner = select(i.id, i.tenant_id).limit(1000).subquery()
    aliased = process_instance.alias("other")
    cte = select(i.id).cte("listed")
    statements = [
        select(i.id),
        select(inner.c.id),
        select(aliased.c.id),
        select(cte.c.id),
        select(i.id).where(within(i.id, south)),
        union_all(select(i.id), select(aliased.c.id)),
        select(v.instance_id),
        select(v.instance_id).where(exists(select(1).where(i.id == v.instance_id))),
        select(d.id).join(process_instance, i.definition_id == d.id).with_only_columns(i.id),
        select(i.id).outerjoin(job, job.c.instance_id == i.id),
        select(literal(1).label("one"), i.id).where(i.id.in_(select(v.instance_id))).with_only_columns(i.id),
    ]
    with database.read() as tx:
        for statement in statements:
            found = set(tx.execute(statement).scalars())
            assert not found & set(south), str(statement)
        counted = tx.execute(select(func.count()).select_from(select(i.id).subquery())).scalar_one()
        assert counted == len(tx.execute(select(i.id)).all())
        nowhere = select(i.id).where(~exists(select(1).where(i.id == v.instance_id).correlate(process_instance)))
        assert not set(tx.execute(nowhere).scalars()) & set(south)


def test_updates_and_deletes(scene: Scene, database: Database) -> None:
    i, v = process_instance.c, variable.c
    foreign = scene.instances["south"]["review"]
    before = scene.dump()
    with database.write() as tx:
        assert tx.execute(update(process_instance).where(i.id == foreign).values(suspended=True)).rowcount == 0
        assert tx.execute(delete(process_instance).where(i.id == foreign)).rowcount == 0
        assert tx.execute(delete(variable).where(v.instance_id == foreign)).rowcount == 0
        every = update(variable).values(revision=v.revision)
        mine = tx.execute(every).rowcount
        with tx.whole():
            assert tx.execute(every).rowcount > mine
    assert scene.dump() == before


def test_text_is_refused(database: Database) -> None:
    with database.read() as tx, pytest.raises(TypeError, match="narrowed"):
        tx.execute(text("SELECT * FROM process_instance"))


def test_one_database_seen_with_other_eyes(scene: Scene, database: Database) -> None:
    assert database.whole is scene.engine._context.database
    assert database.narrowed(None).tenants is None
    with database.read() as tx:
        assert tx.tenants == NORTH
