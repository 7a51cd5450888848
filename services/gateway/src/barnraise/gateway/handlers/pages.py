"""Small pages of plain HTML, for when the real page cannot be shown."""

from html import escape

from starlette.responses import HTMLResponse

_CSP = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1.5rem;color:#1c1917;background:#fafaf9}"
    "code{background:#e7e5e4;padding:.1em .35em;border-radius:.25em}h1{font-size:1.4rem}"
    "@media(prefers-color-scheme:dark){body{color:#e7e5e4;background:#1c1917}code{background:#44403c}a{color:#93c5fd}}"
)


def page(
    status: int, title: str, *paragraphs: str, link: tuple[str, str] | None = None, refresh: int | None = None, ancestors: str = "'none'"
) -> HTMLResponse:
    """A title and paragraphs, all of them text (backquotes mark code); ``refresh`` loads the page again after that many seconds."""
    head = f'<meta http-equiv="refresh" content="{refresh}">' if refresh else ""
    body = "".join(f"<p>{_marked(text)}</p>" for text in paragraphs)
    body += f'<p><a href="{escape(link[0])}">{escape(link[1])}</a></p>' if link else ""
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">{head}'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    headers = {"Content-Security-Policy": _CSP.format(ancestors=ancestors), "Cache-Control": "no-store"}
    return HTMLResponse(html, status, headers=headers)


def _marked(text: str) -> str:
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
