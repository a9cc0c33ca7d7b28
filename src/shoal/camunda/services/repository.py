"""``engine.repository_service``: deployments and process definitions."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Self

from shoal.camunda.queries.deployment import DeploymentQuery
from shoal.camunda.queries.process_definition import ProcessDefinitionQuery
from shoal.camunda.services.entity import DEFINITION, DEPLOYMENT, Entity
from shoal.camunda.services.finding import by_filter
from shoal.camunda.services.query import QueryBuilder
from shoal.commands.deploy import Deployment
from shoal.engine import Engine


class DeploymentBuilder:
    """Camunda 7: ``DeploymentBuilder``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._files: dict[str, bytes] = {}
        self._said: dict[str, Any] = {}

    def add_string(self, resource_name: str, text: str) -> Self:
        """A file, by its text."""
        return self.add_bytes(resource_name, text.encode())

    def add_bytes(self, resource_name: str, content: bytes) -> Self:
        """A file, by its bytes. Java: ``addInputStream``."""
        self._files[resource_name] = content
        return self

    def add_file(self, path: str | Path) -> Self:
        """A file, by its path. Java: ``addClasspathResource``. OSError."""
        return self.add_bytes(Path(path).name, Path(path).read_bytes())

    def name(self, name: str) -> Self:
        """The name of the deployment."""
        self._said["name"] = name
        return self

    def source(self, source: str) -> Self:
        """Where it comes from."""
        self._said["source"] = source
        return self

    def tenant_id(self, tenant_id: str) -> Self:
        """To whom it belongs."""
        self._said["tenant_id"] = tenant_id
        return self

    def enable_duplicate_filtering(self, deploy_changed_only: bool = False) -> Self:
        """The same files under the same name are not deployed again; or only those that changed are."""
        self._said |= {"filter_duplicates": True, "changed_only": deploy_changed_only}
        return self

    def activate_process_definitions_on(self, date: datetime) -> Self:
        """The definitions are suspended until then."""
        self._said["activate_at"] = date
        return self

    def deploy(self) -> Deployment:
        """Deploy all files or none. ModelRejectedError: every fault of every file."""
        return self._engine.definitions.deploy(contents=self._files, **self._said)


class RepositoryService:
    """Camunda 7: ``RepositoryService``. Everything about one definition or deployment raises NotFoundError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create_deployment(self) -> DeploymentBuilder:
        """Deploy files."""
        return DeploymentBuilder(self._engine)

    def delete_deployment(
        self,
        deployment_id: str,
        cascade: bool = False,
        skip_custom_listeners: bool = False,
        skip_io_mappings: bool = False,
    ) -> None:
        """Delete it with its definitions; ``cascade``: with their instances. ConflictError: there are some."""
        self._engine.definitions.delete_deployment(
            deployment_id,
            cascade=cascade,
            skip_custom_listeners=skip_custom_listeners,
            skip_io_mappings=skip_io_mappings,
        )

    def delete_process_definition(
        self,
        process_definition_id: str,
        cascade: bool = False,
        skip_custom_listeners: bool = False,
        skip_io_mappings: bool = False,
    ) -> None:
        """Delete it; ``cascade``: with its instances. ConflictError: there are some."""
        self._engine.definitions.delete(
            process_definition_id,
            cascade=cascade,
            skip_custom_listeners=skip_custom_listeners,
            skip_io_mappings=skip_io_mappings,
        )

    def get_process_definition(self, process_definition_id: str) -> Entity:
        """One definition."""
        return Entity(self._engine.definitions.get(process_definition_id), DEFINITION)

    def get_process_model(self, process_definition_id: str) -> bytes:
        """The file that it is in."""
        return self._engine.definitions.model(process_definition_id)

    def get_deployment_resource_names(self, deployment_id: str) -> list[str]:
        """The names of the files."""
        return [each.name for each in self._engine.deployments.resources(deployment_id)]

    def get_resource(self, deployment_id: str, resource_name: str) -> bytes:
        """A file. Java: ``getResourceAsStream``."""
        return self._engine.deployments.content(deployment_id, name=resource_name)[1]

    def suspend_process_definition_by_id(
        self,
        process_definition_id: str,
        suspend_process_instances: bool = False,
        suspension_date: datetime | None = None,
    ) -> None:
        """Nothing starts from it; its instances are suspended, too, if that is said. Now, or then."""
        self._engine.definitions.suspend(
            definition_id=process_definition_id, include_instances=suspend_process_instances, at=suspension_date
        )

    def suspend_process_definition_by_key(
        self,
        process_definition_key: str,
        suspend_process_instances: bool = False,
        suspension_date: datetime | None = None,
    ) -> None:
        """The same for all versions."""
        self._engine.definitions.suspend(
            process_definition_key, include_instances=suspend_process_instances, at=suspension_date
        )

    def activate_process_definition_by_id(
        self,
        process_definition_id: str,
        activate_process_instances: bool = False,
        activation_date: datetime | None = None,
    ) -> None:
        """Let it go on."""
        self._engine.definitions.resume(
            definition_id=process_definition_id, include_instances=activate_process_instances, at=activation_date
        )

    def activate_process_definition_by_key(
        self,
        process_definition_key: str,
        activate_process_instances: bool = False,
        activation_date: datetime | None = None,
    ) -> None:
        """The same for all versions."""
        self._engine.definitions.resume(
            process_definition_key, include_instances=activate_process_instances, at=activation_date
        )

    def update_process_definition_history_time_to_live(
        self, process_definition_id: str, history_time_to_live: int | None
    ) -> None:
        """Days that history is kept after the end; None: for ever."""
        self._engine.definitions.set_history_time_to_live(process_definition_id, history_time_to_live)

    def create_process_definition_query(self) -> QueryBuilder[ProcessDefinitionQuery, Entity]:
        """Process definitions."""
        definitions = self._engine.definitions
        return by_filter(
            ProcessDefinitionQuery,
            DEFINITION,
            definitions.find,
            definitions.count,
            {"process_definition_keys_in": "keys_in", "process_definition_version": "version"},
        )

    def create_deployment_query(self) -> QueryBuilder[DeploymentQuery, Entity]:
        """Deployments."""
        deployments = self._engine.deployments
        return by_filter(
            DeploymentQuery,
            DEPLOYMENT,
            deployments.find,
            deployments.count,
        )
