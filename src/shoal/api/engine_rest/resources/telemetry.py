"""``/telemetry``: nothing is ever sent to anybody; what would be is shown."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import Field

from shoal.api.acting import Acting
from shoal.api.engine_rest.routing import dialect_router
from shoal.api.engine_rest.views import Body, CamundaDate, View
from shoal.store.queries.history.metrics import HAPPENINGS

_EDITION = "community"


class TelemetryConfigurationView(View):
    """Camunda 7: TelemetryConfigurationDto."""

    enable_telemetry: bool


class TelemetryConfigurationBody(Body):
    """Camunda 7: TelemetryConfigurationDto."""

    enable_telemetry: bool | None = None


class AbstractVendorView(View):
    """Camunda 7: AbstractVendorVersionInformationDto."""

    vendor: str | None
    version: str | None


class TelemetryCountView(View):
    """Camunda 7: TelemetryCountDto."""

    count: int


class TelemetryInternalsView(View):
    """Camunda 7: TelemetryInternalsDto."""

    database: AbstractVendorView
    application_server: AbstractVendorView | None = Field(alias="application-server")
    license_key: dict[str, Any] | None = Field(alias="license-key")
    commands: dict[str, TelemetryCountView]
    metrics: dict[str, TelemetryCountView]
    camunda_integration: list[str] = Field(alias="camunda-integration")
    webapps: list[str]
    jdk: AbstractVendorView
    data_collection_start_date: CamundaDate | None = Field(alias="data-collection-start-date")


class TelemetryProductView(View):
    """Camunda 7: TelemetryProductDto."""

    name: str
    version: str
    edition: str
    internals: TelemetryInternalsView


class TelemetryDataView(View):
    """Camunda 7: TelemetryDataDto."""

    installation: str | None
    product: TelemetryProductView


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/telemetry", "Telemetry")

    @routes.get("/configuration")
    def get_telemetry_configuration() -> TelemetryConfigurationView:
        """Say that nothing is sent."""
        return TelemetryConfigurationView(enable_telemetry=False)

    @routes.post("/configuration", status_code=204)
    def configure_telemetry(body: TelemetryConfigurationBody) -> None:
        """Change nothing. Camunda 7.21: telemetry is gone, the request is still taken."""

    @routes.get("/data")
    def get_telemetry_data(engine: Acting) -> TelemetryDataView:
        """Show the version and what happened, as Camunda 7 shows it."""
        nothing = AbstractVendorView(vendor=None, version=None)
        counts = {name: TelemetryCountView(count=engine.metrics.total(name)) for name in HAPPENINGS}
        internals = TelemetryInternalsView.model_validate(
            {
                "database": nothing,
                "application-server": None,
                "license-key": None,
                "commands": {},
                "metrics": counts,
                "camunda-integration": [],
                "webapps": [],
                "jdk": nothing,
                "data-collection-start-date": None,
            }
        )
        product = TelemetryProductView(name="Shoal", version=engine.version, edition=_EDITION, internals=internals)
        return TelemetryDataView(installation=None, product=product)

    return routes
