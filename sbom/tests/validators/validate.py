"""Holds SBOM documents against public validators and against what validators do not look at.

usage: validate.py FILE_OR_FOLDER...

Needs the packages of requirements.txt, and no network. Says on stdout what is wrong with which file; the exit status
is 1 if anything is, and if there was nothing to validate.
"""

import json
import multiprocessing
import sys
from pathlib import Path

from spdx_tools.spdx.parser.json import json_parser
from spdx_tools.spdx.parser.tagvalue import tagvalue_parser

import cyclonedx_documents
import spdx2
import spdx3


def main(arguments):
    paths = [path for argument in arguments for path in files(Path(argument))]
    if not paths:
        sys.exit("nothing to validate: give files or folders")
    wrong = 0
    with multiprocessing.get_context("spawn").Pool() as pool:
        for path, mistakes in zip(paths, pool.imap(all_mistakes_in, paths)):
            wrong += bool(mistakes)
            for mistake in mistakes:
                print(f"{path}: {mistake}")
    if cyclonedx_documents.validate_instance is None:
        print("cdx-ev is not installed, and was not asked")
    print(f"{len(paths)} documents, {wrong} of them wrong")
    sys.exit(1 if wrong else 0)


def files(path):
    """The file itself, or all in a folder that are not hidden."""
    if not path.is_dir():
        return [path]
    return sorted(child for child in path.rglob("*") if child.is_file() and not child.name.startswith("."))


def all_mistakes_in(path):
    return [str(mistake) for mistake in mistakes_in(path)]


def mistakes_in(path):
    """The mistakes in one file, whose format shows in its content."""
    try:
        text = path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        return [str(error)]
    if not text.endswith("\n"):
        return ["there is no newline at the end"]
    if text.startswith("SPDXVersion:"):
        return spdx2.mistakes(path, tagvalue_parser)
    if text.startswith("<?xml"):
        return cyclonedx_documents.mistakes_in_xml(path, text)
    try:
        document = json.loads(text, object_pairs_hook=without_repeated_keys)
    except ValueError as error:
        return [f"not JSON: {error}"]
    if not isinstance(document, dict):
        return ["not an object"]
    if "bomFormat" in document:
        return cyclonedx_documents.mistakes_in_json(text, document)
    if "spdxVersion" in document:
        return spdx2.mistakes(path, json_parser)
    if "@graph" in document:
        return spdx3.mistakes(path, document)
    return ["neither CycloneDX nor SPDX"]


def without_repeated_keys(pairs):
    keys = [key for key, _ in pairs]
    if len(keys) != len(set(keys)):
        raise ValueError(f"a key is repeated among {keys}")
    return dict(pairs)


if __name__ == "__main__":
    main(sys.argv[1:])
