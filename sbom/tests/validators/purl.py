"""Package URLs, which the schemas of all formats take for mere text."""

from packageurl import PackageURL

# What a package URL must say of a source, and no other source has one.
QUALIFIERS = {"crates.io": set(), "git": {"vcs_url"}, "registry": {"repository_url"}}


def mistakes_in_purl(text, name, version, source):
    """What is wrong with a package URL of a crate with this name and version from this source."""
    try:
        purl = PackageURL.from_string(text)
    except ValueError as error:
        yield f"{text} is no package URL: {error}"
        return
    if PackageURL.from_string(purl.to_string()) != purl:
        yield f"{text} is not the same after it was written anew: {purl}"
    if not purl.qualifiers and purl.to_string() != text:
        yield f"{text} is not in its canonical form {purl}"
    if (purl.type, purl.namespace, purl.name, purl.version) != ("cargo", None, name, version):
        yield f"{text} disagrees with name {name!r} and version {version!r}"
    if set(purl.qualifiers) != QUALIFIERS.get(source):
        yield f"{text} is claimed for a crate from {source}"
    vcs_url = purl.qualifiers.get("vcs_url", "git+https://")
    if not vcs_url.startswith("git+"):
        yield f"{text} has no git repository as vcs_url"
