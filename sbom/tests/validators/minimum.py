"""The minimum of elements that NTIA, CISA and BSI ask for, by the conformance checker of the SPDX project.

Only documents about which everything is known can reach it: those whose name, or that of their folder, begins with
`known`.
"""

import contextlib
import io
import logging

from ntia_conformance_checker import SbomChecker

STANDARDS = {"spdx2": ["ntia"], "spdx3": ["ntia", "fsct3-min", "bsi"]}


def mistakes(path, specification):
    if not any(part.startswith("known") for part in [path.name, path.parent.name]):
        return
    logging.getLogger().setLevel(logging.CRITICAL)
    for standard in STANDARDS[specification]:
        with contextlib.redirect_stdout(io.StringIO()):
            checker = SbomChecker(str(path), compliance=standard, sbom_spec=specification)
        if not checker.compliant:
            missing = [(what, [name for name, _ in where]) for what, where in checker.all_components_without_info]
            yield f"{standard}: {missing}, {checker.validation_messages}, {checker.parsing_errors}"
        if checker.has_unknown_pointers:
            yield f"{standard}: a relationship leads to nothing"
