"""Makes the chassis' fixtures (servers, databases, object stores) known to every test of the repository."""

pytest_plugins = ["barnraise.chassis.testing.plugin"]
