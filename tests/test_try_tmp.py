import time, httpx, pytest, json
from app.core.settings import Settings
from app.dev.sample.making import Tokens, make_sample
from app.dev.sample.stage import Stage
from app.simulator.asgi import create_app as sim
from tests.world import SIMULATOR, ISSUER, SECRETS_KEY, EVIDENCE_KEY
from tests.conftest import *

async def test_it(database_url, signing_key):
    simulator = sim(signing_key=signing_key, time_scale=60)
    s = Settings(database_url=database_url, simulator=True, arm_url=SIMULATOR, oidc_issuers=(ISSUER,), secrets_keys=SECRETS_KEY, evidence_keys=EVIDENCE_KEY)
    tok = lambda c, *r: simulator.identity.token(SIMULATOR, c, "api://holdfast", list(r))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(simulator)) as http:
        stage = Stage(s, http, 60)
        b=time.monotonic(); c=time.process_time()
        try:
            await make_sample(stage, Tokens(tok("p","platform_admin"), tok("sample-admin"), tok("sample-approver"), tok("swagger")))
        finally:
            print("took", time.monotonic()-b, time.process_time()-c, "skew", simulator.clock.offset/1e7)
