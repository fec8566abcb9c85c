"""The caller of a request, as a verified token names him."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """Identified by (issuer, tenant, object id): Entra's `sub` differs per application, `oid` does not."""

    issuer: str
    tenant: str
    object_id: str
    name: str
    """For people: user name, else application id, else object id."""
    roles: frozenset[str]

    @property
    def key(self) -> str:
        """One string that stands for this caller and no other."""
        return f"{self.issuer}|{self.tenant}|{self.object_id}"
