"""The process of `holdfast dev` that makes the sample world, on the stack's database and simulator."""

import asyncio
import sys

import httpx

from app.core.settings import Settings, load_settings
from app.dev.sample.making import Tokens, make_sample
from app.dev.sample.stage import SampleFailed, Stage
from app.dev.tokens import ROLES, TokenRefused, fetch_token
from app.examples import ids

AZURE = "https://management.azure.com"


async def run(settings: Settings, time_scale: float) -> None:
    """Raises SampleFailed, TokenRefused."""
    (issuer,) = settings.oidc_issuers
    tokens = Tokens(
        platform=fetch_token(issuer, principal="sample-platform", roles=["platform_admin"]),
        azure=fetch_token(issuer, principal="sample-azure", roles=[], audience=AZURE),
        admin=fetch_token(issuer, principal=ids.ADMIN, roles=ROLES),
        second=fetch_token(issuer, principal=ids.SECOND_PERSON, roles=ROLES),
        swagger=fetch_token(issuer, principal=ids.SWAGGER, roles=ROLES),
    )
    # trust_env=False: a proxy of the machine must not come between us and the simulator.
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        await make_sample(Stage(settings, http, time_scale), tokens)


if __name__ == "__main__":
    try:
        asyncio.run(run(load_settings("database_url", "oidc_issuers"), float(sys.argv[1])))
    except (SampleFailed, TokenRefused) as error:
        sys.exit(str(error))
