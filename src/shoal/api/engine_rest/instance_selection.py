"""Which instances a request is about: ids united with queries, as bodies of bulk requests say it."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.views import Body
from shoal.camunda.queries.historic_process_instance import HistoricProcessInstanceQuery
from shoal.camunda.queries.process_instance import ProcessInstanceQuery
from shoal.engine import Engine
from shoal.filters import InstanceFilter

_MOST = 1_000_000


class SelectionBody(Body):
    """Ids and queries; what any of them finds."""

    process_instance_ids: list[str | None] | None = None
    process_instance_query: ProcessInstanceQuery | None = None
    historic_process_instance_query: HistoricProcessInstanceQuery | None = None

    @property
    def is_said(self) -> bool:
        """Whether anything was said, be it that nothing is meant."""
        return any(
            each is not None
            for each in (
                self.process_instance_ids,
                self.process_instance_query,
                self.historic_process_instance_query,
            )
        )

    def ids(self, refusal: str) -> list[str]:
        """The ids. CamundaError with that text: one of them is null."""
        return without_null(self.process_instance_ids, refusal)

    def filters(self) -> list[InstanceFilter]:
        """The filters of the queries."""
        queries = (self.process_instance_query, self.historic_process_instance_query)
        return [each.filter() for each in queries if each is not None]

    def found(self, engine: Engine, refusal: str) -> list[str]:
        """The ids, and those of running instances that the queries find."""
        found = dict.fromkeys(self.ids(refusal))
        for each in self.filters():
            if each.running is False:
                continue
            running = each.model_copy(update={"running": True})
            found |= dict.fromkeys(row.id for row in engine.instances.list(running, sort="id", limit=_MOST))
        return list(found)


def without_null(given: Sequence[str | None] | None, refusal: str) -> list[str]:
    """The ids. CamundaError with that text: one of them is null."""
    ids = [each for each in given or () if each is not None]
    if len(ids) != len(given or ()):
        raise CamundaError(refusal, kind="BadUserRequestException", code=0)
    return ids
