"""What a person let an application do on their behalf (delegated tokens): everything they may do, or reading only."""

ACCESS = "access"
"""Everything the person may."""
_ACCESS = frozenset({ACCESS, "user_impersonation", "access_as_user"})
"""And what Entra's own templates call it."""
READ = "read"
"""What changes nothing."""


def scope_allows(scopes: frozenset[str] | None, *, is_read: bool) -> bool:
    """Whether a token with these scopes may be used for a read, or for a write.

    None = an application's own token: it acts for itself, and its roles alone decide. Other scopes allow nothing.
    """
    return scopes is None or bool(_ACCESS & scopes) or (is_read and READ in scopes)
