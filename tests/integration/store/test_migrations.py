"""Upgrading databases."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import MetaData, inspect, text
from sqlalchemy.engine import Inspector

from shoal.errors import UnavailableError
from shoal.store.database import Database
from shoal.store.migrations import check_schema, current_revision, newest_revision, upgrade
from shoal.store.tables import metadata


def test_an_empty_database_is_refused_until_it_is_upgraded(new_database: Callable[..., Database]) -> None:
    database = new_database(empty=True)
    assert current_revision(database) is None
    with pytest.raises(UnavailableError, match="has no tables yet"):
        check_schema(database)
    upgrade(database)
    upgrade(database)
    check_schema(database)
    assert current_revision(database) == newest_revision()


def test_a_newer_database_is_refused(new_database: Callable[..., Database]) -> None:
    database = new_database()
    with database.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for act in (upgrade, check_schema):
        with pytest.raises(UnavailableError, match="newer version"):
            act(database)


def test_several_processes_may_upgrade_at_once(new_database: Callable[..., Database]) -> None:
    database = new_database(empty=True)
    others = [Database(database.url) for _ in range(4)]
    errors: list[Exception] = []

    def run(each: Database) -> None:
        try:
            upgrade(each)
        except Exception as error:  # noqa: BLE001 - a thread cannot raise for the test
            errors.append(error)

    threads = [threading.Thread(target=run, args=(each,)) for each in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in others:
        each.close()
    assert not errors
    check_schema(database)


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
def test_the_revisions_make_what_the_tables_say(new_database: Callable[..., Database]) -> None:
    migrated = new_database()
    declared = new_database(empty=True)
    metadata.create_all(declared.engine)
    assert _schema(inspect(migrated.engine)) == _schema(inspect(declared.engine))
    assert _indexes(migrated) == _indexes(declared)


def _schema(found: Inspector) -> dict[str, object]:
    tables = [each for each in found.get_table_names() if each != "alembic_version"]
    reflected = MetaData()
    reflected.reflect(found.bind, only=tables)
    return {
        table: {
            "columns": [
                (each["name"], str(each["type"]), each["nullable"], each["default"])
                for each in found.get_columns(table)
            ],
            "key": found.get_pk_constraint(table),
            "foreign": sorted(map(str, found.get_foreign_keys(table))),
            "checks": sorted(str((each["name"], each["sqltext"])) for each in found.get_check_constraints(table)),
            "indexes": sorted(
                str(
                    (
                        each["name"],
                        each["column_names"],
                        each["unique"],
                        {k: str(v) for k, v in each.get("dialect_options", {}).items()},
                    )
                )
                for each in found.get_indexes(table)
            ),
        }
        for table in sorted(tables)
    }


def _indexes(database: Database) -> list[str]:
    """Every index as the database itself writes it down, expressions and conditions included."""
    statement = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name <> :other",
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> :other",
    }[database.dialect.name]
    with database.read() as tx:
        return sorted(tx.execute(text(statement), {"other": "alembic_version"}).scalars())
