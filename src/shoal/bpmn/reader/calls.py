"""Call activities: which process is called, and which variables go in and out."""

from __future__ import annotations

from shoal.bpmn.activities import CallActivity
from shoal.bpmn.extensions import Code, CodeKind
from shoal.bpmn.reader.access import attribute, engine_attribute
from shoal.bpmn.reader.activities import activity_fields
from shoal.bpmn.reader.mappings import read_variable_mappings
from shoal.bpmn.reader.references import read_binding
from shoal.bpmn.reader.site import Site


def read_call_activity(site: Site) -> CallActivity:
    """A call activity that calls a process; calling a CMMN case is refused."""
    called = attribute(site.element, "calledElement")
    expression = None
    if engine_attribute(site.element, "caseRef") is not None:
        site.fault("calling a CMMN case (camunda:caseRef) is not executed", "calledElement")
    elif not called or not called.strip():
        site.fault("missing attribute 'calledElement'", "the key of a process, or an expression")
    else:
        expression = site.findings.expression(site.owner, called.strip(), "calledElement")
    reference = read_binding(site, "calledElement")
    return CallActivity(
        **activity_fields(site),
        called_element=expression,
        binding=reference.binding,
        version=reference.version,
        version_tag=reference.version_tag,
        tenant_id=reference.tenant_id,
        inputs=read_variable_mappings(site.element, "in", site.owner, site.findings),
        outputs=read_variable_mappings(site.element, "out", site.owner, site.findings),
        mapping_code=_mapping_code(site),
    )


def _mapping_code(site: Site) -> Code | None:
    class_name = engine_attribute(site.element, "variableMappingClass")
    if class_name:
        return Code(CodeKind.CLASS, name=class_name.strip())
    delegate = site.expression("variableMappingDelegateExpression")
    if delegate is not None:
        return Code(CodeKind.DELEGATE_EXPRESSION, expression=delegate)
    return None
