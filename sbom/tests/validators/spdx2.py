"""SPDX 2.3, JSON and tag-value: the validation of the SPDX project, and what it does not look at."""

import re

from spdx_tools.spdx.model import RelationshipType
from spdx_tools.spdx.parser.error import SPDXParsingError
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

import minimum
from licenses import mistakes_in_expression
from purl import mistakes_in_purl

DOCUMENT = "SPDXRef-DOCUMENT"


def mistakes(path, parser):
    """The mistakes in a file, read by the parser of its encoding."""
    try:
        document = parser.parse_from_file(str(path))
    except SPDXParsingError as error:
        yield from error.get_messages()
        return
    for message in validate_full_spdx_document(document, "SPDX-2.3"):
        yield f"{message.context.spdx_id}: {message.validation_message}"
    yield from mistakes_in_references(document)
    defined = [info.license_id for info in document.extracted_licensing_info]
    for package in document.packages:
        yield from mistakes_in_package(package, defined)
    yield from minimum.mistakes(path, "spdx2")


def mistakes_in_references(document):
    ids = [package.spdx_id for package in document.packages]
    for spdx_id in ids:
        if not re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", spdx_id):
            yield f"{spdx_id!r} is no SPDX identifier"
    if len(ids) != len(set(ids)) or DOCUMENT in ids:
        yield "an SPDX identifier is not unique"
    described = 0
    for relationship in document.relationships:
        ends = {relationship.spdx_element_id, relationship.related_spdx_element_id}
        described += relationship.relationship_type == RelationshipType.DESCRIBES
        for spdx_id in sorted(ends - {DOCUMENT, *ids}):
            yield f"nothing has the identifier {spdx_id}"
    if described != 1:
        yield f"{described} packages are described instead of one"


def mistakes_in_package(package, defined):
    if package.files_analyzed:
        yield f"{package.spdx_id}: files were not analyzed"
    if str(package.license_declared) != "NOASSERTION":
        yield from mistakes_in_expression(str(package.license_declared), defined)
    for reference in package.external_references:
        if reference.reference_type == "purl":
            source = package.source_info.rpartition("; source: ")[2]
            yield from mistakes_in_purl(reference.locator, package.name, package.version, source)
        elif reference.reference_type not in ["documentation", "vcs"]:
            yield f"{package.spdx_id}: unexpected reference of type {reference.reference_type}"
