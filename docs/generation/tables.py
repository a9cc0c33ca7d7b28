"""The page of the tables of the database."""

from __future__ import annotations

from docs.generation.markdown import code, page, table
from sqlalchemy import CheckConstraint, Index, Table
from sqlalchemy.dialects import postgresql, sqlite

from shoal.store.tables import metadata

FAMILIES = {
    "Definitions": ("deployment", "deployment_resource", "process_definition"),
    "Instances": ("process_instance", "instance_state", "variable", "variable_update", "blob"),
    "Waits": (
        "event_subscription",
        "external_task",
        "user_task",
        "identity_link",
        "task_comment",
        "attachment",
        "job",
        "job_definition_state",
    ),
    "History": (
        "activity_instance",
        "job_log",
        "external_task_log",
        "identity_link_log",
        "incident",
    ),
    "Decisions": ("decision_definition", "decision_instance", "decision_input", "decision_output"),
    "Batches": ("batch", "batch_tenant", "batch_requested_id", "batch_chunk", "batch_element"),
    "People": (
        "account",
        "access_token",
        "role_grant",
        "account_group",
        "group_member",
        "tenant",
        "tenant_member",
        "authorization_rule",
        "user_operation",
    ),
}


def content() -> str:
    """Every table with its columns, constraints and indexes."""
    blocks: list[str] = []
    placed = {name for names in FAMILIES.values() for name in names}
    others = tuple(name for name in sorted(metadata.tables) if name not in placed)
    for family, names in {**FAMILIES, "Other": others}.items():
        found = [metadata.tables[name] for name in names if name in metadata.tables]
        if found:
            blocks += [f"## {family}", *(_table(each) for each in found)]
    return page(
        "Tables",
        "The tables are not an interface: read them if you must, write them never. Types are shown as PostgreSQL / "
        "SQLite have them. An id is 16 bytes in SQLite; an instant is in microseconds since 1970 there. "
        "[Where state lives](../explanation/where-state-lives.md) says which fact is where, and why.",
        *blocks,
    )


def _table(found: Table) -> str:
    columns = table(
        ("Column", "Type", "Null"),
        [
            (
                f"**{code(each.name)}**" if each.primary_key else code(each.name),
                _type(each.type),
                "yes" if each.nullable else "",
            )
            for each in found.columns
        ],
    )
    checks = sorted(
        code(" ".join(str(each.sqltext).split())) for each in found.constraints if isinstance(each, CheckConstraint)
    )
    indexes = [_index(each) for each in sorted(found.indexes, key=lambda each: str(each.name))]
    blocks = [f"### {found.name}", columns]
    if checks:
        blocks.append("Holds always: " + "; ".join(checks) + ".")
    if indexes:
        blocks.append("Indexes: " + "; ".join(indexes) + ".")
    return "\n\n".join(blocks)


def _type(kind: object) -> str:
    compiled = [kind.compile(dialect=each.dialect()) for each in (postgresql, sqlite)]  # type: ignore[attr-defined]
    first, second = (each.lower() for each in compiled)
    return code(first if first == second else f"{first} / {second}")


def _index(index: Index) -> str:
    on = ", ".join(str(each).partition(".")[2] or str(each) for each in index.expressions)
    return f"{code(on)}{' (unique)' if index.unique else ''}"
