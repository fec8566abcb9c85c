"""Errors of evidence."""

from app.core.errors import NotFound, Unavailable

RETRY_SECONDS = 60


class EvidenceKeysMissing(Unavailable):
    """This installation cannot sign evidence yet."""

    code = "evidence_keys_missing"

    def __init__(self) -> None:
        super().__init__(
            "No key is set to sign evidence with, so no restore test is made.",
            remedy="Operators: set HOLDFAST_EVIDENCE_KEYS for every process (docs/evidence.md, Keys).",
            retry_after=RETRY_SECONDS,
        )


class EvidenceNotFound(NotFound):
    """There is no evidence of that yet."""

    code = "evidence_not_found"
