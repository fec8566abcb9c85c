"""The commands `holdfast evidence ...`: output lines and exit code."""

from collections.abc import Sequence
from pathlib import Path

from app.evidence.verification import NotAuthentic, Verified, check_chain, verify

AUTHENTIC, CHANGED, NOT_LOOKED_AT = 0, 1, 2
"""Nothing is wrong; something is; that could not be found out."""


def verify_files(files: Sequence[Path], keys: Path) -> tuple[int, str]:
    """Verify each file, and that they follow each other if there are several."""
    try:
        known = keys.read_bytes()
        contents = [(path, path.read_bytes()) for path in files]
    except OSError as error:
        return NOT_LOOKED_AT, f"{error.filename} cannot be read: {error.strerror}"
    verified: list[Verified] = []
    for path, content in contents:
        try:
            verified.append(verify(content, known))
        except NotAuthentic as error:
            return CHANGED, f"NOT AUTHENTIC: {path}: {error}"
    try:
        check_chain(verified)
    except NotAuthentic as error:
        return CHANGED, f"NOT AUTHENTIC: {error}"
    return AUTHENTIC, "\n".join(_line(one) for one in verified)


def _line(one: Verified) -> str:
    stated, (subject, *_) = one.statement["predicate"], one.statement["subject"]
    named = subject["annotations"]
    at = named["recovery_point_time"]
    point = f"recovery point of {at}" if at is not None else "no recovery point"
    return (
        f"Authentic: {named['vm_id'].rpartition('/')[2]}, {point}: "
        f"{stated.get('outcome')}; statement {one.chain['sequence']} of tenant {one.chain['tenant']}, key {one.key_id}"
    )
