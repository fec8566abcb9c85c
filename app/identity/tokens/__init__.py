"""A bearer token becomes a principal.

A token that is not valid is refused in `bearer.py` alone.

    bearer.py       verifies a token: signature, issuer, audience, times
    keys.py         signing keys of the trusted issuers
    claims.py       the claims of a token, read strictly
    principal.py    who holds the token, as its issuer says
    scopes.py       what a delegated token allows
    token_cache.py  tokens that were verified already
"""
