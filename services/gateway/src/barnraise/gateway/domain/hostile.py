"""What a hostile preview tries in the browser of whoever looks at it, as data. What carries it out is ``adapters/hostile``."""

from dataclasses import dataclass
from typing import Any, Literal

FRAME = "allow-scripts allow-same-origin allow-forms allow-downloads"
"""What the platform's page lets the frame do in which it shows a preview."""

Where = Literal["frame", "alone", "opened", "foreign"]
"""Where the attacker's page is: in the platform's frame, alone in a tab, opened from the platform's page, or under a foreign name."""
Verdict = Literal["held", "escaped", "not judged", "failed"]


@dataclass(frozen=True)
class Attack:
    name: str
    tries: str
    where: Where


@dataclass(frozen=True)
class Finding:
    """``not judged``: there is no browser here; ``failed``: the attack's page was not run, so that nothing was found out."""

    attack: Attack
    verdict: Verdict
    said: str = ""
    seconds: float = 0.0

    def document(self) -> dict[str, Any]:
        """In the shape of the sandbox's escape suite."""
        attack = self.attack
        evidence = {"browser": "it succeeded"} if self.verdict == "escaped" else {}
        return {
            "attack": attack.name, "tries": attack.tries, "about": "browser", "verdict": self.verdict, "evidence": evidence,
            "said": self.said[:200], "seconds": round(self.seconds, 3),
        }  # fmt: skip


ATTACKS: tuple[Attack, ...] = (
    Attack("cookie", "a preview's page reads the platform's cookie", "frame"),
    Attack("storage", "a preview's page reads the platform's storage as its own", "frame"),
    Attack("parent-storage", "a preview's page reads the storage of the page around it", "frame"),
    Attack("parent-page", "a preview's page reads the page around it", "frame"),
    Attack("top-navigation", "a preview's page leads the platform's tab elsewhere", "frame"),
    Attack("popup", "a preview's page opens a window that looks like the platform's", "frame"),
    Attack("opener", "a preview in a tab of its own leads the tab elsewhere that has opened it", "opened"),
    Attack("frame-platform", "a preview's page shows the platform in a frame, for clicks that somebody means for it", "alone"),
    Attack("frame-sibling", "a preview's page shows another preview in a frame", "alone"),
    Attack("sibling-storage", "a preview's page reads another one's storage", "alone"),
    Attack("platform-socket", "a preview's page opens the platform's WebSocket as its user", "alone"),
    Attack("platform-read", "a preview's page reads the platform's API as its user", "alone"),
    Attack("platform-write", "a preview's page gives the platform orders as its user", "alone"),
    Attack("platform-form", "a preview's page sends the platform a form as its user", "alone"),
    Attack("service-worker", "a preview's service worker answers for the platform or another preview", "alone"),
    Attack("sibling-request", "a preview's page gives another one orders", "alone"),
    Attack("tossed-cookie", "a preview sets cookies for the platform or another preview", "alone"),
    Attack("camera", "a preview's page asks for the camera", "alone"),
    Attack("rebound-host", "a foreign name that points here shows a preview", "foreign"),
)
