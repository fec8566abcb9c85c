"""Every example of the OpenAPI document is executed as it stands, in the sample world.

`make soak PART=whole` gives each a fresh copy of that world. `make test` executes them one after the other in one copy,
and only those that a former one was in the way of in a fresh one: a copy takes longer than the request.
"""

from collections.abc import Iterable, Iterator

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from app.main import openapi_document
from tests.examples.requests_of_examples import Example, examples_of
from tests.examples.sample_world import SampleWorld, a_copy, made
from tests.whole import is_whole

SECRET_ADDRESSES = {"receive_azure_alert", "open_report_link"}
"""Operations without an example: a part of their address is a secret that was made for one receiver or reader."""
EXAMPLES = [one for one in examples_of(openapi_document()) if one.operation not in SECRET_ADDRESSES]
READS = [one for one in EXAMPLES if one.method == "GET"]
WRITES = [one for one in EXAMPLES if one.method != "GET"]


@pytest.fixture(scope="module")
def sample(
    template_database_url: str, tmp_path_factory: pytest.TempPathFactory, signing_key: rsa.RSAPrivateKey
) -> Iterator[SampleWorld]:
    with made(template_database_url, tmp_path_factory.mktemp("sample"), signing_key) as world:
        yield world


async def token_of_check(caller: httpx.AsyncClient, example: Example) -> dict[str, str]:
    """A verdict has a token of its own: it is in the event that asks for it."""
    if example.operation != "put_restore_test_verdict":
        return {}
    (asked,) = (await caller.get("/v1/events", params={"type": "holdfast.restore_test.check_requested"})).json()[
        "items"
    ]
    return {"Authorization": f"Bearer {asked['data']['token']}"}


async def refusal(caller: httpx.AsyncClient, example: Example) -> str:
    """Empty where the example succeeds."""
    headers = example.headers | await token_of_check(caller, example)
    answer = await caller.request(
        example.method, example.path, params=example.query, headers=headers, json=example.body
    )
    return "" if answer.is_success else f"{example.id}: {answer.status_code} {answer.text}"


async def refused_in_one_copy(sample: SampleWorld, examples: Iterable[Example]) -> list[Example]:
    async with a_copy(sample) as caller:
        return [example for example in examples if await refusal(caller, example)]


async def refused_alone(sample: SampleWorld, examples: Iterable[Example]) -> list[str]:
    refused = []
    for example in examples:
        async with a_copy(sample) as caller:
            refused.append(await refusal(caller, example))
    return [one for one in refused if one]


async def test_every_read_answers(sample: SampleWorld) -> None:
    async with a_copy(sample) as caller:
        refused = [await refusal(caller, example) for example in READS]
    assert [one for one in refused if one] == []


async def test_every_write_is_accepted(sample: SampleWorld) -> None:
    left = WRITES if is_whole() else await refused_in_one_copy(sample, WRITES)
    assert await refused_alone(sample, left) == []
