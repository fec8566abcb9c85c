"""The error catalogue: what each of Azure's reasons means, what to do, and who can.

Pure data and one lookup. A code that is not here keeps its own words under the type `urn:holdfast:azure:unknown`.
docs/errors.md is this catalogue as a page; a test keeps the two equal.

    entry.py          the form of one entry
    platform.py       reasons of Azure Resource Manager
    vaults.py         reasons about vaults
    configuration.py  reasons about policies and protection
    backups.py        reasons why a backup failed
    scripts.py        reasons why the pre- or post-script of a Linux VM failed
    restores.py       reasons why a restore was refused or failed
    causes.py         the remedy for the cause that a message names
    page.py           writes docs/errors.md
    errors.py         a code that is not in the catalogue
    router.py         GET /v1/errors
"""

from collections.abc import Collection, Sequence

from app.error_catalogue import backups, causes, configuration, platform, restores, scripts, vaults
from app.error_catalogue.entry import TYPE_PREFIX, Entry, Source, Who

SECTIONS: Sequence[tuple[str, Sequence[Entry]]] = (
    ("Azure itself", platform.ENTRIES),
    ("Vaults", vaults.ENTRIES),
    ("Policies and protection", configuration.ENTRIES),
    ("Backups", backups.ENTRIES),
    ("Pre- and post-scripts", scripts.ENTRIES),
    ("Restores", restores.ENTRIES),
)
ENTRIES: Sequence[Entry] = tuple(entry for _, entries in SECTIONS for entry in entries)
UNKNOWN_TYPE = TYPE_PREFIX + "unknown"

_BY_CODE = {code.lower(): entry for entry in ENTRIES for code in entry.codes}
_BY_BEGINNING = {code[:-1]: entry for code, entry in _BY_CODE.items() if code.endswith("*")}
_BY_SLUG = {entry.slug: entry for entry in ENTRIES}

__all__ = [
    "ENTRIES",
    "SECTIONS",
    "TYPE_PREFIX",
    "UNKNOWN_TYPE",
    "Entry",
    "Source",
    "Who",
    "explain",
    "find",
    "find_any",
]


def find(*codes: str | None) -> Entry | None:
    """The entry of the first of these codes of Azure's that has one, in any letter case."""
    return next((entry for code in codes if code and (entry := _by_code(code.lower()))), None)


def _by_code(code: str) -> Entry | None:
    return _BY_CODE.get(code) or next((entry for start, entry in _BY_BEGINNING.items() if code.startswith(start)), None)


def explain(message: str, *codes: str | None, kinds: Collection[str] | None = None) -> Entry | None:
    """As `find`, with the remedy for the cause that Azure's message names; by that alone for some unknown codes.

    `kinds`: the kinds of job that were possibly requested; None = not known.
    """
    entry = find(*codes)
    if entry is not None:
        return causes.told(entry, message, _BY_SLUG, kinds)
    return causes.by_words(message, _BY_SLUG, kinds)


def find_any(code: str) -> Entry | None:
    """By a code of Azure's, by our own slug, or by the whole type."""
    return find(code) or _BY_SLUG.get(code.removeprefix(TYPE_PREFIX).lower())
