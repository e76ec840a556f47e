"""Licence expressions, which the schemas of all formats take for mere text."""

import re

from license_expression import get_spdx_licensing

LICENSING = get_spdx_licensing()
REFERENCE = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")


def mistakes_in_expression(text, defined):
    """What is wrong with an expression in a document that defines these references; all are, if it is None."""
    known = LICENSING.validate(text, strict=True)
    unknown = {symbol for symbol in known.invalid_symbols if not REFERENCE.fullmatch(symbol)}
    if unknown:
        yield f"licence expression {text!r} names {sorted(unknown)}"
    elif known.errors and not known.invalid_symbols:
        yield f"licence expression {text!r}: {known.errors}"
    for reference in sorted(set(REFERENCE.findall(text)) - set(defined or [])):
        if defined is not None:
            yield f"licence expression {text!r} has {reference}, which nothing defines"
