"""The body of /v1/evidence/keys."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

EXAMPLE: dict[str, Any] = {
    "keys": [
        {
            "alg": "EdDSA",
            "crv": "Ed25519",
            "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
            "kty": "OKP",
            "use": "sig",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        }
    ]
}


class EvidenceKeyRead(BaseModel):
    """A public key, as a JSON Web Key (RFC 8037)."""

    alg: Literal["EdDSA"]
    crv: Literal["Ed25519"]
    kid: str = Field(description="The key's thumbprint (RFC 7638). `keyid` of a signature names it.")
    kty: Literal["OKP"]
    use: Literal["sig"]
    x: str = Field(description="The public key, in URL-safe base64.")


class EvidenceKeysRead(BaseModel):
    """Every key that signs evidence or has signed any, the one that signs now first."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    keys: list[EvidenceKeyRead]
