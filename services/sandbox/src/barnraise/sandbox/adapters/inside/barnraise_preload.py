"""What is imported before an application arrives, so that it need not wait for it. What is not there is left out."""

import contextlib
import gc
import importlib
import warnings

APPLICATION = (
    "email.parser",
    "fastapi",
    "fastapi.staticfiles",
    "fastapi.telemetry._runtime",
    "pydantic.v1",
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.orm",
    "sqlite3",
    "sqlmodel",
    "uvicorn",
    "uvicorn.lifespan.on",
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.http.h11_impl",
    "uvicorn.protocols.websockets.auto",
)
TESTS = (
    "pytest",
    "_pytest._argcomplete",
    "_pytest.faulthandler",
    "_pytest.helpconfig",
    "_pytest.junitxml",
    "_pytest.pastebin",
    "_pytest.setuponly",
    "_pytest.setupplan",
    "_pytest.skipping",
    "_pytest.threadexception",
    "_pytest.tracemalloc",
    "_pytest.unittest",
    "_pytest.unraisableexception",
    "_pytest.warnings",
    "anyio._backends._asyncio",
    "anyio.pytest_plugin",
    "difflib",
    "encodings.utf_8_sig",
    "faulthandler",
    "fastapi.testclient",
    "getpass",
    "pdb",
    "readline",
    "tomllib",
    "unittest",
)


def preload(names: tuple[str, ...]) -> None:
    """An application that needs something else runs as well, only later. What is loaded stays: garbage is not looked for meanwhile, nor
    ever in it, here and in processes that are forked from here."""
    gc.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name in names:
                with contextlib.suppress(ImportError):
                    importlib.import_module(name)
    finally:
        gc.freeze()
        gc.enable()
