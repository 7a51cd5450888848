from pathlib import Path
from typing import Any

import pytest

from barnraise.chassis.errors import BarnraiseError
from barnraise.codegen.domain.repairs import RepairPlan, line_length, plan_repair, plan_scripts
from barnraise.contracts.diagnostics import Diagnostic

Stage = Any
MESSY = b"import sys\nimport os\n\n\nprint( os.name )\n"


def finding(path: str | None = "app/mine.py", code: str = "F401", tool: str = "ruff", fixable: bool = True) -> Diagnostic:
    return Diagnostic(tool=tool, code=code, severity="error", message="m", path=path, line=1, fixable=fixable)


async def start(stage: Stage, **files: bytes) -> None:
    await stage.compile(stage.manifest(Task="title"))
    await stage.write({"app/mine.py": MESSY, "app/other.py": MESSY, **files})


async def test_only_the_named_files_are_fixed_and_formatted(stage: Stage) -> None:
    await start(stage)
    messages = await stage.repair(finding())
    main = await stage.main()
    assert main["app/mine.py"] == b"import os\n\n\nprint(os.name)\n"
    assert main["app/other.py"] == MESSY
    assert (messages[0].origin, messages[0].summary, [file.path for file in messages[0].files]) == ("repair", "Fix F401", ["app/mine.py"])
    assert stage.changed(messages).manifest == stage.manifest(Task="title")


async def test_only_the_named_rules_are_fixed(stage: Stage) -> None:
    await start(stage)
    await stage.repair(finding(code="I001"))
    assert (await stage.main())["app/mine.py"] == b"import os\nimport sys\n\nprint(os.name)\n"


@pytest.mark.parametrize(
    "useless",
    [
        finding(path="../../etc/passwd.py"), finding(path="missing.py"), finding(path=None), finding(path="README.md"),
        finding(fixable=False), finding(tool="bandit", code="B101"),
    ],
)  # fmt: skip
async def test_nothing_fixable_changes_nothing(stage: Stage, useless: Diagnostic) -> None:
    await start(stage)
    before = (await stage.open()).refs
    messages = await stage.repair(useless)
    assert [(type(message).__name__, message.changed) for message in messages] == [("CodeChanged", False)]
    assert (await stage.open()).refs == before


async def test_a_file_that_cannot_be_parsed_stays(stage: Stage) -> None:
    await start(stage, **{"app/mine.py": b"def broken(:\n"})
    assert stage.changed(await stage.repair(finding())).changed is False


async def test_the_projects_configuration_cannot_redirect_the_tool(stage: Stage, tmp_path: Path) -> None:
    outside = tmp_path / "outside.toml"
    outside.write_text('[lint]\nselect = ["ALL"]\n')
    config = f'extend = "{outside}"\nfix = true\nunsafe-fixes = true\nexclude = ["*"]\nrequired-version = "0.0.1"\n'.encode()
    await start(stage, **{"ruff.toml": config, "app/.ruff.toml": config})
    await stage.repair(finding())
    assert (await stage.main())["app/mine.py"] == b"import os\n\n\nprint(os.name)\n"


async def test_the_projects_line_length_is_kept(stage: Stage) -> None:
    long = f"x = [{', '.join(['1000000'] * 12)}]\n".encode()
    await start(stage, **{"pyproject.toml": b"[tool.ruff]\nline-length = 132\n", "app/mine.py": b"import os\n\n" + long})
    await stage.repair(finding())
    assert (await stage.main())["app/mine.py"] == long


async def test_a_package_below_the_top_has_its_own_imports_and_line_length(stage: Stage) -> None:
    source = b"import os\n\nimport fastapi\nimport app.models\n\n" + b"x = [" + b", ".join([b"1000000"] * 12) + b"]\n"
    package = {"backend/pyproject.toml": b"[tool.ruff]\nline-length = 132\n", "backend/app/models.py": b"", "backend/app/main.py": source}
    await start(stage, **package)
    await stage.repair(finding("backend/app/main.py", "I001"))
    fixed = (await stage.main())["backend/app/main.py"]
    assert fixed == source.replace(b"import fastapi\n", b"import fastapi\n\n")


