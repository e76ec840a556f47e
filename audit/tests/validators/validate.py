"""Validates the documents that audits write.

    validate.py FOLDER NODE_MODULES_FOLDER

Our own JSON against the schema in docs, SARIF against the schema of OASIS, CycloneDX by the library of its makers, CSAF by the validator of Germany's BSI.
OpenVEX has no schema in any package registry: its rules are checked here, each with the place in the specification.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

STATUSES = {"not_affected", "affected", "fixed", "under_investigation"}
JUSTIFICATIONS = {
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
}
HASHES = {"sha-256": 64}
DOCUMENT_KEYS = {
    "@context", "@id", "author", "role", "timestamp", "last_updated", "version", "tooling", "statements",
}
STATEMENT_KEYS = {
    "@id", "version", "vulnerability", "timestamp", "last_updated", "products", "status", "supplier",
    "status_notes", "justification", "impact_statement", "action_statement", "action_statement_timestamp",
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
IRI = re.compile(r"[a-z][a-z0-9+.-]*:\S+")


def sarif(path: Path, schema: dict) -> list[str]:
    validator = jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())
    log = json.loads(path.read_text())
    errors = [f"{list(error.absolute_path)}: {error.message}" for error in validator.iter_errors(log)]
    # What the schema cannot say: SARIF 2.1.0, 3.27.6 and 3.4.5.
    for run in log["runs"]:
        fingerprints = [json.dumps(result["partialFingerprints"]) for result in run["results"]]
        if len(fingerprints) != len(set(fingerprints)):
            errors.append("two results have the same fingerprints")
        rules, artifacts = run["tool"]["driver"]["rules"], run["artifacts"]
        for result in run["results"]:
            if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
                errors.append(f"ruleIndex of {result['ruleId']} is that of another rule")
            location = result["locations"][0]["physicalLocation"]["artifactLocation"]
            if artifacts[location["index"]]["location"]["uri"] != location["uri"]:
                errors.append(f"index of {location['uri']} is that of another artifact")
            # RFC 3986, and 3.4.3: a relative reference does not begin with a slash.
            if not re.fullmatch(r"(file:///)?([\w.~-]|%[0-9A-F]{2})([\w.~/-]|%[0-9A-F]{2})*", location["uri"], re.ASCII):
                errors.append(f"{location['uri']} is no URI of a file")
    return errors


def own(path: Path, schema: dict) -> list[str]:
    report = json.loads(path.read_text())
    errors = [f"{list(error.absolute_path)}: {error.message}"
              for error in jsonschema.Draft202012Validator(schema).iter_errors(report)]

    def undocumented(value, schema: dict, at: str) -> None:
        if isinstance(value, dict):
            errors.extend(f"{at}.{key} is not documented" for key in value.keys() - schema["properties"].keys())
            for key in value.keys() & schema["properties"].keys():
                undocumented(value[key], schema["properties"][key], f"{at}.{key}")
        elif isinstance(value, list):
            for item in value:
                undocumented(item, schema["items"], f"{at}[]")

    undocumented(report, schema, "")
    return errors


def cyclonedx(path: Path) -> list[str]:
    text = path.read_text()
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    errors = [str(error)] if error else []
    document = json.loads(text)
    references = []
    open_components = list(document["components"])
    while open_components:
        component = open_components.pop()
        references.append(component["bom-ref"])
        open_components += component.get("components", [])
    known = set(references)
    references += [one["bom-ref"] for one in document["vulnerabilities"]]
    if len(references) != len(set(references)):
        errors.append("a bom-ref is there twice")
    for one in document["vulnerabilities"]:
        errors += [f"dangling ref {affected['ref']}" for affected in one["affects"] if affected["ref"] not in known]
    return errors


def openvex(path: Path) -> list[str]:
    """https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md, version 0.2.0."""
    document = json.loads(path.read_text())
    errors = [f"unknown key {key}" for key in document.keys() - DOCUMENT_KEYS]

    def check(holds: bool, text: str) -> None:
        if not holds:
            errors.append(text)

    # "Document Struct Fields".
    check(document["@context"] == "https://openvex.dev/ns/v0.2.0", "@context")
    check(bool(IRI.fullmatch(document["@id"])), "@id is no IRI")
    check(bool(document["author"]), "no author")
    check(bool(MOMENT.fullmatch(document["timestamp"])), "timestamp")
    check(document["version"] == 1, "version")
    check(bool(document["statements"]), "no statements")
    for statement in document["statements"]:
        # "Statement Fields" and "Status Labels".
        name = statement["vulnerability"]["name"]
        errors += [f"{name}: unknown key {key}" for key in statement.keys() - STATEMENT_KEYS]
        status = statement["status"]
        check(status in STATUSES, f"{name}: status {status}")
        reasons = statement.keys() & {"justification", "impact_statement"}
        check(bool(reasons) == (status == "not_affected"), f"{name}: {status} with {reasons}")
        check(statement.get("justification", min(JUSTIFICATIONS)) in JUSTIFICATIONS, f"{name}: justification")
        check(("action_statement" in statement) == (status == "affected"), f"{name}: action_statement")
        # "Product Data Structure" and "Identifiers and Hashes".
        for product in statement["products"]:
            for part in [product, *product["subcomponents"]]:
                check(bool(part.get("@id") or part.get("identifiers")), f"{name}: a product without a name")
                purl = part.get("identifiers", {}).get("purl", "pkg:")
                check(purl.startswith("pkg:"), f"{name}: {purl}")
                for algorithm, digest in part.get("hashes", {}).items():
                    right = bool(re.fullmatch(r"[0-9a-f]*", digest)) and len(digest) == HASHES[algorithm]
                    check(right, f"{name}: {algorithm}")
    return errors


def main() -> int:
    folder, modules = Path(sys.argv[1]), Path(sys.argv[2])
    schema = json.loads((modules / "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json").read_text())
    layout = json.loads((Path(__file__).parents[3] / "docs/schema/audit.json").read_text())
    checks = {
        ".sarif": lambda path: sarif(path, schema),
        ".audit.json": lambda path: own(path, layout),
        ".vex.cdx.json": cyclonedx,
        ".openvex.json": openvex,
    }
    failures = 0
    for suffix, check in checks.items():
        paths = sorted(folder.glob(f"*{suffix}"))
        if not paths:
            print(f"no document ends in {suffix}", file=sys.stderr)
            failures += 1
        for path in paths:
            for error in check(path):
                print(f"{path.name}: {error}", file=sys.stderr)
                failures += 1
        print(f"{suffix}: {len(paths)} documents")
    documents = sorted(folder.glob("*.csaf.json"))
    if not documents:
        print("no document ends in .csaf.json", file=sys.stderr)
        failures += 1
    node = ["node", Path(__file__).with_name("csaf.mjs"), modules.parent, *documents]
    failures += subprocess.run(node, check=False).returncode
    return min(failures, 1)


if __name__ == "__main__":
    sys.exit(main())
