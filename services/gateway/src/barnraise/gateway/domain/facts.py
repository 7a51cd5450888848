"""What events say, as facts: each has the sequence number of the event that said it, and the newest wins.

Folding is commutative and idempotent, so a late or repeated event can never move anything back.
"""

from collections.abc import Mapping
from typing import Any

from barnraise.contracts.events import (
    CodeChanged,
    CodeProposed,
    CommitCreated,
    CommitTested,
    CommitValidated,
    Event,
    JobEnded,
    JobQueued,
    JobStarted,
    ManifestDesigned,
    MergeConflicted,
    PlanMade,
    PreviewReady,
    PreviewStopped,
    PreviewTroubled,
    StepEnded,
    StepStarted,
)

Facts = Mapping[str, Any]
"""name -> [sequence, value]; JSON through and through."""


def value(facts: Facts, name: str) -> Any:
    """What is known under that name; None when nothing is."""
    return facts[name][1] if name in facts else None


def learn(facts: Facts, seq: int, news: Mapping[str, Any]) -> dict[str, Any]:
    """The facts after an event; what is known from a later one stays."""
    known = dict(facts)
    for name, what in news.items():
        if name not in known or known[name][0] < seq:
            known[name] = [seq, what]
    return known


MOST_FILES = 200
"""Of a proposal's files, so many are kept; its difference has them all."""
NAMED_BY_PROMPT: Facts = {"title": [0, None]}
"""What is known of a project that no person has named: its name follows the application's title."""


def title(facts: Facts, seq: int, event: Event) -> str | None:
    """The name that the project takes from the event; None when a person has named it, or a later event has said more."""
    if not isinstance(event, CodeChanged) or event.manifest is None or "title" not in facts or facts["title"][0] >= seq:
        return None
    return event.manifest.title


def named_by_person(facts: Facts) -> dict[str, Any]:
    """The facts of a project whose name does not follow its application any more."""
    return _without(facts, "title")


def job_news(event: Event) -> dict[str, Any]:
    """What an event says about its job. Checks and tests are of each commit that the job was about; the newest tests are its own too."""
    match event:
        case JobQueued():
            news: dict[str, Any] = {"status": {"status": "queued"}}
        case JobStarted():
            news = {"status": {"status": "running"}, "started": event.at.isoformat()}
        case JobEnded():
            news = {"status": _pick(event, "status", "summary", "commit", "problem", "proposal") | {"at": event.at.isoformat()}}
        case StepStarted():
            news = {f"begin:{event.step}:{event.round}": True}
        case StepEnded():
            news = {f"end:{event.step}:{event.round}": _pick(event, "status", "seconds", "problem")}
        case CommitValidated():
            errors = sum(finding.severity == "error" for finding in event.diagnostics)
            news = {f"checks:{event.commit}": _pick(event, "passed", "score") | {"errors": errors}}
        case CommitTested():
            counts = _pick(event.report, "passed", "failed", "skipped")
            news = {"tests": counts, f"tests:{event.commit}": counts}
        case PreviewReady():
            news = {"preview": event.host}
        case _:
            news = {}
    return news


def learn_about_project(facts: Facts, seq: int, event: Event) -> dict[str, Any]:
    """A project's facts after an event: its commit, its title and its preview."""
    match event:
        case CommitCreated() | CodeChanged():
            named = title(facts, seq, event)
            return learn(facts, seq, {"commit": event.commit} | ({"title": named} if named else {}))
        case PreviewReady():
            known = value(facts, "preview")
            other_stopped = known is not None and known["host"] is None and known["id"] != event.preview_id
            # A stop that was heard first ends its own preview, not another one.
            return learn(_without(facts, "preview") if other_stopped else facts, seq, {"preview": _preview(event, event.host)})
        case PreviewStopped():
            known = value(facts, "preview")
            if known is not None and known["host"] is not None and known["id"] != event.preview_id:
                return dict(facts)
            return learn(facts, seq, {"preview": _preview(event, None)})
    return dict(facts)


_REPORTS: dict[type[Event], tuple[str, tuple[str, ...]]] = {
    CommitValidated: ("checks", ("commit", "passed", "score", "diagnostics", "tools")),
    CommitTested: ("tests", ("commit", "passed", "verdict", "report", "enforced", "accepted")),
    PreviewTroubled: ("trouble", ("commit", "source", "text", "detail", "where")),
}


def reports(event: Event) -> dict[str, Any]:
    """The project's newest results that an event replaces, by kind: plan, manifest, checks, tests, trouble; each job's conflict, each
    branch's proposal."""
    match event:
        case PlanMade(manifest=manifest) | ManifestDesigned(manifest=manifest) if manifest is not None:
            return {"plan": _pick(event, "decision", "summary", "manifest")}
        case CodeChanged(manifest=manifest) if manifest is not None:
            return {"manifest": manifest.model_dump(mode="json")}
        case MergeConflicted():
            return {f"conflict:{event.job_id}": _pick(event, "job_id", "paths", "files")}
        case CodeProposed(changed=True):
            files = [_pick(file, "path", "change", "added", "removed") for file in event.files[:MOST_FILES]]
            return {f"proposal:{event.branch}": _pick(event, "job_id", "commit", "text", "used", "impact") | {"files": files}}
    if type(event) not in _REPORTS:
        return {}
    kind, names = _REPORTS[type(event)]
    return {kind: _pick(event, *names)}


def _preview(event: PreviewReady | PreviewStopped, host: str | None) -> dict[str, Any]:
    return {"id": event.preview_id, "host": host}


def _without(facts: Facts, name: str) -> dict[str, Any]:
    return {key: fact for key, fact in facts.items() if key != name}


def _pick(contract: Any, *names: str) -> dict[str, Any]:
    return contract.model_dump(mode="json", include=set(names))
