"""SPDX 3: the model of the SPDX project, and what it does not look at.

The model is generated from the SHACL shapes of the specification and refuses what they refuse. The schema and the
shapes themselves are in no package; if the variable SPDX3_SCHEMAS names a folder with `spdx-json-schema.json`,
`spdx-model.ttl` and `spdx-context.jsonld` of the specification, they judge as well.
"""

import functools
import json
import os
from pathlib import Path

import jsonschema
from spdx_python_model.bindings import v3_0_1 as model

import minimum
from licenses import mistakes_in_expression
from purl import mistakes_in_purl

OUTSIDE = "https://spdx.org/rdf/3.0.1/terms/"


def mistakes(path, document):
    yield from mistakes_by_schema(path, document)
    objects = model.SHACLObjectSet()
    try:
        with path.open("rb") as file:
            model.JSONLDDeserializer().read(file, objects)
    except Exception as error:  # The reader raises many kinds, and each of them is a mistake.
        yield f"spdx-python-model: {type(error).__name__}: {error}"
        return
    missing = {reference for reference in objects.link() if not str(reference).startswith(OUTSIDE)}
    if missing:
        yield f"spdx-python-model: nothing has the identifiers {sorted(missing)}"
    yield from mistakes_in_graph(document["@graph"])
    yield from minimum.mistakes(path, "spdx3")


def mistakes_by_schema(path, document):
    folder = os.environ.get("SPDX3_SCHEMAS")
    if not folder:
        return
    schema, context, shapes = schemas(Path(folder))
    for error in jsonschema.Draft202012Validator(schema).iter_errors(document):
        yield f"schema: {error.json_path}: {error.message[:200]}"
    # The shapes take minutes for large graphs.
    if shapes is not None and len(document["@graph"]) < 200:
        import pyshacl
        from rdflib import Graph

        graph = Graph().parse(data=json.dumps(document | {"@context": context}), format="json-ld")
        conforms, _, report = pyshacl.validate(graph, shacl_graph=shapes, ont_graph=shapes)
        if not conforms:
            yield f"SHACL: {report}"


@functools.cache
def schemas(folder):
    from rdflib import Graph

    schema = json.loads((folder / "spdx-json-schema.json").read_text())
    context = json.loads((folder / "spdx-context.jsonld").read_text())["@context"]
    return schema, context, Graph().parse(folder / "spdx-model.ttl")


def mistakes_in_graph(graph):
    elements = {node["spdxId"]: node for node in graph if "spdxId" in node}
    if len(elements) != len(graph) - 1:
        yield "an identifier is not unique, or a node has none"
        return
    of_type = lambda wanted: [node for node in graph if node["type"] == wanted]
    [document], [sbom] = of_type("SpdxDocument"), of_type("software_Sbom")
    if sbom["software_sbomType"] != ["analyzed"]:
        yield "the document is not said to come from an analysis of the binary"
    if set(document["element"]) != set(elements) - {document["spdxId"]}:
        yield "the document does not list its elements"
    software = {node["spdxId"] for node in of_type("software_Package") + of_type("software_File")}
    if set(sbom["element"]) != software:
        yield "the SBOM does not list the packages and files"
    prefix = document["spdxId"].removesuffix("document/spdx")
    for identifier in elements:
        if not identifier.startswith(prefix) or not identifier.isascii() or " " in identifier:
            yield f"{identifier!r} is not in the namespace of the document"
    for node in of_type("LifecycleScopedRelationship"):
        if node["relationshipType"] != "dependsOn" or node.get("scope") not in ["runtime", "build"]:
            yield f"{node['spdxId']} is no dependency of a scope"
        if node.get("completeness") not in ["complete", "noAssertion"]:
            yield f"{node['spdxId']} does not say whether it is complete"
    texts = {node["name"] for node in of_type("simplelicensing_SimpleLicensingText")}
    for node in of_type("simplelicensing_LicenseExpression"):
        yield from mistakes_in_expression(node["simplelicensing_licenseExpression"], texts)
    for package in of_type("software_Package"):
        yield from mistakes_in_package(package)


def mistakes_in_package(package):
    identifiers = [each["identifier"] for each in package.get("externalIdentifier", [])]
    purls = [package["software_packageUrl"]] if "software_packageUrl" in package else []
    if identifiers != purls:
        yield f"{package['spdxId']} has package URLs {purls} and identifiers {identifiers}"
    for purl in purls:
        source = package["software_sourceInfo"].rpartition("; source: ")[2]
        yield from mistakes_in_purl(purl, package["name"], package["software_packageVersion"], source)
