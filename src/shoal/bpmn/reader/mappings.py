"""Variables on their way in and out: camunda:inputOutput, camunda:in and camunda:out."""

from __future__ import annotations

from shoal.bpmn.extensions import InputOutput, Parameter, ParameterValue, VariableMapping
from shoal.bpmn.reader.access import (
    XmlElement,
    attribute,
    engine_children,
    extensions,
    flag,
    local_name,
    text,
)
from shoal.bpmn.reader.code import read_script
from shoal.bpmn.reader.findings import Findings, Owner
from shoal.expressions import Expression

MAX_NESTING = 50
"""Lists and maps within lists and maps; deeper ones are refused instead of exhausting the stack."""
NOTHING = ParameterValue()


def read_input_output(element: XmlElement, owner: Owner, findings: Findings) -> InputOutput | None:
    """camunda:inputOutput, where Camunda 7 allows it."""
    holders = extensions(element, "inputOutput")
    if not holders:
        return None
    holder = holders[0]
    place = owner.at(holder)
    kind = local_name(element)
    if kind in {"startEvent", "boundaryEvent"} or kind.endswith("Gateway"):
        findings.fault(
            place,
            f"camunda:inputOutput mapping unsupported for element type '{kind}'",
            "tasks, sub-processes, call activities, catching, throwing and end events",
        )
        return None
    if kind == "subProcess" and flag(element, "triggeredByEvent"):
        findings.fault(
            place,
            "camunda:inputOutput mapping unsupported for an event sub-process",
            "an embedded sub-process",
        )
        return None
    inputs = _parameters(holder, "inputParameter", place, findings)
    outputs = _parameters(holder, "outputParameter", place, findings)
    if outputs and kind == "endEvent":
        findings.fault(place, "camunda:outputParameter not allowed for element type 'endEvent'")
    return InputOutput(inputs, outputs)


def _parameters(holder: XmlElement, kind: str, owner: Owner, findings: Findings) -> tuple[Parameter, ...]:
    found: list[Parameter] = []
    for element in engine_children(holder, kind):
        place = owner.at(element)
        name = attribute(element, "name")
        if not name:
            findings.fault(place, f"missing attribute 'name' for camunda:{kind}", "a variable name")
            continue
        where = f"camunda:{kind} '{name}'"
        nested = engine_children(element)
        value = (
            _value(nested[0], place, findings, where, 0) if nested else _text_value(element, place, findings, where)
        )
        if len(nested) > 1:
            findings.fault(place, f"{where} has several values", "one script, list, map or text")
        found.append(Parameter(name, value))
    return tuple(found)


def _text_value(element: XmlElement, owner: Owner, findings: Findings, where: str) -> ParameterValue:
    content = text(element)
    if not content:
        return NOTHING
    return ParameterValue(expression=findings.expression(owner.at(element), content, where))


def _value(element: XmlElement, owner: Owner, findings: Findings, where: str, depth: int) -> ParameterValue:
    kind = local_name(element)
    if depth > MAX_NESTING:
        findings.fault(owner, f"{where} is nested too deeply", f"at most {MAX_NESTING} lists and maps")
        return NOTHING
    if kind == "script":
        code = read_script(element, owner, findings)
        return NOTHING if code is None else ParameterValue(script=code.script)
    if kind == "list":
        return ParameterValue(
            list_items=tuple(_value(item, owner, findings, where, depth + 1) for item in engine_children(element))
        )
    if kind == "map":
        entries: list[tuple[Expression, ParameterValue]] = []
        for entry in engine_children(element, "entry"):
            key = attribute(entry, "key")
            if not key:
                findings.fault(owner.at(entry), f"{where}: entry without a key", "a key")
                continue
            nested = engine_children(entry)
            value = (
                _value(nested[0], owner, findings, where, depth + 1)
                if nested
                else _text_value(entry, owner, findings, where)
            )
            entries.append((findings.expression(owner.at(entry), key, f"{where}: key"), value))
        return ParameterValue(map_entries=tuple(entries))
    if kind == "value":
        return _text_value(element, owner, findings, where)
    findings.fault(owner.at(element), f"{where}: camunda:{kind} is not executed", "script, list, map or text")
    return NOTHING


def read_variable_mappings(
    element: XmlElement, kind: str, owner: Owner, findings: Findings
) -> tuple[VariableMapping, ...]:
    """camunda:in or camunda:out elements of a call activity or a thrown signal."""
    found: list[VariableMapping] = []
    for each in extensions(element, kind):
        place = owner.at(each)
        business_key = attribute(each, "businessKey")
        if business_key and kind == "in":
            compiled = findings.expression(place, business_key, "camunda:in businessKey")
            found.append(VariableMapping(business_key=compiled))
            continue
        local = flag(each, "local")
        if attribute(each, "variables") is not None:
            findings.one_of(place, attribute(each, "variables") or "", ("all",), f"camunda:{kind}")
            found.append(VariableMapping(all_variables=True, local=local))
            continue
        mapping = _single_mapping(each, kind, local, place, findings)
        if mapping is not None:
            found.append(mapping)
    return tuple(found)


def _single_mapping(
    element: XmlElement, kind: str, local: bool, owner: Owner, findings: Findings
) -> VariableMapping | None:
    source = attribute(element, "source")
    expression = attribute(element, "sourceExpression")
    target = attribute(element, "target")
    if not source and not expression:
        findings.fault(
            owner,
            f"camunda:{kind}: missing parameter 'source' or 'sourceExpression' when passing variables",
            "source, sourceExpression, variables='all', businessKey",
        )
        return None
    if not target:
        findings.fault(
            owner,
            f"camunda:{kind}: missing attribute 'target' when 'source' or 'sourceExpression' is set",
            "target",
        )
        return None
    if source:
        return VariableMapping(source=source, target=target, local=local)
    compiled = findings.expression(owner, expression or "", f"camunda:{kind} sourceExpression")
    return VariableMapping(source_expression=compiled, target=target, local=local)
