"""A signed statement as a run of a restore test leaves it, and the keys that verify it."""

import json

from app.evidence.envelope import Envelope
from app.evidence.keys import EvidenceKeys, jwk_of
from app.evidence.statement import GENESIS, Link, Subject, canonical, statement_of

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
OLDER = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
KEYS = EvidenceKeys([KEY, OLDER])
VM = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-web-01"
SUBJECT = Subject(VM, "/subscriptions/s/resourceGroups/rg/providers/v", "1783", "2026-01-31T04:57:49.123Z")
FACTS = {
    "outcome": "proven",
    "levels": [{"level": "restored", "outcome": "passed"}],
    "measured": {"disks_seconds": 61.5},
}
KEY_FILE = json.dumps({"keys": [jwk_of(public) for public in KEYS.public]}).encode()


def signed(sequence: int = 1, previous: str = GENESIS, keys: EvidenceKeys = KEYS) -> Envelope:
    return keys.sign(canonical(statement_of(SUBJECT, FACTS, Link("t", sequence, previous))))


def written(envelope: Envelope) -> bytes:
    return json.dumps(envelope.as_json(), indent=1).encode()
