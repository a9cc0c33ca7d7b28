"""Code that a model names: classes, delegate expressions, expressions, scripts and injected fields."""

from __future__ import annotations

from shoal.bpmn.extensions import Code, CodeKind, FieldInjection
from shoal.bpmn.reader.access import (
    XmlElement,
    attribute,
    engine_attribute,
    engine_children,
    extensions,
    raw_text,
    text,
)
from shoal.bpmn.reader.findings import Findings, Owner


def read_script(element: XmlElement, owner: Owner, findings: Findings) -> Code | None:
    """A camunda:script element. None (and a fault) if it cannot be run."""
    owner = owner.at(element)
    language = attribute(element, "scriptFormat")
    if not language:
        findings.fault(owner, "camunda:script without scriptFormat", "scriptFormat='javascript'")
        return None
    if attribute(element, "resource") is not None:
        refuse_resource(owner, findings)
        return None
    return script_code(language, raw_text(element), owner, findings, "camunda:script")


def script_code(language: str, source: str, owner: Owner, findings: Findings, where: str) -> Code | None:
    """The script as code. None (and a fault) if it is empty or does not compile."""
    if not source.strip():
        findings.fault(owner, f"{where} is empty", "a script")
        return None
    script = findings.script(owner, language, source, where)
    return None if script is None else Code(CodeKind.SCRIPT, script=script)


def refuse_resource(owner: Owner, findings: Findings) -> None:
    """Scripts outside of the model would not be part of what is deployed."""
    findings.fault(owner, "scripts in another resource (camunda:resource) are not executed", "an inline script")


def code_of_listener(element: XmlElement, owner: Owner, findings: Findings) -> Code | None:
    """What an executionListener or a taskListener runs; its attributes have no prefix."""
    class_name = attribute(element, "class")
    expression = attribute(element, "expression")
    delegate = attribute(element, "delegateExpression")
    scripts = engine_children(element, "script")
    fields = read_fields(element, owner, findings)
    name = f"camunda:{element.tag.rpartition('}')[2]}"
    for key, value in (
        ("class", class_name),
        ("expression", expression),
        ("delegateExpression", delegate),
    ):
        if value is not None and not value.strip():
            findings.fault(owner, f"{name}: attribute '{key}' cannot be empty", "a value")
            return None
    if class_name is not None:
        return Code(CodeKind.CLASS, name=class_name.strip(), fields=fields)
    if expression is not None:
        compiled = findings.expression(owner, expression, f"{name} expression")
        return Code(CodeKind.EXPRESSION, expression=compiled)
    if delegate is not None:
        compiled = findings.expression(owner, delegate, f"{name} delegateExpression")
        return Code(CodeKind.DELEGATE_EXPRESSION, expression=compiled, fields=fields)
    if scripts:
        return read_script(scripts[0], owner, findings)
    findings.fault(owner, f"{name} without an implementation", "class, expression, delegateExpression, script")
    return None


def code_of_work(element: XmlElement, owner: Owner, findings: Findings) -> Code | None:
    """What a service task or a throwing message event runs; its attributes have Camunda's prefix.

    None without a fault if it names nothing. Camunda 7: class goes before delegateExpression, and that
    before expression.
    """
    class_name = engine_attribute(element, "class")
    delegate = engine_attribute(element, "delegateExpression")
    expression = engine_attribute(element, "expression")
    if sum(1 for value in (class_name, delegate, expression) if value and value.strip()) > 1:
        findings.warn(
            owner, "several implementations; only the first of class, delegateExpression, expression runs"
        )
    result = result_variable(element)
    fields = read_fields(element, owner, findings)
    kind = element.tag.rpartition("}")[2]
    if class_name is not None and class_name.strip():
        if result is not None:
            findings.fault(
                owner, f"'resultVariable' is not supported for {kind} elements using 'class'", "expression"
            )
        return Code(CodeKind.CLASS, name=class_name.strip(), fields=fields)
    if delegate is not None and delegate.strip():
        if result is not None:
            findings.fault(
                owner,
                f"'resultVariable' is not supported for {kind} elements using 'delegateExpression'",
                "expression",
            )
        compiled = findings.expression(owner, delegate, "camunda:delegateExpression")
        return Code(CodeKind.DELEGATE_EXPRESSION, expression=compiled, fields=fields)
    if expression is not None and expression.strip():
        compiled = findings.expression(owner, expression, "camunda:expression")
        return Code(CodeKind.EXPRESSION, expression=compiled)
    return None


def result_variable(element: XmlElement) -> str | None:
    """camunda:resultVariable, or its older name."""
    return engine_attribute(element, "resultVariable") or engine_attribute(element, "resultVariableName")


def read_fields(element: XmlElement, owner: Owner, findings: Findings) -> tuple[FieldInjection, ...]:
    """camunda:field elements: in the extensionElements of a task, directly within a listener."""
    found: list[FieldInjection] = []
    for each in [*extensions(element, "field"), *engine_children(element, "field")]:
        field = _field(each, owner.at(each), findings)
        if field is not None:
            found.append(field)
    return tuple(found)


def _field(element: XmlElement, owner: Owner, findings: Findings) -> FieldInjection | None:
    name = attribute(element, "name")
    if not name:
        findings.fault(owner, "camunda:field without a name", "a name")
        return None
    values: list[tuple[str, str]] = []
    for attribute_name, child_name in (("stringValue", "string"), ("expression", "expression")):
        value = attribute(element, attribute_name)
        nested = engine_children(element, child_name)
        if (value is not None) + len(nested) > 1:
            findings.fault(owner, f"camunda:field '{name}' has several values", "one value")
            return None
        if nested:
            value = raw_text(nested[0]) if child_name == "string" else text(nested[0])
        if value:
            values.append((child_name, value))
    if not values:
        findings.fault(owner, f"camunda:field '{name}' without a value", "stringValue, expression, string")
        return None
    kind, value = values[0]
    where = f"camunda:field '{name}'"
    if kind == "string":
        # A fixed value is never evaluated, whatever it looks like.
        value = value.replace("${", "\\${").replace("#{", "\\#{")
    return FieldInjection(name, findings.expression(owner, value, where))
