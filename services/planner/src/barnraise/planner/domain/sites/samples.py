"""What stands on a site until somebody says better words."""

from barnraise.contracts.sites import Entry
from barnraise.planner.domain.sites.lexicon import Term
from barnraise.planner.domain.sites.trades import Trade


def examples(term: Term, trade: Trade | None, language: str) -> tuple[Entry, ...]:
    """Entries to begin with: of the trade, where the section is what it offers, else plain ones."""
    if term.kind == "contact":
        return ()
    if language != "en":
        return HOURS.get(language, HOURS["en"]) if term.kind == "hours" else numbered(language)
    if (
        trade
        and (term.kind == trade.kind or (term.kind in ("menu", "cards") and trade.kind in ("menu", "cards")))
        and term.name not in ("features", "plans", "news")
    ):
        return tuple(Entry(title=name, note=note) for name, note in trade.offer)
    return PLAIN.get(term.name) or _PLAIN_KINDS.get(term.kind) or numbered(language)


def filler(about: str, language: str, trade: Trade | None = None) -> str:
    if language == "de":
        return f"Hier steht bald mehr über {about}.\nErzählen Sie in ein paar Sätzen, was Besucher wissen sollen."
    if language == "fr":
        return f"Bientôt ici : {about}.\nDites en quelques phrases ce que vos visiteurs doivent savoir."
    first = (
        f"{trade.tagline}: that is what we work for every day."
        if trade and not trade.person
        else f"A few words about {about[:1].lower() + about[1:] if about.istitle() is False else about} belong here."
    )
    return f"{first}\nSay in a few sentences what visitors should know: how it began, what matters to you, and why they should come."


def numbered(language: str) -> tuple[Entry, ...]:
    word = {"de": "Beispiel", "fr": "Exemple"}.get(language, "Example")
    return tuple(Entry(title=f"{word} {number}") for number in (1, 2, 3))


HOURS = {
    language: (Entry(title=days, note="8:00–18:00"), Entry(title=saturday, note="9:00–14:00"), Entry(title=sunday, note=closed))
    for language, days, saturday, sunday, closed in (
        ("en", "Monday–Friday", "Saturday", "Sunday", "closed"),
        ("de", "Montag–Freitag", "Samstag", "Sonntag", "geschlossen"),
        ("fr", "Lundi–vendredi", "Samedi", "Dimanche", "fermé"),
    )
}
PLAIN: dict[str, tuple[Entry, ...]] = {
    "features": (
        Entry(title="Quick to start", text="Ready in a few minutes, without a manual."),
        Entry(title="Made to last", text="Simple parts that you can rely on."),
        Entry(title="Here to help", text="People answer, not machines."),
    ),
    "plans": (
        Entry(title="Starter", note="9 a month", points=("Everything to begin with",)),
        Entry(title="Team", note="29 a month", points=("Up to ten people", "Help by e-mail")),
        Entry(title="Company", note="on request", points=("As many people as you like", "Help by telephone")),
    ),
    "news": (Entry(title="We are online", note="Today", text="This is our new site. Have a look around."),),
    "skills": (Entry(title="Tools", points=("First", "Second", "Third")), Entry(title="Languages", points=("English",))),
    "partners": (Entry(title="With the help of", points=("First partner", "Second partner")),),
    "experience": (
        Entry(title="Position, organisation", note="2022 – today", text="What you do there."),
        Entry(title="Position, organisation", note="2018 – 2022", text="What you did there."),
    ),
    "education": (Entry(title="Degree, school", note="2014 – 2018"),),
    "schedule": (
        Entry(title="First event", note="12 March"),
        Entry(title="Second event", note="3 May"),
        Entry(title="Third event", note="21 June"),
    ),
}
_PLAIN_KINDS: dict[str, tuple[Entry, ...]] = {
    "hours": HOURS["en"],
    "menu": (Entry(title="First", note="10"), Entry(title="Second", note="20"), Entry(title="Third", note="30")),
    "people": (
        Entry(title="Alex Example", note="Founder", text="Has been here from the first day."),
        Entry(title="Sam Sample", note="Everything else", text="Knows where things are."),
    ),
    "quotes": (
        Entry(title="A happy customer", text="I would come back at any time."),
        Entry(title="Another one", text="Friendly, quick and honest."),
    ),
    "questions": (
        Entry(title="How can I reach you?", text="Write to us; the address is below."),
        Entry(title="How soon do you answer?", text="Within two working days."),
    ),
    "gallery": tuple(Entry(title=f"Picture {number}") for number in range(1, 7)),
}
