"""What the program itself is to do or to be like, as in "please log slow queries": no thing that is kept, but an open point."""

from barnraise.planner.domain.language.lexicon import DETERMINERS, MODALS
from barnraise.planner.domain.language.nouns import singular
from barnraise.planner.domain.language.phrases import CORE_APPS, strip_lead
from barnraise.planner.domain.language.text import Tokens, words_of

_RUNNING = frozenset(
    "log cache monitor measure encrypt hash compress retry throttle limit index paginate trace profile audit validate sanitise sanitize "
    "escape archive purge rotate back backup scale deploy host containerise containerize minify debounce batch queue sync synchronise "
    "synchronize mask redact rate-limit lazy-load preload prefetch optimise optimize alert warn record count track report collect store "
    "keep expose use support".split()
)
_MACHINERY = frozenset(
    "query exception stacktrace traceback endpoint header cookie token request response latency timeout migration backup cache "
    "session-token "
    "db log-file logfile metric heartbeat healthcheck health-check webhook crash error failure trace payload bandwidth throughput password "
    "connection thread process cpu memory disk traffic uptime downtime".split()
)
"""What a program is made of or runs on, rather than what somebody keeps records of."""

_QUALITIES = frozenset("fast secure reliable responsive scalable accessible quick snappy robust available stable".split())


def is_behaviour(tokens: Tokens, described: frozenset[str] | set[str]) -> bool:
    """Whether a sentence asks for something that the program does; ``described``: the nouns that the text tells more of, which are kept."""
    words = words_of(strip_lead(tokens)[0])
    plain = [word for word in words if word not in DETERMINERS]
    if not plain or ":" in tokens:
        return False
    nouns = {singular(word) for word in plain}
    of_machine = nouns & _MACHINERY - described
    if plain[0] in _RUNNING:
        return bool(of_machine) and len(plain) < 10 and not _things_besides(plain, of_machine, described)
    about = plain[0] in CORE_APPS | {"it", "everything"} and len(plain) > 1
    if about and plain[1] in MODALS:
        return bool(set(plain) & _QUALITIES) or bool(plain[2:3] and plain[2] in _RUNNING and of_machine)
    shall = next((at for at, word in enumerate(plain) if word in MODALS), 0)
    done = plain[shall + 1 : shall + 2] == ["be"] and any(_stem(word) in _RUNNING for word in plain[shall + 2 : shall + 4])
    return bool(0 < shall < 5 and done and nouns & _MACHINERY & {singular(word) for word in plain[:shall]})


def _things_besides(plain: list[str], of_machine: set[str], described: frozenset[str] | set[str]) -> bool:
    """Whether a list names other things as well: ``log requests, visits and errors`` of which visits are described."""
    return bool(({singular(word) for word in plain[1:]} - of_machine) & described)


def _stem(word: str) -> str:
    base = word.removesuffix("ed")
    return next((tried for tried in (base, f"{base}e", base[:-1]) if tried in _RUNNING), "")
