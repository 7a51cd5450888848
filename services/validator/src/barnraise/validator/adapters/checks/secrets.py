"""Keys and passwords in files: what has the form of a provider's key, and what is called a secret and looks like one."""

import math
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePosixPath

from barnraise.validator.adapters.checks.files import Found, by_file, matches

_FORMS: dict[str, tuple[tuple[str, ...], str]] = {
    "private-key": (("PRIVATE KEY",), r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP |ENCRYPTED )?PRIVATE KEY(?: BLOCK)?-----"),
    "aws-key": (("AKIA", "ASIA", "ABIA", "ACCA"), r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b"),
    "github-token": (("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"), r"\b(?:gh[pousr]_\w{36,255}|github_pat_\w{40,255})\b"),
    "gitlab-token": (("glpat-",), r"\bglpat-[\w-]{20,}"),
    "slack-token": (("xox",), r"\bxox[abposr]-[A-Za-z0-9-]{10,}"),
    "slack-webhook": (("hooks.slack.com",), r"https://hooks\.slack\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{16,}"),
    "stripe-key": (("_live_", "whsec_"), r"\b(?:sk|rk)_live_[A-Za-z0-9]{16,}|\bwhsec_[A-Za-z0-9]{24,}"),
    "anthropic-key": (("sk-ant-",), r"\bsk-ant-[a-z0-9]+-[\w-]{24,}"),
    "openai-key": (("sk-",), r"\bsk-(?!ant-)(?:proj-|svcacct-)?[A-Za-z0-9]{20}[\w-]{12,}"),
    "google-key": (("AIza",), r"\bAIza[\w-]{35}"),
    "sendgrid-key": (("SG.",), r"\bSG\.[\w-]{22}\.[\w-]{43}"),
    "twilio-key": (("SK",), r"\bSK[0-9a-f]{32}\b"),
    "npm-token": (("npm_",), r"\bnpm_[A-Za-z0-9]{36}\b"),
    "pypi-token": (("pypi-AgEIcHlwaS5vcmc",), r"\bpypi-AgEIcHlwaS5vcmc[\w-]{50,}"),
    "telegram-token": ((":AA",), r"\b\d{8,10}:AA[\w-]{33}\b"),
    "json-web-token": (("eyJ",), r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}"),
    "password-in-url": (("://",), r"\w://[^\s:/@\"'<>${}]{1,64}:(?P<secret>[^\s:/@\"'<>${}]{8,64})@[\w.-]+"),
}
"""The form of each, and what is in every one of them: to look for that first costs next to nothing."""
_CALLED = re.compile(
    r"(?i)(?:password|passwd|secret|api[_-]?key|access[_-]?key|auth[_-]?token|private[_-]?key|access[_-]?token|credential)[\w-]*"
    r"[\"']?\s*(?::\s*[\w\[\]| ]+=|[:=]=?|=>)\s*[\"'](?P<secret>[^\"'\s]{12,200})[\"']"
)
_SETTING = re.compile(r"(?im)(?:PASSWORD|SECRET|API_?KEY|TOKEN|CREDENTIAL)\w*[ \t]*=[ \t]*(?P<secret>[^\s\"'#$]{12,200})[ \t]*$")
_RULES = [(code, hints, re.compile(form)) for code, (hints, form) in _FORMS.items()]
_PLACEHOLDER = re.compile(
    r"(?i)example|sample|change|dummy|placeholder|your|insert|replace|fake|test|demo|xxx|\*\*\*|\.\.\.|<|\$\{|%\(|todo|none|null|default"
    r"|password|secret|process\.env|environ|localhost|0123456|abcdef|12345678"
)
_TESTS = re.compile(r"(^|/)(tests?|__tests__|fixtures|testdata|spec)/|(^|/)(test_[^/]*|[^/]*[._](test|spec)\.\w+|conftest\.py)$")
_GENERATED = frozenset(
    "package-lock.json pnpm-lock.yaml yarn.lock poetry.lock uv.lock Cargo.lock composer.lock go.sum Gemfile.lock".split()
)
_ENTROPY = 3.2


def main() -> None:
    by_file(look)


def look(path: str, text: str) -> Iterator[Found]:
    """Keys in a provider's form are told wherever they are; what only looks like a secret, not in tests."""
    name = PurePosixPath(path)
    if name.name in _GENERATED or name.suffix in (".svg", ".map"):
        return
    seen: set[int] = set()
    for code, rule in [(code, rule) for code, hints, rule in _RULES if any(hint in text for hint in hints)]:
        for match, line, column in matches(rule, text):
            if code == "password-in-url" and not _is_random(match["secret"], least=2.5):
                continue
            seen.add(line)
            yield Found(code, "error", f"This looks like a {code.replace('-', ' ')}: it belongs into the environment.", line, column)
    if _TESTS.search(path):
        return
    is_settings = name.name.startswith(".env") or name.suffix in (".env", ".ini", ".cfg", ".properties", ".conf")
    for match, line, column in matches(_SETTING if is_settings else _CALLED, text):
        if line not in seen and _is_random(match["secret"], least=_ENTROPY):
            yield Found("hard-coded-secret", "error", "A secret is written into the file: it belongs into the environment.", line, column)


def _is_random(text: str, least: float) -> bool:
    """Not a word that stands in for a secret, nor a name, an address or a sentence."""
    if _PLACEHOLDER.search(text) or text.startswith(("http", "/", "./", "{", "[", "(")) or text.isalpha():
        return False
    if not re.search(r"\d", text) and re.fullmatch(r"[\w.:-]+", text):
        return False
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares) >= least
