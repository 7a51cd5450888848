"""An upgrade and a step back, with the real processes of the version before: each version goes on with what the other has begun."""

from pathlib import Path

import pytest
from mixed_versions import HOURS, version_before, versions
from platform_client import SITE

pytestmark = [pytest.mark.chaos, pytest.mark.flow, pytest.mark.slow, pytest.mark.timeout(400)]


async def test_workers_of_the_version_before_and_of_this_one_do_each_others_jobs(tmp_path: Path) -> None:
    commit = version_before()
    if commit is None:
        pytest.skip(f"no git history that reaches {HOURS} hours back, and no tag of a release: BARNRAISE_BEFORE may name a commit")
    async with versions(commit, tmp_path) as (before, now):
        await before.start()
        jobs = [(old := await before.create(SITE))["job"]["id"]]
        await before.ended(jobs)

        await now.start()  # with its migrations, under the feet of the version before
        for number, version in enumerate((before, now)):
            made = await version.create(f"{SITE}, house {number}")
            jobs.append(made["job"]["id"])
        theirs, ours = old["project"]["id"], made["project"]["id"]
        jobs.append(await now.say(ours, "Add a section with our team"))
        await before.ended(jobs)

        jobs += [await now.say(theirs, "Make it blue"), await now.say(ours, "Make it green")]
        await before.begun(jobs[-1])
        await now.end()  # the step back
        jobs.append(await before.say(theirs, "Add a section with our prices"))
        await before.ended(jobs)

        await now.start()
        jobs += [await before.say(theirs, "Make it playful"), await before.say(ours, "Make it elegant")]
        await now.begun(jobs[-1])
        await before.end()  # the upgrade
        jobs.append(await now.say(ours, "Add a section with our prices"))
        seen = await now.ended(jobs)

        assert {job["status"] for job in seen} == {"succeeded"}, seen
        operations = await now.get("/operations")
        assert operations["dead"] == [], operations
