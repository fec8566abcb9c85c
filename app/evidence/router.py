"""The paths under /v1/evidence."""

from fastapi import APIRouter, Request, Response

from app.core.http.conventions import answer
from app.core.http.problems import problem_responses
from app.evidence.keys import EvidenceKeys, jwk_of
from app.evidence.schemas import EvidenceKeysRead
from app.evidence.store import public_keys
from app.identity.access.dependencies import CurrentCaller, DatabaseOf, SecuredRoute
from app.identity.access.permissions import Permission, requires
from app.identity.access.services import access_services_of

router = APIRouter(prefix="/v1/evidence", tags=["evidence"], route_class=SecuredRoute)


@router.get(
    "/keys",
    operation_id="list_evidence_keys",
    openapi_extra=requires(Permission.RESTORES_READ),
    response_model=EvidenceKeysRead,
    responses=problem_responses(401, 503),
)
async def list_evidence_keys(request: Request, _caller: CurrentCaller, db: DatabaseOf) -> Response:
    """The public keys of evidence, as a JWK set. Save it with the evidence: both verify without Holdfast.

    A key stays in the set when it signs no more.
    """
    ours = EvidenceKeys(access_services_of(request).settings.keys_of_evidence)
    async with db.begin() as session:
        keys = await public_keys(session, ours)
    return answer(EvidenceKeysRead.model_validate({"keys": [jwk_of(key) for key in keys]}))
