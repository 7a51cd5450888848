"""What the commands about projects print."""

from types import SimpleNamespace

from barnraise.cli.commands.projects import preview_of


def test_the_printed_address_is_the_one_that_lets_the_owner_in() -> None:
    asked: list[str] = []
    client = SimpleNamespace(get=lambda path: asked.append(path) or {"url": "https://p.example/.barnraise/enter?token=t"})
    project, job = {"id": "p1", "preview_url": "https://p.example/"}, {"id": "j1", "project_id": "p1", "preview_url": "https://p.example/"}
    assert {preview_of(client, thing) for thing in (project, job)} == {"https://p.example/.barnraise/enter?token=t"}
    assert asked == ["/projects/p1/preview"] * 2
    assert preview_of(client, {"id": "p1", "preview_url": None}) is None
    stopped = SimpleNamespace(get=lambda _: {"url": None})
    assert preview_of(stopped, project) == "https://p.example/"
