"""Forms in Camunda 7's names: which one, not how it looks."""

from __future__ import annotations

from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.views import View
from shoal.bpmn.events import StartEvent
from shoal.expressions import Expression

_DEPLOYED = ("embedded:deployment:", "camunda-forms:deployment:", "deployment:")


class FormRefView(View):
    """Camunda 7: CamundaFormRef."""

    key: str | None
    binding: str | None
    version: int | None


class FormView(View):
    """Camunda 7: FormDto."""

    key: str | None
    camunda_form_ref: FormRefView | None
    context_path: str | None = None


def form_of(event: StartEvent | None) -> FormView:
    """The form of a start event; expressions stand as they are written."""
    if event is None:
        return FormView(key=None, camunda_form_ref=None)
    reference = None
    if event.form_ref is not None:
        version = _text(event.form_ref_version)
        reference = FormRefView(
            key=_text(event.form_ref),
            binding=event.form_ref_binding,
            version=int(version) if version is not None and version.isdecimal() else None,
        )
    return FormView(key=_text(event.form_key), camunda_form_ref=reference)


def deployed_form(key: str | None) -> str:
    """The name of the file that a form key means. CamundaError if it means none of the deployment."""
    for prefix in _DEPLOYED:
        if key is not None and key.startswith(prefix):
            return key.removeprefix(prefix)
    raise CamundaError(f"The form key '{key}' does not reference a deployed form.", kind="InvalidRequestException")


def _text(expression: Expression | None) -> str | None:
    if expression is None:
        return None
    return expression.literal_value if expression.is_literal else expression.text
