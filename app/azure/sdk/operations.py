"""`ports.Operations` (docs/azure.md, Asynchronous writes)."""

from app.azure import values as v
from app.azure.sdk import translate_jobs as translate
from app.azure.sdk.connection import Connection
from app.azure.sdk.formats import retry_after
from app.azure.sdk.refusals import azure_errors


class SdkOperations:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def status(self, status_url: str) -> v.OperationStatus:
        """The URL goes back byte for byte (it may be signed), and only to the configured origin."""
        doing = "following an operation"
        response = await self._connection.get(status_url, doing=doing)
        with azure_errors(doing):
            body = response.json() if response.content.strip() else None
            return translate.operation_status(response.status_code, body, retry_after(response.headers))
