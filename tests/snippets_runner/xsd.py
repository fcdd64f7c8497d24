"""Hold an XML document to an XML Schema, as far as the schema of JUnit's reports goes: no validator is installed for it.

What an element may hold becomes a regular expression over the names of its children; whatever this does not know of a
schema is refused, so that nothing is taken for checked that is not. Source: W3C, "XML Schema Part 1: Structures", 3.4
(complex types), 3.8 (model groups), 3.9 (particles).
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

XS = "{http://www.w3.org/2001/XMLSchema}"


class Schema:
    """A schema without namespaces whose elements stand at its top, or are of a simple type."""

    def __init__(self, file: Path) -> None:
        top = ET.parse(file).getroot()
        self._elements = {each.attrib["name"]: each for each in top.iterfind(f"{XS}element")}
        self._types = {each.attrib["name"]: each for each in top if "Type" in each.tag}
        for each in top:
            assert each.tag in {f"{XS}element", f"{XS}simpleType", f"{XS}complexType"}, each.tag

    def problems(self, element: ET.Element, path: str = "") -> Iterator[str]:
        """Yield what is wrong with an element, and with everything in it."""
        path = f"{path}/{element.tag}"
        declared = self._elements.get(element.tag)
        if declared is None:
            yield f"{path} is not declared"
            return
        kind = declared.find(f"{XS}complexType")
        if kind is None:
            yield from self._of_type(declared.attrib["type"], element, path)
        else:
            yield from self._of_complex_type(kind, element, path)

    def _of_type(self, name: str, element: ET.Element, path: str) -> Iterator[str]:
        kind = self._types.get(name)
        if kind is not None and kind.tag == f"{XS}complexType":
            yield from self._of_complex_type(kind, element, path)
        elif len(element) or element.attrib:
            yield f"{path} may hold nothing but text"

    def _of_complex_type(self, kind: ET.Element, element: ET.Element, path: str) -> Iterator[str]:
        attributes = {each.attrib["name"]: each for each in kind.iterfind(f"{XS}attribute")}
        for name, declared in attributes.items():
            if name not in element.attrib and declared.get("use") == "required":
                yield f"{path} lacks the attribute {name}"
        for name, value in element.attrib.items():
            if name not in attributes:
                yield f"{path} may not have the attribute {name}"
            elif not self._fits(attributes[name].attrib["type"], value):
                yield f"{path}: {name}={value!r} does not fit its type"
        model = "".join(_particle(each) for each in kind if each.tag != f"{XS}attribute")
        if not re.fullmatch(model, "".join(f"{child.tag}," for child in element)):
            yield f"{path} may not hold {[child.tag for child in element]}"
        around = [element.text, *(child.tail for child in element)]
        if kind.get("mixed") != "true" and any((text or "").strip() for text in around):
            yield f"{path} may not hold text"
        for child in element:
            yield from self.problems(child, path)

    def _fits(self, name: str, value: str) -> bool:
        if name == "xs:string":
            return True
        restriction = self._types[name][0]
        assert restriction.attrib["base"] == "xs:string"
        return any(re.fullmatch(each.attrib["value"], value) for each in restriction.iterfind(f"{XS}pattern"))


def _particle(particle: ET.Element) -> str:
    """Return a regular expression for what a particle allows: names of elements, each with a comma."""
    match particle.tag.removeprefix(XS):
        case "element":
            one = re.escape(particle.attrib.get("ref") or particle.attrib["name"]) + ","
        case "sequence":
            one = "".join(map(_particle, particle))
        case "choice":
            one = "|".join(map(_particle, particle))
        case other:
            raise AssertionError(f"not known here: {other}")
    most = particle.get("maxOccurs", "1")
    return f"(?:{one}){{{particle.get('minOccurs', '1')},{'' if most == 'unbounded' else most}}}"
