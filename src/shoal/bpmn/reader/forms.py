"""Forms of user tasks and start events: the engine stores which one, it does not render it."""

from __future__ import annotations

from dataclasses import dataclass

from shoal.bpmn.reader.access import engine_attribute
from shoal.bpmn.reader.site import Site
from shoal.expressions import Expression

BINDINGS = ("deployment", "latest", "version")


@dataclass(frozen=True, slots=True)
class Form:
    """camunda:formKey, or camunda:formRef with its binding."""

    key: Expression | None = None
    reference: Expression | None = None
    binding: str | None = None
    version: Expression | None = None


def read_form(site: Site) -> Form:
    """The form of the element, if it has one."""
    form = Form(
        key=site.expression("formKey"),
        reference=site.expression("formRef"),
        binding=engine_attribute(site.element, "formRefBinding"),
        version=site.expression("formRefVersion"),
    )
    if form.reference is None:
        return form
    if form.key is not None:
        site.fault("only one of the attributes formKey and formRef is allowed", "one of them")
    if form.binding not in BINDINGS:
        site.fault(
            f"value for formRefBinding attribute has to be one of {', '.join(BINDINGS)}, but was '{form.binding}'",
            ", ".join(BINDINGS),
        )
    return form
