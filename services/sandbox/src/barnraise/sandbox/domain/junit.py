"""pytest's JUnit XML, as said by untrusted code: bounded, no document type and hence no entities, nothing believed but the counts."""

from xml.parsers import expat

from barnraise.contracts.diagnostics import TestCase, TestReport

MAX_BYTES = 4 << 20
MAX_CASES = 50
MAX_TESTS = 100_000
_OUTCOMES = {"failure": "failed", "error": "error", "skipped": "skipped"}


class UnreadableError(ValueError):
    """The report is no report."""


def parse_report(document: bytes) -> TestReport:
    """Counts of all cases and the first 50 that did not pass; UnreadableError for anything but well-formed JUnit XML of at most 4 MiB."""
    if len(document) > MAX_BYTES:
        raise UnreadableError("the report is too large")
    reader = _Reader()
    try:
        reader.read(document)
    except expat.ExpatError as error:
        raise UnreadableError(f"the report is not XML: {error}") from error
    return reader.report()


class _Reader:
    def __init__(self) -> None:
        self._counts = {"passed": 0, "failed": 0, "skipped": 0, "error": 0}
        self._cases: list[TestCase] = []
        self._seconds = 0.0
        self._name: str | None = None
        self._time = 0.0
        self._outcome = "passed"
        self._message: list[str] = []
        self._listening = False

    def read(self, document: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(document, True)

    def report(self) -> TestReport:
        counts = self._counts
        return TestReport(
            passed=counts["passed"],
            failed=counts["failed"] + counts["error"],
            skipped=counts["skipped"],
            seconds=round(self._seconds, 3),
            cases=tuple(self._cases),
        )

    def _refuse(self, *_: object) -> None:
        raise UnreadableError("the report declares a document type")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "testcase":
            self._name = f"{attributes.get('classname', '')}::{attributes.get('name', '')}".strip(":")[:400]
            self._time, self._outcome, self._message = _seconds(attributes.get("time", "0")), "passed", []
        elif tag in _OUTCOMES and self._name is not None:
            self._outcome, self._listening = _OUTCOMES[tag], True
            self._message = [attributes.get("message", "")[:1000], "\n"]

    def _text(self, text: str) -> None:
        if self._listening and len(self._message) < 2000:
            self._message.append(text)

    def _end(self, tag: str) -> None:
        if tag in _OUTCOMES:
            self._listening = False
        elif tag == "testcase" and self._name is not None:
            self._finish(self._name)
            self._name = None

    def _finish(self, name: str) -> None:
        self._counts[self._outcome] += 1
        self._seconds += self._time
        if sum(self._counts.values()) > MAX_TESTS:
            raise UnreadableError("the report has too many cases")
        if self._outcome != "passed" and len(self._cases) < MAX_CASES:
            message = "".join(self._message).strip()[-4000:] or None
            self._cases.append(TestCase.model_validate({"name": name, "outcome": self._outcome, "seconds": self._time, "message": message}))


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value < 1e6 else 0.0
