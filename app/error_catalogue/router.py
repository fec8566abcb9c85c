"""GET /v1/errors: what Azure's codes mean."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from app import error_catalogue
from app.core.http.conventions import answer
from app.core.http.problems import problem_responses
from app.error_catalogue.errors import ErrorNotKnown
from app.identity.access.dependencies import CurrentCaller, SecuredRoute
from app.identity.access.permissions import Permission, requires

router = APIRouter(prefix="/v1/errors", tags=["errors"], route_class=SecuredRoute)


class ErrorRead(BaseModel):
    """One error code of Azure, explained."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:holdfast:azure:backup_running",
                    "codes": ["UserErrorBackupOperationInProgress"],
                    "title": "Another backup of this VM is running",
                    "cause": "Azure makes one backup of a VM at a time.",
                    "remedy": "Follow that job, then ask again.",
                    "retryable": True,
                    "who": "caller",
                    "source": "documented",
                }
            ]
        }
    )

    type: str
    codes: list[str] = Field(description="Empty: recognised by Azure's message, not by a code.")
    title: str
    cause: str
    remedy: str
    retryable: bool
    who: Literal["caller", "subscription_owner", "us"]
    source: Literal["recorded", "documented", "reported", "assumed"]

    @classmethod
    def of(cls, entry: error_catalogue.Entry) -> "ErrorRead":
        return cls(
            codes=list(entry.codes), **{name: getattr(entry, name) for name in cls.model_fields if name != "codes"}
        )


class ErrorCatalogue(BaseModel):
    """Every error code that Holdfast explains."""

    items: list[ErrorRead]


EVERY = ErrorCatalogue(items=[ErrorRead.of(entry) for entry in error_catalogue.ENTRIES])


@router.get(
    "",
    operation_id="list_errors",
    openapi_extra=requires(Permission.ANY),
    response_model=ErrorCatalogue,
    responses=problem_responses(401, 503),
)
async def list_errors(_caller: CurrentCaller) -> Response:
    """Every error code of Azure that Holdfast can explain, in one answer; it changes only with a release."""
    return answer(EVERY)


@router.get(
    "/{code}",
    operation_id="get_error",
    openapi_extra=requires(Permission.ANY),
    response_model=ErrorRead,
    responses=problem_responses(401, 404, 422, 503),
)
async def get_error(code: Annotated[str, Path(min_length=1, max_length=200)], _caller: CurrentCaller) -> Response:
    """What an error code of Azure means, in any letter case; also for one of Holdfast's types."""
    entry = error_catalogue.find_any(code)
    if entry is None:
        raise ErrorNotKnown(
            f"Holdfast cannot explain {code}.",
            azure_code=code,
            remedy=f"Act on Azure's own message. Jobs that fail with it carry the type {error_catalogue.UNKNOWN_TYPE}.",
        )
    return answer(ErrorRead.of(entry))
