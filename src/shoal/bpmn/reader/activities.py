"""Activities that are not work for a person or another process: tasks by type, and sub-processes."""

from __future__ import annotations

from shoal.bpmn.activities import (
    BusinessRuleTask,
    ManualTask,
    MultiInstance,
    NoneTask,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    StandardLoop,
    SubProcess,
)
from shoal.bpmn.reader.access import attribute, child, engine_attribute, flag, raw_text
from shoal.bpmn.reader.code import refuse_resource, result_variable, script_code
from shoal.bpmn.reader.event_definitions import message_name
from shoal.bpmn.reader.findings import Owner
from shoal.bpmn.reader.loops import read_multi_instance, read_standard_loop
from shoal.bpmn.reader.references import read_binding
from shoal.bpmn.reader.site import NodeFields, Site, node_fields
from shoal.bpmn.reader.work import has_implementation, read_work

RESULT_MAPPERS = ("singleEntry", "singleResult", "collectEntries", "resultList")
DEFAULT_SCRIPT_LANGUAGE = "juel"
"""Camunda 7: the language of a script task without scriptFormat."""


class ActivityFields(NodeFields):
    """The arguments that every activity takes."""

    default_flow: str | None
    multi_instance: MultiInstance | None
    standard_loop: StandardLoop | None
    is_for_compensation: bool


def activity_fields(site: Site) -> ActivityFields:
    """Reads what all activities have in common."""
    common = node_fields(site)
    multi_instance = read_multi_instance(site)
    standard_loop = read_standard_loop(site)
    mapping = common["input_output"]
    if multi_instance is not None and mapping is not None and mapping.outputs:
        site.fault("camunda:outputParameter not allowed for multi-instance constructs")
    if multi_instance is not None and standard_loop is not None:
        site.fault("several loop characteristics on one activity", "one of them")
    return ActivityFields(
        **common,
        default_flow=attribute(site.element, "default") or None,
        multi_instance=multi_instance,
        standard_loop=standard_loop,
        is_for_compensation=flag(site.element, "isForCompensation"),
    )


def read_none_task(site: Site) -> NoneTask:
    """A task without a type."""
    return NoneTask(**activity_fields(site))


def read_manual_task(site: Site) -> ManualTask:
    """A task outside of the engine."""
    return ManualTask(**activity_fields(site))


def read_service_task(site: Site) -> ServiceTask:
    """A service task."""
    external, code = read_work(site.element, site, "serviceTask")
    return ServiceTask(
        **activity_fields(site),
        external=external,
        code=code,
        result_variable=result_variable(site.element),
    )


def read_send_task(site: Site) -> SendTask:
    """A send task. Camunda 7: implemented like a service task; its message means nothing."""
    external, code = read_work(site.element, site, "sendTask")
    return SendTask(
        **activity_fields(site),
        external=external,
        code=code,
        result_variable=result_variable(site.element),
    )


def read_business_rule_task(site: Site) -> BusinessRuleTask:
    """A business rule task: a decision, else implemented like a service task."""
    common = activity_fields(site)
    result = result_variable(site.element)
    decision = site.expression("decisionRef")
    if decision is None:
        if engine_attribute(site.element, "decisionRef") is not None:
            site.fault("camunda:decisionRef is empty", "the key of a decision")
            return BusinessRuleTask(**common)
        external, code = read_work(site.element, site, "businessRuleTask")
        return BusinessRuleTask(**common, external=external, code=code, result_variable=result)
    if has_implementation(site.element):
        site.findings.warn(site.owner, "only camunda:decisionRef counts, the implementation is ignored")
    mapper = engine_attribute(site.element, "mapDecisionResult") or "resultList"
    site.findings.one_of(site.owner, mapper, RESULT_MAPPERS, "camunda:mapDecisionResult")
    reference = read_binding(site, "decisionRef")
    return BusinessRuleTask(
        **common,
        result_variable=result,
        decision_ref=decision,
        decision_binding=reference.binding,
        decision_version=reference.version,
        decision_version_tag=reference.version_tag,
        decision_tenant_id=reference.tenant_id,
        map_decision_result=mapper,
    )


def read_script_task(site: Site) -> ScriptTask:
    """A script task with its script."""
    common = activity_fields(site)
    code = None
    script = child(site.element, "script")
    if engine_attribute(site.element, "resource") is not None:
        refuse_resource(site.owner, site.findings)
    elif script is None:
        site.fault("script task without a script", "a 'script' element")
    elif not raw_text(script).strip():
        # Camunda 7: it does nothing
        site.findings.warn(site.owner.at(script), "script task is empty", "a script")
    else:
        language = attribute(site.element, "scriptFormat") or DEFAULT_SCRIPT_LANGUAGE
        owner: Owner = site.owner.at(script)
        code = script_code(language, raw_text(script), owner, site.findings, "script task")
    return ScriptTask(**common, code=code, result_variable=result_variable(site.element))


def read_receive_task(site: Site) -> ReceiveTask:
    """A receive task. Camunda 7: without a message it waits to be signalled."""
    if flag(site.element, "instantiate"):
        site.fault("a receive task with instantiate='true' is not executed", "message start event")
    required = attribute(site.element, "messageRef") is not None
    message = message_name(site.element, site, required)
    return ReceiveTask(**activity_fields(site), message_name=message)


def read_sub_process(site: Site) -> SubProcess:
    """An embedded sub-process, an event sub-process or a transaction, without its content."""
    triggered = site.kind == "subProcess" and flag(site.element, "triggeredByEvent")
    common = activity_fields(site)
    if triggered and (common["multi_instance"] or common["standard_loop"]):
        site.fault("an event sub-process cannot be a loop", "no loop characteristics")
    return SubProcess(**common, triggered_by_event=triggered, is_transaction=site.kind == "transaction")
