"""Problems of requests about Azure's alerts, and the errors of their jobs."""

from app.core.errors import NotFound, Unprocessable
from app.jobs.work import JobError


class AzureAlertsNotFound(NotFound):
    """Holdfast has set up no alerts of Azure for the vault."""

    code = "azure_alerts_not_found"


class AzureAlertsNotValid(Unprocessable):
    """A value of Azure's alerts is not valid."""

    code = "azure_alerts_not_valid"


class PublicUrlMissing(Unprocessable):
    """This installation has no address that Azure could call."""

    code = "public_url_missing"


class ReceiverNotFound(NotFound):
    """No receiver of alerts has this address."""

    code = "receiver_not_found"


def no_action_group(group_id: str) -> JobError:
    return JobError(
        code="action_group_missing",
        title="The action group does not exist",
        detail=f"Azure has no {group_id}. Nothing was sent.",
        remedy="Make the action group in Azure, name another one, or send emails: then Holdfast makes one.",
    )


def action_group_off(group_id: str) -> JobError:
    return JobError(
        code="action_group_off",
        title="The action group is turned off",
        detail=f"{group_id} is turned off in Azure, so it would tell no one. Nothing was sent.",
        remedy="Turn the action group on in Azure, name another one, or send emails: then Holdfast makes one.",
    )
