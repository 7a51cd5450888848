"""Exceptions, told to an error tracker that speaks Sentry's protocol. Nothing is loaded, and nothing leaves, unless an address is set."""

from typing import Any

from pydantic import SecretStr

from barnraise.chassis import logs
from barnraise.chassis.tracing import current_trace_id


def configure(service: str, dsn: SecretStr | None) -> None:
    """Tell of exceptions that are logged, with the trace's id, without values of variables, requests or secrets."""
    if dsn is None:
        return
    import sentry_sdk

    sentry_sdk.init(
        dsn=dsn.get_secret_value(),
        server_name=service,
        default_integrations=False,
        auto_enabling_integrations=False,
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        traces_sample_rate=None,
        before_send=_scrubbed,
    )
    sentry_sdk.set_tag("service", service)
    logs.tell(_capture)


def _capture(error: BaseException) -> None:
    import sentry_sdk

    with sentry_sdk.new_scope() as scope:
        if trace_id := current_trace_id():
            scope.set_tag("trace_id", trace_id)
        sentry_sdk.capture_exception(error)


def _scrubbed(event: Any, _: Any) -> Any:
    """The texts of exceptions may quote an address with its password; nothing else of ours is in there."""
    return logs.redact(None, "", event)
