"""Checks of our own, each a module with a ``main`` that the fork server calls in the project's directory: a JSON list of paths on standard
input, a JSON list of findings on standard output. They read files and nothing else."""
