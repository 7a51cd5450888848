"""The rules of sandboxes and previews, without any."""

import itertools

import pytest

from barnraise.sandbox.domain import changes
from barnraise.sandbox.domain.bubblewrap import Layout, command
from barnraise.sandbox.domain.junit import UnreadableError, parse_report
from barnraise.sandbox.domain.limits import Facts, Limits, judge
from barnraise.sandbox.domain.pace import Pace
from barnraise.sandbox.domain.previews import Seen, expired, gives_way, idle, label, restless


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        (Facts(0), "exited"),
        (Facts(1), "exited"),
        (Facts(0, out_of_memory=True), "exited"),
        (Facts(137, out_of_memory=True), "out_of_memory"),
        (Facts(None, stopped="killed", out_of_memory=True), "out_of_memory"),
        (Facts(None, stopped="out_of_memory"), "out_of_memory"),
        (Facts(137, stopped="timed_out"), "timed_out"),
        (Facts(None, stopped="output"), "output"),
        (Facts(None, stopped="killed"), "killed"),
        (Facts(None), "killed"),
        (Facts(1, pids_refused=True), "pids"),
        (Facts(0, pids_refused=True), "exited"),
        (Facts(1, disk_full=True), "disk"),
        (Facts(0, disk_full=True), "exited"),
        (Facts(137, stopped="policy", broke="it lies"), "policy"),
        (Facts(128 + 31), "policy"),
    ],
)
def test_verdicts_follow_from_facts(facts: Facts, verdict: str) -> None:
    assert judge(facts).verdict == verdict


def test_a_pace_lets_a_burst_through_and_then_its_rate() -> None:
    pace = Pace(rate=10, burst=20)
    assert [pace.spend(10, 100.0) for _ in range(4)] == [0.0, 0.0, 1.0, 2.0]
    assert pace.spend(0, 101.0) == 1.0
    assert pace.spend(1, 102.0) == 0.1
    assert pace.spend(20, 1000.0) == 0.0, "no more than a burst has been saved up"
    assert pace.spend(1, 1000.0) == 0.1


def flags(**extra: str) -> list[str]:
    layout = Layout(program="/b/bwrap", root="/b/root", runner="/b/runner", environment={"SEED": "1"}, **extra)
    return command(layout, Limits(disk=1000, scratch=500), ["/opt/bin/python", "x.py"])


def pairs(line: list[str]) -> set[tuple[str, ...]]:
    return set(itertools.pairwise(line))


def test_everything_is_unshared_and_nothing_is_kept() -> None:
    line = flags()
    spaces = [f"--unshare-{space}" for space in ("user", "ipc", "pid", "net", "uts", "cgroup")]
    for flag in (*spaces, "--disable-userns", "--die-with-parent", "--new-session"):
        assert flag in line
    assert {("--cap-drop", "ALL"), ("--seccomp", "10"), ("--uid", "1000"), ("--remount-ro", "/dev")} <= pairs(line)
    assert line[-3:] == ["--", "/opt/bin/python", "x.py"]


def test_what_is_seen_beside_the_layer_is_read_only_and_before_the_packages_in_it() -> None:
    line = flags(more="/m", modules="/m/node_modules")
    triples = list(zip(line, line[1:], line[2:], strict=False))
    assert triples.index(("--ro-bind", "/m", "/opt/more")) > triples.index(("--ro-bind", "/b/root", "/"))
    assert ("--ro-bind", "/m/node_modules", "/app/frontend/node_modules") in triples
    assert "/m" not in flags()


def test_the_environment_is_cleared_before_it_is_set() -> None:
    line = flags()
    assert line.index("--clearenv") < line.index("--setenv")
    assert ("SEED", "1") in pairs(line)


def test_all_that_is_writable_has_a_size() -> None:
    line = flags()
    for at, flag in enumerate(line):
        if flag == "--tmpfs":
            assert line[at - 2] == "--size", line[at + 1]
    assert "--bind" not in line
    assert "--dev-bind" not in line


def test_only_the_data_folder_is_writable_on_the_host() -> None:
    line = flags(data="/b/data")
    at = line.index("--bind")
    assert line[at : at + 3] == ["--bind", "/b/data", "/data"]
    assert line.count("--bind") == 1


def test_the_root_is_bound_before_what_lies_in_it() -> None:
    line = flags()
    assert line[line.index("/b/root") - 1] == "--ro-bind"
    assert line.index("/b/root") < line.index("/usr") < line.index("/tmp", line.index("/usr"))


def test_changes_between_trees() -> None:
    old = {"backend/app/main.py": b"1", "frontend/a.ts": b"1", "README.md": b"1"}
    new = {"backend/app/main.py": b"1", "frontend/a.ts": b"2", "frontend/b.ts": b"3"}
    change = changes.between(old, new)
    assert change.files == {"frontend/a.ts": b"2", "frontend/b.ts": b"3", "README.md": None}
    assert not change.restart


