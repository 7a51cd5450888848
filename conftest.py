pytest_plugins = ["barnraise.chassis.testing.plugin"]
