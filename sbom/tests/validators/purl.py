"""Package URLs, which the schemas of all formats take for mere text."""

from packageurl import PackageURL


def mistakes_in_purl(text, name, version):
    """What is wrong with a package URL of a crate with this name and version."""
    try:
        purl = PackageURL.from_string(text)
    except ValueError as error:
        yield f"{text} is no package URL: {error}"
        return
    if purl.to_string() != text:
        yield f"{text} is not in its canonical form {purl}"
    if (purl.type, purl.namespace, purl.name, purl.version) != ("cargo", None, name, version):
        yield f"{text} disagrees with name {name!r} and version {version!r}"
