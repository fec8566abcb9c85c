"""What a person let an application do in his name (delegated tokens): everything he may himself, or reading only."""

ACCESS = "access"
"""Everything the person may."""
READ = "read"
"""What changes nothing."""


def scope_allows(scopes: frozenset[str] | None, *, is_read: bool) -> bool:
    """Whether a token with these scopes may be used for a read, or for a write.

    None = an application's own token: it acts for nobody else, its roles alone decide. Other scopes allow nothing.
    """
    return scopes is None or ACCESS in scopes or (is_read and READ in scopes)
