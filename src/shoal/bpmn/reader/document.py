"""From bytes to an XML tree, safely: size, encoding, DOCTYPE, syntax and the root element.

No entity is ever expanded, no DTD is read and nothing is fetched. Knows nothing of processes.
"""

from __future__ import annotations

from lxml import etree

from shoal.bpmn.reader.access import BPMN, XmlElement, line_of, local_name, namespace
from shoal.errors import Fault, ModelRejectedError

_NAMES = ("id", "sourceRef", "targetRef", "attachedToRef", "default", "processRef")
"""Attributes that name an element within the file: in XML Schema, the white space around them does not count."""

DEFAULT_MAX_BYTES = 20 * 1024 * 1024
PROLOG_STEP = 64
"""Bytes at a time; small, so that little of what follows the root's tag meets the parser's own limits."""


def parse_document(content: bytes, resource: str, max_bytes: int = DEFAULT_MAX_BYTES) -> XmlElement:
    """The ``definitions`` element of a BPMN file.

    ModelRejectedError with a single fault about the document if there is none.
    """
    if len(content) > max_bytes:
        raise _rejected(
            resource,
            f"the file has {len(content)} bytes, more than the limit of {max_bytes}",
            f"files of at most {max_bytes} bytes",
        )
    if not content.strip():
        raise _rejected(resource, "the file is empty", "a BPMN 2.0 XML file")
    try:
        if _has_doctype(content):
            raise _rejected(
                resource,
                "the file has a DOCTYPE; document types and entities are not read",
                "XML without a DOCTYPE",
            )
        # Depth and text size are bounded by the size of the file once entities are out of the way.
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            dtd_validation=False,
            huge_tree=True,
            remove_comments=True,
            remove_pis=True,
        )
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or None
        raise _rejected(resource, f"the XML is broken: {error.msg}", "well-formed XML", line) from None
    except (LookupError, ValueError) as error:
        raise _rejected(resource, f"the XML cannot be read: {error}", "well-formed XML") from None
    if namespace(root) != BPMN or local_name(root) != "definitions":
        raise _rejected(
            resource,
            f"not a BPMN 2.0 model: the root element is '{root.tag}'",
            f"a 'definitions' element of the namespace {BPMN}",
            line_of(root),
        )
    _trim_names(root)
    return root


def _trim_names(root: XmlElement) -> None:
    for element in root.iter():
        for name in _NAMES:
            value = element.get(name)
            if value is not None and (value[:1].isspace() or value[-1:].isspace()):
                element.set(name, value.strip())


def _has_doctype(content: bytes) -> bool:
    """Reads up to the first element only, with the parser's own limits on entities in force."""
    parser = etree.XMLPullParser(events=("start",), resolve_entities=False, no_network=True, load_dtd=False)
    for start in range(0, len(content), PROLOG_STEP):
        parser.feed(content[start : start + PROLOG_STEP])
        for _, element in parser.read_events():
            if isinstance(element, etree._Element):
                return element.getroottree().docinfo.internalDTD is not None
    parser.close()
    return False


def _rejected(resource: str, what: str, supported: str, line: int | None = None) -> ModelRejectedError:
    return ModelRejectedError(resource, [Fault(None, what, supported, line)])
