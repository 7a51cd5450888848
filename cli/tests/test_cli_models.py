"""`barnraise models test` against a provider of models: one sentence for each, and an exit code."""

import asyncio
import json
from pathlib import Path

import pytest
from scripted_provider import KEY, ScriptedProvider
from typer.testing import CliRunner, Result

from barnraise.cli.app import app
from barnraise.cli.errors import CliError, Exit


async def test_models_of_the_instance_s_file_are_asked_and_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARNRAISE_HOME", str(tmp_path))

    async def run(*arguments: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, ["models", "test", *arguments])

    refused = (await run()).exception
    assert isinstance(refused, CliError) and (refused.exit, "models.toml" in refused.next) == (Exit.NOT_FOUND, True)

    async with ScriptedProvider().serving() as provider:
        model = f'[[model]]\nvendor = "compatible"\nurl = "{provider.url}/v1"\nkey = "{KEY}"\n'
        (tmp_path / "models.toml").write_text(f'{model}name = "good"\nmodel = "a"\n{model}name = "bad"\nmodel = "nope"\n')
        both, one = await run("--json"), await run("good")
        unknown = (await run("better")).exception
    assert both.exit_code == Exit.FAILED
    assert [(said["profile"], said["kind"]) for said in json.loads(both.output)["models"]] == [("good", "ok"), ("bad", "unknown_model")]
    assert (one.exit_code, one.output[:6], provider.asked_for("a")) == (Exit.OK, "✓ good", 2)
    assert isinstance(unknown, CliError) and unknown.exit is Exit.NOT_FOUND

    (tmp_path / "models.toml").write_text(f'[[model]]\nkey = "{KEY}"\nvendor = "x"')
    invalid = (await run()).exception
    assert isinstance(invalid, CliError) and (invalid.exit, KEY in str(invalid)) == (Exit.INVALID, False)
