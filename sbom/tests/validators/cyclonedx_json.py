"""CycloneDX JSON: the official schema, a reader of the format, and what neither of them looks at."""

from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from purl import mistakes_in_purl


def mistakes(text, document):
    try:
        version = SchemaVersion.from_version(document["specVersion"])
    except (KeyError, ValueError):
        yield "there is no such version of CycloneDX"
        return
    error = JsonStrictValidator(version).validate_str(text)
    if error is not None:
        # Nothing below can be relied on.
        yield f"schema {document['specVersion']}: {error}"
        return
    missing = list(missing_elements(document))
    yield from missing
    if missing:
        return
    yield from mistakes_in_metadata(document)
    yield from mistakes_of_reader(document)
    components = [document["metadata"]["component"], *document["components"]]
    yield from mistakes_in_references(document, components)
    for component in components:
        yield from mistakes_in_component(component)


def mistakes_of_reader(document):
    try:
        bom = Bom.from_json(document)
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
    algorithms = [digest["alg"] for digest in metadata["component"].get("hashes", [])]
    if algorithms != ["SHA-256", "SHA-512"]:
        yield f"the described file has digests {algorithms}"
    if document["specVersion"] != "1.4" and metadata.get("lifecycles") != [{"phase": "post-build"}]:
        yield "the phase of the life cycle is not post-build"


def mistakes_in_references(document, components):
    references = [component.get("bom-ref", "") for component in components]
    for reference in sorted({reference for reference in references if references.count(reference) > 1}):
        yield f"bom-ref {reference!r} is not unique"
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


def mistakes_in_component(component):
    properties = component.get("properties", [])
    for name in [entry["name"] for entry in properties]:
        if not name.startswith("auditable:"):
            yield f"property {name!r} of {component['name']!r} is not in our namespace"
    if "purl" in component:
        sources = [entry["value"] for entry in properties if entry["name"] == "auditable:source"]
        if sources != ["crates.io"]:
            yield f"{component['purl']} is claimed for a crate from {sources}"
        yield from mistakes_in_purl(component["purl"], component["name"], component["version"])
