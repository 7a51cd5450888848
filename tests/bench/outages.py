"""All providers are out, in every way there is; and replies that are cut at every tenth: what becomes of jobs, and of files."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator

from figures import Row
from platform_client import Platform
from scripted import WISH, built, changing, scripted_platform, set_up, wished
from scripted_provider import Act, Hang, Refuse, Say, ScriptedProvider

PROTOCOLS = ("openai-chat", "openai-responses", "anthropic", "gemini")
OUTAGES: dict[str, Act | None] = {
    "refused": None,
    "500": Refuse(500),
    "503": Refuse(503, "Overloaded."),
    "429": Refuse(429),
    "429 for an hour": Refuse(429, retry_after=3600),
    "401": Refuse(401, "Incorrect API key provided."),
    "silent": Hang(),
    "cut": Say("Visitors are greeted.\n<changes>\n" * 20, cut=0.5),
    "cut neatly": Say("Visitors are greeted.\n<changes>\n" * 20, cut=0.5, neatly=True),
    "garbage": Say(garbage=3),
}
OPEN = "Track lamps: lamps have a name and a wattage. Do something magical with their glow whenever the moon is full."
"""The engine reads a part of it; a model is asked for the rest."""
UNREADABLE = "a thing for my pottery, you know, with the kiln and all that glazing chaos?!"
STALL = 1.0
PAGE = "<p>Größer, <b>schöner</b>, weiter.</p>\n" * 20


def rows(_: Platform, rounds: int) -> Iterator[Row]:
    """On a platform of its own, through the API alone."""
    with scripted_platform() as (platform, provider):
        project = built(platform)
        yield from _outages(platform, provider, project)
        yield from _cuts(platform, provider, project)


def _outages(platform: Platform, provider: ScriptedProvider, project: str) -> Iterator[Row]:
    """Two models by two protocols, both out. Of four jobs at once the built-in engine can do two; two need a model."""
    ends: Counter[str] = Counter()
    lost = 0
    for number, (outage, act) in enumerate(OUTAGES.items()):
        provider.otherwise = act or Say()
        for turn in range(2):
            model = f"out-{number}-{turn}"
            provider.models.add(model)
            url = provider.url if act else f"http://127.0.0.1:{_closed()}"
            set_up(platform, f"m{turn}", model, url, PROTOCOLS[(2 * number + turn) % 4], stall=STALL)
        asked = len(provider.asked)
        by_engine = [platform.create(OPEN), platform.say(project, f"add a page about prices{number}")]
        by_model = [platform.create(UNREADABLE), platform.say(project, WISH)]
        jobs = {one["job"]["id"]: wanted for wanted, many in (("succeeded", by_engine), ("needs_input", by_model)) for one in many}
        for job, wanted in jobs.items():
            end = _end(platform, job)
            ends[end] += 1
            if end != wanted:
                print(f"{outage}: {job} {end}, not {wanted}")
                lost += 1
        if act and len(provider.asked) < asked + 3:
            raise RuntimeError(f"{outage}: the models were not asked")
    total = 4 * len(OUTAGES)
    name = f"all providers out in {len(OUTAGES)} ways, of {total} jobs: lost, or ended otherwise"
    yield Row(name, {"p50": lost, "n": total}, "", "0", not lost)
    yield Row("  built by the built-in engine", {"p50": ends["succeeded"]}, "", "", None)
    yield Row("  needs_input, nothing changed", {"p50": ends["needs_input"]}, "", "", None)


def _cuts(platform: Platform, provider: ScriptedProvider, project: str) -> Iterator[Row]:
    """One model's reply is cut, by turns by a reset and neatly; another's is whole. The change is undone before the next one."""
    reply = changing(*(f'<file path="pages/note{number}.html">\n{PAGE}</file>\n' for number in range(4)), pieces=40)
    provider.otherwise = reply
    wanted = _changed(platform, provider, project)
    for kind, neatly in (("reset", False), ("neatly", True)):
        same = 0
        for tenth in range(10):
            model = f"cut-{kind}-{tenth}"
            provider.models |= {model, "whole"}
            set_up(platform, "m0", model, provider.url, PROTOCOLS[tenth % 4])
            set_up(platform, "m1", "whole", provider.url, PROTOCOLS[(tenth + 1) % 4])
            provider.play(model, Say(reply.text, pieces=40, cut=tenth / 10, neatly=neatly))
            same += _changed(platform, provider, project) == wanted and not provider.script[model]
        name = f"reply cut at every 10 %, {kind}, jobs with fail-over: same files on main"
        yield Row(name, {"p50": same, "n": 10}, "of 10", "10", same == 10)


def _changed(platform: Platform, provider: ScriptedProvider, project: str) -> list[tuple[str, str]]:
    """The files of ``main`` once the wish has come true; then it is undone."""
    end = _end(platform, wished(platform, project))
    files = [(file["path"], file["blob"]) for file in platform.get(f"/projects/{project}/files")["items"]] if end == "succeeded" else []
    if files and _end(platform, platform.say(project, "undo")["job"]["id"]) != "succeeded":
        raise RuntimeError("the change was not undone")
    return files


def _end(platform: Platform, job: str) -> str:
    """How the job ended; ``lost`` when it has not within three minutes."""
    try:
        return str(platform.ended(job, timeout=180)["status"])
    except AssertionError:
        return "lost"


def _closed() -> int:
    """A port of loopback on which nobody listens."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])
