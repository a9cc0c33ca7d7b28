"""How the reader asks the XML: namespaces, attributes, children and texts of an element.

Knows which namespaces mean the same thing; knows nothing of what the elements mean.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
ENGINE_NAMESPACES = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://operaton.org/schema/1.0/bpmn",
    "http://activiti.org/bpmn",
)
"""Camunda 7: the Activiti namespace is an alternative of its own; the first that has the name counts."""

XmlElement = etree._Element


def namespace(element: XmlElement) -> str:
    """The namespace of the element; empty if it has none, or if it is a comment."""
    tag = element.tag
    if isinstance(tag, str) and tag.startswith("{"):
        return tag[1:].partition("}")[0]
    return ""


def local_name(element: XmlElement) -> str:
    """The name of the element without its namespace; empty for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: XmlElement, name: str) -> str | None:
    """An attribute of BPMN itself, which has no prefix."""
    value = element.get(name)
    return None if value is None else str(value)


def flag(element: XmlElement, name: str, default: bool = False) -> bool:
    """A boolean attribute of BPMN."""
    value = attribute(element, name)
    return default if value is None else value.strip().lower() in {"true", "1"}


def engine_attribute(element: XmlElement, name: str) -> str | None:
    """An attribute of Camunda's extensions, in any of the namespaces that mean it."""
    for uri in ENGINE_NAMESPACES:
        value = element.get(f"{{{uri}}}{name}")
        if value is not None:
            return str(value)
    return None


def engine_flag(element: XmlElement, name: str, default: bool = False) -> bool:
    """A boolean attribute of Camunda's extensions."""
    value = engine_attribute(element, name)
    return default if value is None else value.strip().lower() == "true"


def engine_attribute_names(element: XmlElement) -> Iterator[str]:
    """The local names of all attributes of the element in Camunda's namespaces."""
    for name in element.attrib:
        uri, _, local = str(name).rpartition("}")
        if uri[1:] in ENGINE_NAMESPACES:
            yield local


def children(element: XmlElement, name: str) -> list[XmlElement]:
    """The children with that BPMN name, in order."""
    return element.findall(f"{{{BPMN}}}{name}")


def child(element: XmlElement, name: str) -> XmlElement | None:
    """The first child with that BPMN name."""
    return element.find(f"{{{BPMN}}}{name}")


def engine_children(element: XmlElement, name: str | None = None) -> list[XmlElement]:
    """The direct children in Camunda's namespaces, all or those with that name."""
    return [
        each
        for each in element
        if namespace(each) in ENGINE_NAMESPACES and (name is None or local_name(each) == name)
    ]


def extensions(element: XmlElement, name: str | None = None) -> list[XmlElement]:
    """What stands in the element's extensionElements in Camunda's namespaces."""
    return [found for holder in children(element, "extensionElements") for found in engine_children(holder, name)]


def text(element: XmlElement | None) -> str:
    """The text of the element, CDATA included, without the white space around it."""
    return "" if element is None else "".join(str(part) for part in element.itertext()).strip()


def raw_text(element: XmlElement) -> str:
    """The text of the element as it stands there."""
    return "".join(str(part) for part in element.itertext())


def line_of(element: XmlElement) -> int | None:
    """The line of the element in the file, counted from 1."""
    line: object = element.sourceline
    return line if isinstance(line, int) else None


def documentation(element: XmlElement) -> str | None:
    """Camunda 7: the texts of all documentation elements, with an empty line in between."""
    texts = [text(each) for each in children(element, "documentation")]
    return "\n\n".join(texts) if texts else None
