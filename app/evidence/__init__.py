"""Evidence: signed statements that a third party can verify without Holdfast (docs/evidence.md).

A statement is an in-toto Statement v1, signed with Ed25519 in a DSSE envelope. Each names the hash of the tenant's
statement before it, so that one that is missing is noticed. The table outlives its tenant.

    statement.py     the statement and its canonical bytes. Pure.
    envelope.py      the DSSE envelope: what is signed, and how it is read. Pure.
    keys.py          keys of HOLDFAST_EVIDENCE_KEYS, and the JWK set of the public ones. Pure.
    proofs.py        what restore tests proved of an item, and what ends a proof. Pure.
    verification.py  whether an envelope is authentic, and what it states. Pure.
    models.py        the tables: statements, and public keys that signed any
    store.py         appends a statement to the chain of its tenant; reads
    commands.py      what `holdfast evidence` does
    router.py        /v1/evidence/keys
    schemas.py       its body
    errors.py        what can go wrong
"""