@pytest.mark.parametrize(
    ("path", "restarts"),
    [("backend/app/main.py", True), ("backend/x.json", True), ("backend/tests/t.py", False), ("backend/README.md", False)],
)
def test_what_restarts_the_api(path: str, restarts: bool) -> None:
    assert changes.between({}, {path: b""}).restart is restarts
    assert changes.between({path: b""}, {}).restart is restarts


@pytest.mark.parametrize(
    ("path", "restarts"),
    [("main.py", True), ("data/x.csv", True), ("tests/test_main.py", False), ("README.md", False)],
)
def test_what_runs_a_script_again(path: str, restarts: bool) -> None:
    script = {"main.py": b"old"}
    assert changes.between(script, {"main.py": b"old", path: b"new"}).restart is restarts


@pytest.mark.parametrize(
    ("paths", "kind"),
    [
        (("frontend/index.html", "index.html"), "app"),
        (("index.html", "main.py"), "site"),
        (("main.py",), "script"),
        (("backend/app/main.py", "README.md"), None),
        ((), None),
    ],
)
def test_what_a_preview_shows(paths: tuple[str, ...], kind: str | None) -> None:
    assert changes.kind_of(dict.fromkeys(paths, b"")) == kind


def test_labels_are_long_and_plain() -> None:
    assert len(label(bytes(range(16)))) == 26
    assert label(b"\xff" * 16).isalnum()
    assert label(b"\xff" * 16) == label(b"\xff" * 16).lower()
    with pytest.raises(ValueError, match="16"):
        label(b"short")


def test_who_has_to_go() -> None:
    seen = [Seen("a", 10.0, begun=5.0), Seen("b", 30.0, looked=30.0, begun=1.0), Seen("c", 20.0, looked=20.0, begun=6.0)]
    assert idle(seen, 41.0, 30.0) == ["a"]
    assert expired(seen, 41.0, 36.0) == ["b"]
    assert gives_way(seen, 41.0) == "a"


def test_a_preview_that_somebody_looks_at_does_not_give_way() -> None:
    looked = [Seen("a", 10.0, looked=10.0), Seen("b", 9.0, looked=9.0)]
    assert gives_way(looked, 19.5) == "b"
    assert gives_way(looked, 18.5) is None
    assert gives_way([], 18.5) is None
    assert gives_way([*looked, Seen("built", 18.4)], 18.5) == "built", "what a job has just brought is not looked at"


def test_a_crash_loop_is_three_ends_in_a_minute() -> None:
    assert restless([0.0, 30.0, 59.0], 60.0)
    assert not restless([0.0, 30.0, 59.0], 61.0)


GOOD = b"""<?xml version="1.0"?><testsuites><testsuite>
<testcase classname="tests.test_a" name="test_1" time="0.5"/>
<testcase classname="tests.test_a" name="test_2" time="0.25"><failure message="assert 1 == 2">long text</failure></testcase>
<testcase classname="tests.test_a" name="test_3" time="x"><skipped message="later"/></testcase>
<testcase classname="tests.test_b" name="test_4" time="-1"><error message="boom"/></testcase>
</testsuite></testsuites>"""


def test_a_report_is_counted() -> None:
    report = parse_report(GOOD)
    assert (report.passed, report.failed, report.skipped, report.seconds) == (1, 2, 1, 0.75)
    assert [(case.name, case.outcome) for case in report.cases] == [
        ("tests.test_a::test_2", "failed"),
        ("tests.test_a::test_3", "skipped"),
        ("tests.test_b::test_4", "error"),
    ]
    assert report.cases[0].message == "assert 1 == 2\nlong text"


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]><testsuite><testcase name="&a;"/></testsuite>'


@pytest.mark.parametrize("document", [b"", b"<a>", b"\xff\xfe", LAUGHS, b"<a/>" + b" " * (5 << 20)])
def test_what_is_no_report_is_refused(document: bytes) -> None:
    with pytest.raises(UnreadableError):
        parse_report(document)


def test_a_report_with_too_many_cases_is_refused() -> None:
    with pytest.raises(UnreadableError, match="too many"):
        parse_report(b"<t>" + b"<testcase/>" * 100_001 + b"</t>")


def test_only_the_first_failures_are_kept_and_cut() -> None:
    case = b'<testcase classname="c" name="' + b"n" * 900 + b'"><failure message="m">' + b"x" * 9000 + b"</failure></testcase>"
    report = parse_report(b"<t>" + case * 60 + b"</t>")
    assert report.failed == 60
    assert len(report.cases) == 50
    assert len(report.cases[0].name) == 400
    assert len(report.cases[0].message or "") <= 4000
