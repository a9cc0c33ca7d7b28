"""Decisions: their definitions, and what came of evaluating them.

An evaluated decision is a header of its own: its inputs and outputs have no removal time, no tenant and no
instance but those of their decision.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Double, Index, Integer, Table, Text, func

from shoal.store.tables.columns import Id, Instant
from shoal.store.tables.metadata import metadata
from shoal.store.tables.variables import value_columns

decision_definition = Table(
    "decision_definition",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text),
    Column("version_tag", Text),
    Column("deployment_id", Id, nullable=False),
    Column("resource_name", Text, nullable=False),
    Column("tenant_id", Text),
    Column("requirements_id", Id),
    Column("requirements_key", Text),
    Column("history_ttl_days", Integer),
    Column("created_at", Instant, nullable=False),
)
Index(
    "uq_decision_definition_version",
    decision_definition.c.key,
    decision_definition.c.version,
    func.coalesce(decision_definition.c.tenant_id, ""),
    unique=True,
)
Index("ix_decision_definition_deployment_id", decision_definition.c.deployment_id)

decision_instance = Table(
    "decision_instance",
    metadata,
    Column("id", Id, primary_key=True),
    Column("definition_id", Id, nullable=False),
    Column("definition_key", Text, nullable=False),
    Column("definition_name", Text),
    Column("requirements_id", Id),
    Column("requirements_key", Text),
    Column("root_decision_id", Id),
    Column("instance_id", Id),
    Column("root_instance_id", Id),
    Column("process_definition_id", Id),
    Column("activity_id", Text),
    Column("activity_instance_id", Id),
    Column("tenant_id", Text),
    Column("user_id", Text),
    Column("collect_result", Double),
    Column("evaluated_at", Instant, nullable=False),
    Column("removal_time", Instant),
    CheckConstraint("(instance_id IS NULL) = (root_instance_id IS NULL)", name="instance"),
    Index("ix_decision_instance_definition_id", "definition_id", "id"),
)
"""``root_decision_id`` is null in the decision that was asked, and names it in those that it required.
``instance_id`` is null where no process asked. ``collect_result``: the number of a hit policy that collects."""

for _name in ("root_decision_id", "instance_id", "root_instance_id", "removal_time"):
    _given = decision_instance.c[_name].is_not(None)
    Index(f"ix_decision_instance_{_name}", decision_instance.c[_name], postgresql_where=_given, sqlite_where=_given)

decision_input = Table(
    "decision_input",
    metadata,
    Column("id", Id, primary_key=True),
    Column("decision_id", Id, nullable=False),
    Column("clause_id", Text),
    Column("clause_name", Text),
    *value_columns(),
    Index("ix_decision_input_decision_id", "decision_id"),
)

decision_output = Table(
    "decision_output",
    metadata,
    Column("id", Id, primary_key=True),
    Column("decision_id", Id, nullable=False),
    Column("clause_id", Text),
    Column("clause_name", Text),
    Column("rule_id", Text),
    Column("rule_order", Integer),
    Column("variable_name", Text),
    *value_columns(),
    Index("ix_decision_output_decision_id", "decision_id"),
)
