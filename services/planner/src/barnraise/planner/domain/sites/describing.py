"""A site in sentences: what it holds, and what can be said to it."""

import re

from barnraise.contracts.manifest import Manifest
from barnraise.contracts.sites import Section, Site
from barnraise.planner.domain.language.nouns import listed


def describe_site(site: Site) -> tuple[str, ...]:
    """Its pages and sections, a sentence each, and its looks."""
    lines = [f"A {'site of ' + str(len(site.pages)) + ' pages' if len(site.pages) > 1 else 'single page'} in the {site.design} design."]
    lines += [_section(section) for section in site.sections]
    contact = site.contact
    ways = [
        *([contact.email] if contact.email else []),
        *([contact.phone] if contact.phone else []),
        *([contact.address] if contact.address else []),
    ]
    return (*lines, *([f"To reach: {listed(ways)}."] if ways else []))


def answer_site(manifest: Manifest, question: str) -> str:
    """An answer from what stands on the site: about the section that is asked about, else about all of it."""
    assert manifest.site
    if re.search(r"\bopen|\bclos|\bhours\b", question, re.IGNORECASE):
        asked = [section for section in manifest.site.sections if section.kind == "hours"]
        if asked:
            return f"{asked[0].title}: {_content(asked[0])}"
    words = set(re.findall(r"[^\W\d_]+", question.lower()))
    asked = [section for section in manifest.site.sections if {word for word in section.title.lower().split() if len(word) > 3} & words]
    if asked:
        return "\n".join(f"{section.title}: {_content(section)}" for section in asked)
    return f"{manifest.title}:\n" + "\n".join(f"- {line}" for line in describe_site(manifest.site))


def site_examples(manifest: Manifest) -> str:
    """Things that can be said to this site."""
    assert manifest.site
    section = next((section for section in manifest.site.sections if section.entries), None)
    add = f"“add Carrot cake at 3.50 to {section.title.lower()}”, " if section and section.kind == "menu" else ""
    return (
        f"You can say: {add}“add a section about parking”, “remove the gallery”, “change the phone number to 020 1234”, "
        "“use the bold design”, “make it dark green”, or “undo”."
    )


def _section(section: Section) -> str:
    count = len(section.entries)
    held = f" ({count} {'entry' if count == 1 else 'entries'})" if count else ""
    return f"{section.title}{held}."


def _content(section: Section) -> str:
    entries = [f"{entry.title}{f' ({entry.note})' if entry.note else ''}" for entry in section.entries[:20]]
    return ", ".join(entries) if entries else " ".join(section.text.split()) or "nothing yet"
