# ruff: noqa: S108 - the folders are the sandbox's own
"""Runs a script and makes a page of what it leaves in ``results/``: figures, tables, texts, and what it printed.

Nothing of the results is believed: links are not followed, a file is shown as what its content is and not as what its name says, every
text is escaped, figures are shown as images, where scripts do not run.
"""

import csv
import html
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

PAGE = Path("/tmp/results")
RESULTS = Path("/app/results")
RUN_SECONDS = 50.0
MOST_FILES = 100
MOST_BYTES = 32 << 20
MOST_ROWS = 200
MOST_TEXT = 20_000
FIGURES = (".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp")
_BEGINNINGS = {
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".gif": (b"GIF87a", b"GIF89a"),
    ".webp": (b"RIFF",),
    ".svg": (b"<svg", b"<?xml"),
}
TABLES = (".csv", ".tsv")
TEXTS = (".txt", ".md", ".json", ".log")
STYLE = """
:root { color-scheme: light dark; --line: light-dark(#e2e2e2, #3a3a3a); --soft: light-dark(#595959, #a8a8a8); }
body { background: light-dark(#ffffff, #18181b); color: light-dark(#18181b, #f4f4f5); font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1rem 4rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
section { margin: 2rem 0; } img { background: #fff; border: 1px solid var(--line); border-radius: 8px; height: auto; max-width: 100%; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .9rem .3rem 0; text-align: left; } td.n, th.n { text-align: right; }
pre { border: 1px solid var(--line); border-radius: 8px; font-size: .85rem; margin: 0; max-height: 30rem; overflow: auto; padding: .8rem; }
p, .soft { color: var(--soft); } a { color: inherit; margin-right: .8rem; }
"""


def run_script() -> str | None:
    """Run ``main.py`` and make the page anew. What went wrong; None: it has exited well. The page stays as it was then."""
    shutil.rmtree(RESULTS, ignore_errors=True)
    process = subprocess.Popen(
        [sys.executable, "main.py"],
        cwd="/app",
        env={**os.environ, "MPLCONFIGDIR": "/tmp/matplotlib", "RESULTS_DIR": str(RESULTS)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    late = threading.Event()
    timer = threading.Timer(RUN_SECONDS, lambda: (late.set(), end(process.pid)))
    timer.start()
    said = listen(process)
    code = process.wait()
    timer.cancel()
    end(process.pid)  # what it has left running
    if late.is_set():
        return f"The program ran longer than {RUN_SECONDS:.0f} seconds."
    if code:
        return f"The program ended with code {code}."
    publish(said)
    return None


def end(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def listen(process: subprocess.Popen[bytes]) -> str:
    """Hand on what it prints; the last part of it."""
    assert process.stdout
    said = b""
    while chunk := os.read(process.stdout.fileno(), 1 << 16):
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        said = (said + chunk)[-MOST_TEXT:]
    return said.decode(errors="replace")


def publish(said: str) -> None:
    """Replace the page: the files first, then the page that shows them."""
    PAGE.mkdir(exist_ok=True)
    files = [copied(path) for path in collected()]
    log = f'<section><h2>Log</h2><div class="wide"><pre tabindex="0">{html.escape(said)}</pre></div></section>' if said.strip() else ""
    shown = "\n".join(section(path) for path in sorted(files, key=order)) or "<p>It has left no files in results/.</p>"
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Results</title><style>{STYLE}</style></head><body><main><h1>Results</h1>{shown}{log}</main></body></html>"
    )
    draft = PAGE / ".next"
    draft.write_text(page, encoding="utf-8")
    draft.rename(PAGE / "index.html")


def collected() -> Iterator[Path]:
    """The regular files among the results, bounded in number and size, in the order of their names."""
    room = MOST_BYTES
    found = sorted(RESULTS.rglob("*")) if RESULTS.is_dir() and not RESULTS.is_symlink() else []
    for path in found[:MOST_FILES]:
        if path.is_symlink() or not path.is_file() or any(parent.is_symlink() for parent in path.parents):
            continue
        room -= path.stat().st_size
        if room < 0:
            return
        yield path


def copied(path: Path) -> Path:
    name = "__".join(path.relative_to(RESULTS).parts)
    target = PAGE / "files" / name
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(path, target, follow_symlinks=False)
    return target


def kind(path: Path) -> str:
    """The file's suffix, if its content is of that kind; else nothing: then it is a file, and no more."""
    with path.open("rb") as file:
        head = file.read(4096)
    if path.suffix in _BEGINNINGS:
        return path.suffix if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(_BEGINNINGS[path.suffix]) else ""
    return path.suffix if path.suffix in (*TABLES, *TEXTS) and b"\0" not in head else ""


def order(path: Path) -> tuple[int, str]:
    kinds = (FIGURES, TABLES, TEXTS)
    own = kind(path)
    return next((rank for rank, group in enumerate(kinds) if own in group), len(kinds)), path.name


def section(path: Path) -> str:
    """A file as people look at it. A drawing that is there in two forms is shown once."""
    others = [path.with_suffix(other) for other in FIGURES]
    twins = [other for other in others if other.exists() and kind(other)] if kind(path) in FIGURES else [path]
    if twins[0] != path:
        return ""
    links = " ".join(f'<a download href="files/{html.escape(twin.name)}">{html.escape(twin.name)}</a>' for twin in twins)
    return f'<section><h2>{html.escape(words(path))}</h2>{body(path)}<div class="soft">{links}</div></section>'


def words(path: Path) -> str:
    """``monthly_rainfall.svg`` is about: Monthly rainfall."""
    said = path.stem.replace("_", " ").strip()
    return said[:1].upper() + said[1:] or path.name


def body(path: Path) -> str:
    own = kind(path)
    if own in FIGURES:
        return f'<p><img src="files/{html.escape(path.name)}" alt="{html.escape(words(path))}"></p>'
    if own in TABLES:
        return table(path)
    if own in TEXTS:
        with path.open(encoding="utf-8", errors="replace") as file:
            return f'<pre tabindex="0">{html.escape(file.read(MOST_TEXT))}</pre>'
    return ""


def table(path: Path) -> str:
    """The first rows of a table; numbers stand to the right."""
    rows = []
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        try:
            for row in csv.reader(file, delimiter="\t" if path.suffix == ".tsv" else ","):
                rows.append(row[:60])
                if len(rows) > MOST_ROWS:
                    break
        except csv.Error:
            return "<p>It is no table that can be read.</p>"
    head, *rest = rows or [[]]
    numeric = [bool(rest) and all(is_number(row[at]) for row in rest if at < len(row)) for at in range(len(head))]
    lines = "".join(line(row, numeric, "td") for row in rest[:MOST_ROWS])
    more = f"<p>The first {MOST_ROWS} rows.</p>" if len(rest) >= MOST_ROWS else ""
    return f'<div class="wide" tabindex="0"><table><thead>{line(head, numeric, "th")}</thead><tbody>{lines}</tbody></table></div>{more}'


def line(cells: list[str], numeric: list[bool], tag: str) -> str:
    marks = [' class="n"' if at < len(numeric) and numeric[at] else "" for at in range(len(cells))]
    return f"<tr>{''.join(f'<{tag}{mark}>{html.escape(cell[:500])}</{tag}>' for cell, mark in zip(cells, marks, strict=True))}</tr>"


def is_number(cell: str) -> bool:
    try:
        float(cell or "0")
    except ValueError:
        return False
    return True
