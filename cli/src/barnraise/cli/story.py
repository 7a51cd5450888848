"""Events told to a person, one line each."""

from typing import Any

from barnraise.cli.output import Output

_MARKS = {"succeeded": "✓", "failed": "✗", "cancelled": "–", "skipped": "–"}


class Story:
    """Prints what happens in a job to standard error as it happens."""

    def __init__(self, output: Output, job: str | None = None) -> None:
        self._output = output
        self._job = job

    def tell(self, item: dict[str, Any]) -> None:
        event = item["event"]
        if self._job and event.get("job_id") != self._job:
            return
        if line := describe(event):
            self._output.note(line)


def describe(event: dict[str, Any]) -> str | None:
    """One line for an event that a person wants to see, else None."""
    match event["type"].rsplit(".", 1)[0]:
        case "job.queued" if event["ahead"]:
            return f"  queued, {event['ahead']} before it"
        case "step.ended":
            problem = f": {event['problem']['detail'].splitlines()[0]}" if event.get("problem") else ""
            return f"  {_MARKS.get(event['status'], '?')} {event['step']:<9} {event['seconds']:6.2f} s{problem}"
        case "message.posted" if event["role"] == "assistant":
            return event["text"]
    return None
