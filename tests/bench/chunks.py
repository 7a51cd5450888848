"""From a provider's chunk to the page in a real browser, over codegen, bus and gateway; and from a click on “Stop” to its end."""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from figures import Row, spread
from page_double import FLAGS, chromium
from platform_client import Platform
from playwright.async_api import Page, async_playwright
from scripted_provider import KEY, Say, ScriptedProvider

CHUNKS = 200
PAUSE = 0.04
PROMPT = "Track lamps: lamps have a name and a wattage."
WISH = "greet every visitor with Ahoy"
# Notes when each number was in the document first, by the clock that the provider has too.
_WATCH = """() => {
  window.seen = {};
  const look = () => {
    const shown = document.querySelector('[data-testid=writing-text]')?.textContent ?? '';
    for (const [, number] of shown.matchAll(/<(\\d+)>/g)) window.seen[number] ??= performance.timeOrigin + performance.now();
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""


def rows(_: Platform, rounds: int) -> Iterator[Row]:
    """A platform of its own, with a provider on loopback that writes numbers."""
    yield from asyncio.run(_rows())


async def _rows() -> list[Row]:
    async with ScriptedProvider().serving() as provider:
        profile = {"name": "scripted", "vendor": "compatible", "model": "m", "url": f"{provider.url}/v1", "key": KEY}
        with tempfile.TemporaryDirectory(prefix="barnraise-bench-", ignore_cleanup_errors=True) as home:
            settings = {"BARNRAISE_MODELS": json.dumps([profile]), "BARNRAISE_SANDBOX_WARM": "false"}
            platform = await asyncio.to_thread(Platform.start, Path(home), **settings)
            try:
                return await _measured(platform, provider)
            finally:
                await asyncio.to_thread(platform.stop)


async def _measured(platform: Platform, provider: ScriptedProvider) -> list[Row]:
    made = await asyncio.to_thread(platform.create, PROMPT)
    project = str(made["project"]["id"])
    await asyncio.to_thread(platform.ended, made["job"]["id"], 180)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = await browser.new_page(base_url=platform.url.replace("127.0.0.1", "localhost"))
        await page.goto(platform.state()["link"])
        await page.goto(f"/p/{project}")
        await page.locator('[data-testid="connection-status"][data-status="live"]').wait_for()
        seconds = await _seen(platform, provider, page, project)
        stopped = await _stopped(platform, provider, page, project)
        await browser.close()
    waits = [1000 * wait for wait in seconds.values()]
    return [
        Row("provider chunk -> browser shows it", spread(waits), "ms", "p95 <= 50", spread(waits)["p95"] <= 50),
        Row(f"  of {CHUNKS} chunks shown", {"p50": len(waits)}, "", str(CHUNKS), len(waits) == CHUNKS),
        Row("click on stop -> the provider's stream is closed", {"p50": 1000 * stopped}, "ms", "", None),
    ]


async def _seen(platform: Platform, provider: ScriptedProvider, page: Page, project: str) -> dict[str, float]:
    """Seconds of each number from its writing by the provider to its showing on the page."""
    provider.play("m", Say("".join(f"<{number}>\n" for number in range(1000, 1000 + CHUNKS)), pieces=CHUNKS, pause=PAUSE))
    await page.evaluate(_WATCH)
    said = await asyncio.to_thread(platform.say, project, WISH)
    await asyncio.to_thread(platform.ended, said["job"]["id"], 120)
    seen: dict[str, Any] = await page.evaluate("() => window.seen")
    sent = {number: at for at, data in provider.written for number in re.findall(r"<(\d{4})>", data.decode(errors="replace"))}
    return {number: seen[number] / 1000 - at for number, at in sent.items() if number in seen}


async def _stopped(platform: Platform, provider: ScriptedProvider, page: Page, project: str) -> float:
    """Seconds from the click to the provider's hearing of it."""
    provider.gone.clear()
    provider.play("m", Say("a word " * 500, pieces=500, pause=PAUSE))
    said = await asyncio.to_thread(platform.say, project, WISH)
    stop = page.get_by_test_id("stop-writing")
    await page.get_by_test_id("writing-text").wait_for()
    began = time.perf_counter()
    await stop.click()
    await asyncio.wait_for(provider.gone.wait(), 10)
    took = time.perf_counter() - began
    await asyncio.to_thread(platform.ended, said["job"]["id"], 60)
    return took