async def test_scripts_are_mended_by_oxlint_and_nothing_but_what_was_found(stage: Stage) -> None:
    page = b'export const B = () => <p><button role="button" scope="x">a</button></p>;\nexport const n = (x: number) => x === NaN;\n'
    hostile = {"oxlint.json": b'{"jsPlugins": ["./evil.js"]}', ".oxlintrc.json": b'{"ignorePatterns": ["**"]}', "evil.js": b"throw 1;\n"}
    await start(stage, **{"web/page.tsx": page, "web/other.tsx": page, **{f"web/{name}": data for name, data in hostile.items()}})
    found = [finding("web/page.tsx", code, "oxlint") for code in ("jsx-a11y(no-redundant-roles)", "eslint(use-isnan)")]
    wrong = [
        finding("web/missing.tsx", "eslint(use-isnan)", "oxlint"),
        finding("web/other.tsx", "--fix-dangerously", "oxlint", fixable=False),
    ]
    messages = await stage.repair(*found, *wrong, finding())
    main = await stage.main()
    assert main["web/page.tsx"] == page.replace(b'role="button" ', b" ").replace(b"x === NaN", b"isNaN(x)")
    assert (main["web/other.tsx"], main["app/mine.py"]) == (page, b"import os\n\n\nprint(os.name)\n")
    assert messages[0].summary == "Fix F401, eslint(use-isnan), jsx-a11y(no-redundant-roles)"


async def test_an_edit_that_came_between_is_merged(stage: Stage) -> None:
    await start(stage)
    commit = (await stage.open()).refs["main"]
    await stage.write({"notes.txt": b"mine\n"})
    await stage.repair(finding(), commit=commit)
    main = await stage.main()
    assert main["notes.txt"] == b"mine\n"
    assert main["app/mine.py"] == b"import os\n\n\nprint(os.name)\n"


async def test_an_edit_of_the_same_lines_that_came_between_wins_over_nothing(stage: Stage) -> None:
    await start(stage)
    commit = (await stage.open()).refs["main"]
    await stage.write({"app/mine.py": b"import sys\nimport os\n\n\nprint( os.name, 1 )\n"})
    before = (await stage.open()).refs
    assert stage.conflict(await stage.repair(finding(), commit=commit)).paths == ("app/mine.py",)
    assert (await stage.open()).refs == before


async def test_a_commit_that_is_not_on_main_is_refused(stage: Stage) -> None:
    await start(stage)
    with pytest.raises(BarnraiseError) as refused:
        await stage.repair(finding(), commit="0" * 40)
    assert refused.value.problem.code == "not_found"


def test_a_plan_names_files_and_rules_once() -> None:
    findings = [finding("b.py"), finding("a.py", "I001"), finding("b.py"), finding("c.py", "format", "ruff-format"), finding("d.ts")]
    assert plan_repair(findings) == RepairPlan(("a.py", "b.py", "c.py"), ("F401", "I001"))


def test_a_rule_of_scripts_is_one_by_its_form() -> None:
    codes = ["eslint(use-isnan)", "jsx-a11y(scope)", '") --fix-dangerously', "eslint(../x)", "x"]
    plan = plan_scripts([finding("a.ts", code, "oxlint") for code in codes], {"a.ts": b""})
    assert plan == RepairPlan(("a.ts",), ("jsx-a11y/scope", "use-isnan"))
    assert plan_scripts([finding("a.ts", "x", "oxlint")], {"a.ts": b""}).paths == ()


def test_a_rule_that_is_an_option_in_disguise_is_left_out() -> None:
    assert plan_repair([finding(code="--config=/etc/x"), finding(code="F401,E501")]).rules == ()


@pytest.mark.parametrize(
    ("pyproject", "length"),
    [
        (None, 88),
        (b"\xff", 88),
        (b"[", 88),
        (b"[tool]\nruff = 1", 88),
        (b"[tool.ruff]\nline-length = 100", 100),
        (b"[tool.ruff]\nline-length = 9", 88),
    ],
)
def test_the_line_length_is_read_with_distrust(pyproject: bytes | None, length: int) -> None:
    assert line_length(pyproject) == length
