"""Problems of requests about webhooks."""

from app.core.errors import Conflict, NotFound, TooManyRequests, Unavailable, Unprocessable


class WebhookNotFound(NotFound):
    """There is no such webhook."""

    code = "webhook_not_found"


class WebhookTargetForbidden(Unprocessable):
    """This URL is never called."""

    code = "webhook_target_forbidden"


class WebhookTargetUnresolved(Unprocessable):
    """The host of this URL could not be resolved."""

    code = "webhook_target_unresolved"
    retryable = True


class WebhookLookupsBusy(Unavailable):
    """Too many names are being looked up for your tenant."""

    code = "webhook_lookups_busy"


class WebhookEventNotFound(NotFound):
    """There is no such event to replay."""

    code = "webhook_event_not_found"


class WebhookReplayTooLarge(Unprocessable):
    """The span to replay holds too many events."""

    code = "webhook_replay_too_large"


class WebhookDisabled(Conflict):
    """The webhook is disabled."""

    code = "webhook_disabled"


class WebhookRotating(Conflict):
    """The secret was rotated a short while ago."""

    code = "webhook_rotating"


class WebhookTestedJustNow(TooManyRequests):
    """A test event was sent a moment ago."""

    code = "webhook_tested_just_now"
