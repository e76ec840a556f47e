"""CycloneDX: the official schemas, readers of the format, and what neither of them looks at."""

import json

from cyclonedx.model.bom import Bom
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation import make_schemabased_validator
from cyclonedx.validation.json import JsonStrictValidator
from lxml import etree

from cyclonedx_elements import as_json, as_xml_can_say
from licenses import mistakes_in_expression
from purl import mistakes_in_purl

try:
    from cdxev.validator.helper import validate_instance
except ImportError:
    validate_instance = None


def mistakes_in_json(text, document):
    version = schema_version(document.get("specVersion"))
    if version is None:
        yield "there is no such version of CycloneDX"
        return
    error = JsonStrictValidator(version).validate_str(text)
    if error is not None:
        # Nothing below can be relied on.
        yield f"schema {document['specVersion']}: {error}"
        return
    if validate_instance is not None:
        for issue in validate_instance(document, document["specVersion"], "default", None).errors:
            yield f"cdx-ev: {issue.location}: {issue.message}"
    yield from mistakes_in_content(document)
    yield from mistakes_of_reader(document, lambda: Bom.from_json(document))


def mistakes_in_xml(path, text):
    """The document of the same name as JSON must say the same."""
    root = etree.fromstring(text.encode())
    number = etree.QName(root).namespace.rpartition("/")[2]
    version = schema_version(number)
    if version is None:
        yield "there is no such version of CycloneDX"
        return
    error = make_schemabased_validator(OutputFormat.XML, version).validate_str(text)
    if error is not None:
        yield f"schema {number}: {error}"
        return
    document = as_json(root)
    yield from mistakes_in_content(document)
    yield from mistakes_of_reader(document, lambda: Bom.from_xml(etree.ElementTree(root).getroot()))
    sibling = path.with_suffix(".json")
    if sibling.exists():
        expected = as_xml_can_say(json.loads(sibling.read_text()))
        if document != expected:
            yield f"{sibling.name} says something else: {first_difference(document, expected)}"


def schema_version(number):
    try:
        return SchemaVersion.from_version(number)
    except (TypeError, ValueError):
        return None


def first_difference(one, other, where=""):
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(set(one) | set(other)):
            if one.get(key) != other.get(key):
                return first_difference(one.get(key), other.get(key), f"{where}.{key}")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (left, right) in enumerate(zip(one, other)):
            if left != right:
                return first_difference(left, right, f"{where}[{index}]")
    return f"{where}: {one!r} and {other!r}"


def mistakes_in_content(document):
    missing = list(missing_elements(document))
    yield from missing
    if missing:
        return
    yield from mistakes_in_metadata(document)
    components = [document["metadata"]["component"], *document["components"]]
    yield from mistakes_in_references(document, components)
    for component in components:
        yield from mistakes_in_component(component)


def mistakes_of_reader(document, read):
    try:
        bom = read()
        bom.validate()
    except Exception as error:  # The reader raises many kinds, and each of them is a mistake.
        yield f"cyclonedx-python-lib: {type(error).__name__}: {error}"
        return
    read, written = len(bom.components), len(document["components"])
    if read != written:
        yield f"cyclonedx-python-lib reads {read} of {written} components: some are the same to it"


def missing_elements(document):
    """What the schema leaves optional and a user needs."""
    for key in ["serialNumber", "version", "metadata", "components", "dependencies", "compositions"]:
        if key not in document:
            yield f"{key} is missing"
    for key in ["timestamp", "tools", "component", "licenses"]:
        if key not in document.get("metadata", {}):
            yield f"metadata.{key} is missing"


def mistakes_in_metadata(document):
    metadata = document["metadata"]
    binaries = [metadata["component"], *document["components"]]
    binaries = [binary for binary in binaries if "auditable:file-name" in property_names(binary)]
    if not binaries:
        yield "no file is described"
    for binary in binaries:
        algorithms = [digest["alg"] for digest in binary.get("hashes", [])]
        if algorithms != ["SHA-256", "SHA-512"]:
            yield f"a described file has digests {algorithms}"
    if document["specVersion"] != "1.4" and metadata.get("lifecycles") != [{"phase": "post-build"}]:
        yield "the phase of the life cycle is not post-build"


def mistakes_in_references(document, components):
    references = [component.get("bom-ref", "") for component in components]
    if len(references) != len(set(references)):
        yield f"a bom-ref is not unique among {sorted(references)}"
    nodes = [node["ref"] for node in document["dependencies"]]
    if len(nodes) != len(set(nodes)):
        yield "a component has two dependency nodes"
    for reference in sorted(set(references) - set(nodes)):
        yield f"{reference!r} has no dependency node"
    used = [*nodes]
    for node in document["dependencies"]:
        used += node.get("dependsOn", [])
    for composition in document["compositions"]:
        used += composition.get("assemblies", []) + composition.get("dependencies", [])
    for reference in sorted(set(used) - set(references)):
        yield f"nothing has the bom-ref {reference!r}"
    if nodes != sorted(nodes):
        yield "the dependency nodes are not sorted"


def property_names(component):
    return [entry["name"] for entry in component.get("properties", [])]


def mistakes_in_component(component):
    for name in property_names(component):
        if not name.startswith("auditable:"):
            yield f"property {name!r} of {component['name']!r} is not in our namespace"
    choices = component.get("licenses", [])
    if len(choices) > 1:
        yield f"{component['name']!r} has {len(choices)} licences: an expression must be alone"
    for expression in [choice["expression"] for choice in choices if "expression" in choice]:
        yield from mistakes_in_expression(expression, None)
    if "purl" in component:
        properties = component["properties"]
        sources = [entry["value"] for entry in properties if entry["name"] == "auditable:source"]
        yield from mistakes_in_purl(component["purl"], component["name"], component["version"], *sources)
