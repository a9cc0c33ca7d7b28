"""Two tenants and nobody's: definitions, instances, tasks, jobs and batches of each, and users who look at them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text
from tests.integration.commands.models import CATCH, END, START, TASK, WORK, chain

import shoal
from shoal.engine import Engine

MESSAGE = '<bpmn:message id="m1" name="go"/>'
LATER = (
    "slow",
    '<bpmn:userTask id="slow" camunda:asyncBefore="true">{}</bpmn:userTask>',
)
MODELS = {
    "review": chain("review", START, TASK, END),
    "ship": chain("ship", START, WORK, END),
    "hold": chain("hold", START, CATCH, END, roots=MESSAGE),
    "defer": chain("defer", START, LATER, END),
}
TENANTS = ("north", "south", None)


class Scene:
    """An engine with the same things in every tenant, and users for them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.definitions: dict[Any, dict[str, str]] = {}
        self.deployments: dict[Any, str] = {}
        self.instances: dict[Any, dict[str, str]] = {}
        for tenant in TENANTS:
            contents = {f"{key}.bpmn": model for key, model in MODELS.items()}
            deployed = engine.definitions.deploy(contents=contents, tenant_id=tenant, name=f"for {tenant}")
            self.deployments[tenant] = deployed.id
            self.definitions[tenant] = {each.key: each.id for each in deployed.definitions}
            self.instances[tenant] = {
                key: engine.instances.start(
                    definition_id=definition_id,
                    business_key=f"{key} of {tenant}",
                    variables={"of": tenant or "none"},
                )
                for key, definition_id in self.definitions[tenant].items()
            }
        for tenant in ("north", "south"):
            engine.tenants.create(tenant)
            self.user(f"{tenant}-operator", "operator", tenant)
            self.user(f"{tenant}-all", "operator", tenant)
            engine.users.give_role("deployer", user_id=f"{tenant}-all")
        self.user("root", "admin")

    def user(self, user_id: str, role: str | None = None, tenant: str | None = None) -> Engine:
        """A new user, and the engine in their hands."""
        self.engine.users.create(user_id, password=f"pass of {user_id}")
        if role is not None:
            self.engine.users.give_role(role, user_id=user_id)
        if tenant is not None:
            self.engine.tenants.add(tenant, user_id=user_id)
        return self.acting(user_id)

    def acting(self, user_id: str) -> Engine:
        """The engine in the hands of a user."""
        return self.engine.acting_as(self.engine.users.principal(user_id))

    def dump(self) -> dict[str, list[Any]]:
        """Every row of every table."""
        return dump(self.engine)


@contextmanager
def opened(url: str, blobs: Path, **settings: Any) -> Iterator[Engine]:
    """An engine on the database."""
    with shoal.open_engine(url, blob_url=blobs.as_uri(), **settings) as engine:
        yield engine


def dump(engine: Engine) -> dict[str, list[Any]]:
    """Every row of every table, sorted."""
    from shoal.store.tables import metadata

    with engine._context.database.read() as tx:
        return {
            table.name: sorted(map(repr, tx.execute(text(f'SELECT * FROM "{table.name}"')).all()))
            for table in metadata.sorted_tables
        }
