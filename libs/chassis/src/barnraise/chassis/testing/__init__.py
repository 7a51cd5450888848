"""A pytest plugin: real servers for tests, started when the first test asks for them."""
