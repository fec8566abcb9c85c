"""The owner of a token, as the issuer names them, before anything is read from our database."""

from dataclasses import dataclass

BETWEEN = "|"
"""Between the parts of a key. No issuer and no directory has it in its name; an object id may."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Identified by (issuer, directory, object id): Entra's `sub` differs per application, `oid` does not."""

    issuer: str
    directory: str
    """The `tid` claim: the directory of the issuer that the caller lives in. Not a tenant of Holdfast."""
    object_id: str
    name: str
    """For people: user name, else application id, else object id."""
    app_roles: frozenset[str]
    groups: frozenset[str]
    """Ids of the principal's groups; empty where the token does not list them (Entra: more groups than fit)."""
    scopes: frozenset[str] | None
    """What a person allowed the application to do on their behalf; None = the token is the application's own."""

    @property
    def key(self) -> str:
        """One string that identifies this principal."""
        return BETWEEN.join((self.issuer, self.directory, self.object_id))
