"""Sites from words: whom they are about, what stands on them, how they look, and how what is said next changes them."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barnraise.contracts.commands import MakePlan
from barnraise.contracts.events import PlanAnswered, PlanMade
from barnraise.contracts.manifest import Manifest
from barnraise.contracts.sites import Entry, Section, Site
from barnraise.planner.domain.planning import plan

AT = datetime(2026, 1, 1, tzinfo=UTC)
BIKES = (
    "Website for Pedal & Co in Leeds. Open Mon-Fri 9-17, Sat 10-14. Prices: puncture repair £12, full service £60. "
    "Phone 0113 496 0000, email hi@pedal.example. Dark green, bold."
)


def read(text: str, manifest: Manifest | None = None, **more: Any) -> PlanMade | PlanAnswered:
    return plan(MakePlan(id="a:plan:1", project_id="p", job_id="a", at=AT, text=text, manifest=manifest, **more), AT)


def made(text: str, *after: str) -> Manifest:
    """The site that a message makes, changed by those that follow it."""
    event = read(text)
    assert isinstance(event, PlanMade), event
    for said in after:
        event = read(said, event.manifest)
        assert isinstance(event, PlanMade), event
    assert event.manifest
    return event.manifest


def site(text: str, *after: str) -> Site:
    found = made(text, *after).site
    assert found
    return found


def section(found: Site, title: str) -> Section:
    return next(section for section in found.sections if section.title == title)


SAID = "What people say"


def quote(who: str, said: str) -> Entry:
    return Entry(title=who, text=said)


def entries(found: Site, title: str) -> list[tuple[str, str]]:
    return [(entry.title, entry.note) for entry in section(found, title).entries]


@pytest.mark.parametrize(
    ("text", "title", "titles"),
    [
        ("a site for a cycling club with our story, training times and a gallery", "Cycling Club", "Our story, Training times, Gallery"),
        ("Landing page for a SaaS called Tideline with hero, features, FAQ, pricing", "Tideline", "Features, Questions, Prices"),
        ("Website for our sheep farm with the sheep, wool shop and directions", "Sheep Farm", "Sheep, Wool shop"),
        ("Portfolio for a wedding photographer, Jane Doe, with a gallery and about me", "Jane Doe", "Gallery, About me"),
        ("One pager for a conference called PyCoast 2027: schedule, speakers, sponsors", "PyCoast 2027", "Schedule, Speakers, Sponsors"),
        ("homepage for my dentist practice", "Dentist Practice", "About us, Treatments, Opening hours"),
        ("A home page for the band The Foxes", "The Foxes", "About us, Dates"),
        ("Eine Webseite für meine Bäckerei mit Öffnungszeiten", "Bäckerei", "Über uns, Öffnungszeiten"),
        ("Un site web pour notre restaurant avec la carte, horaires et contact", "Restaurant", "Carte, Horaires"),
    ],
)
def test_a_site_has_the_sections_that_are_named(text: str, title: str, titles: str) -> None:
    manifest = made(text)
    assert manifest.site
    assert (manifest.kind, manifest.title) == ("site", title)
    *shown, last = [section.title for section in manifest.site.sections]
    assert ", ".join(shown) == titles
    assert last in ("Contact", "Kontakt")


def test_what_is_said_stands_on_the_site() -> None:
    manifest = made(BIKES)
    found = manifest.site
    assert found
    assert entries(found, "Prices") == [("Puncture repair", "£12"), ("Full service", "£60")]
    assert entries(found, "Opening hours") == [("Mon–Fri", "9–17"), ("Sat", "10–14")]
    assert (found.contact.email, found.contact.phone, found.contact.address) == ("hi@pedal.example", "0113 496 0000", "Leeds")
    assert (found.design, manifest.theme.accent) == ("bold", "#166534")


@pytest.mark.parametrize(
    ("said", "title", "expected"),
    [
        ("a menu with espresso 2.50, flat white 3.60", "Menu", [("Espresso", "2.50"), ("Flat white", "3.60")]),
        ("services: lawn care, hedge trimming and planting", "Services", [("Lawn care", ""), ("Hedge trimming", ""), ("Planting", "")]),
        ("classes (Beginners 60 min, Flow 75 min), a gallery", "Classes", [("Beginners", "60 min"), ("Flow", "75 min")]),
        ("a timetable: Monday 18:00 Flow, Wednesday 19:00 Yin", "Timetable", [("Flow", "Monday 18:00"), ("Yin", "Wednesday 19:00")]),
        ("our teachers: Anna (Hatha), Ben (Yin) and a booking form", "Our teachers", [("Anna", "Hatha"), ("Ben", "Yin")]),
        ("opening hours Tue-Sun 11am-10pm, Monday closed", "Opening hours", [("Tue–Sun", "11am–10pm"), ("Monday", "closed")]),
        ("tour dates:\n- 12 March: Oslo\n- 3 May: Bergen", "Tour dates", [("Oslo", "12 March"), ("Bergen", "3 May")]),
    ],
)
def test_entries_are_read(said: str, title: str, expected: list[tuple[str, str]]) -> None:
    assert entries(site(f"A site for Otter House with {said}"), title) == expected


def test_what_is_not_said_is_an_example_and_that_is_told() -> None:
    event = read("A site for a florist with opening hours and a map")
    assert isinstance(event, PlanMade)
    assert any("“Opening hours”" in line and "example" in line for line in event.decision.assumed)
    assert any("hello@example.org" in line for line in event.decision.assumed)
    assert any("The map link leads to" in line for line in event.decision.assumed)


@pytest.mark.parametrize(
    ("wish", "point"),
    [
        ("a newsletter signup", "newsletter"),
        ("online booking", "Booking needs a server"),
        ("a shopping cart", "Selling and paying online"),
        ("a login for members", "Signing in"),
        ("a search bar", "no search"),
    ],
)
def test_what_a_site_cannot_have_stays_open(wish: str, point: str) -> None:
    event = read(f"A website for our village library with news and {wish}")
    assert isinstance(event, PlanMade)
    assert any(point in line for line in event.decision.open_points)


def test_pages_become_pages() -> None:
    found = site("A multi-page site for our football club with pages: home, team, fixtures, gallery, contact")
    assert [page.name for page in found.pages] == ["index", "fixtures", "gallery", "contact"]
    assert len(site("A one-page site for our football club with team, fixtures and gallery").pages) == 1


@pytest.mark.parametrize(
    ("words", "design"),
    [("playful", "playful"), ("elegant", "classic"), ("clean and simple", "minimal"), ("bold", "bold"), ("sleek", "modern")],
)
def test_the_design_follows_from_words(words: str, design: str) -> None:
    assert site(f"A {words} site for Otter House").design == design


@pytest.mark.parametrize(
    ("said", "check"),
    [
        ("add Wheel truing at £15 to the prices", lambda s: entries(s, "Prices")[-1] == ("Wheel truing", "£15")),
        ("remove the full service", lambda s: entries(s, "Prices") == [("Puncture repair", "£12")]),
        ("change the price of the full service to £70", lambda s: entries(s, "Prices")[1] == ("Full service", "£70")),
        ("rename Prices to What it costs", lambda s: bool(section(s, "What it costs"))),
        ("add a gallery", lambda s: section(s, "Gallery").kind == "gallery"),
        ("add a section about parking: Leave your car at home.", lambda s: section(s, "Parking").text == "Leave your car at home."),
        ("add a page about our history", lambda s: [page.title for page in s.pages] == ["Home", "Our history"]),
        ("remove the opening hours", lambda s: not [x for x in s.sections if x.kind == "hours"]),
        ("move the opening hours above the prices", lambda s: [x.title for x in s.sections][1:3] == ["Opening hours", "Prices"]),
        ("the text of About us should say: We mend bikes.", lambda s: section(s, "About us").text == "We mend bikes."),
        ("we open Mon-Sun 8-20", lambda s: entries(s, "Opening hours") == [("Mon–Sun", "8–20")]),
        ("change the phone number to 020 7946 0000", lambda s: s.contact.phone == "020 7946 0000"),
        ("our email is shop@pedal.example", lambda s: s.contact.email == "shop@pedal.example"),
        ("add a link to https://www.instagram.com/pedal", lambda s: [x.label for x in s.contact.links] == ["Instagram"]),
        ("remove the contact form", lambda s: not s.contact.form),
        ('set the tagline to "Rolling since 1990"', lambda s: s.tagline == "Rolling since 1990"),
        ("use the classic design", lambda s: s.design == "classic"),
        ('change the opening text to "Bikes since 1990"', lambda s: s.tagline == "Bikes since 1990"),
        ("add a review by Tom Hill saying they are quick", lambda s: section(s, SAID).entries == (quote("Tom Hill", "they are quick."),)),
        ('add a testimonial from Anna: "Best in town"', lambda s: section(s, SAID).entries == (quote("Anna", "Best in town."),)),
        ("prices: tube 9 £, service 60 £", lambda s: entries(s, "Prices") == [("Tube", "9 £"), ("Service", "60 £")]),
        ("about us: We mend bikes", lambda s: section(s, "About us").text == "We mend bikes."),
        ("add an instagram link instagram.com/pedal", lambda s: [x.address for x in s.contact.links] == ["https://instagram.com/pedal"]),
        (
            "add a FAQ: Do you collect bikes? Yes, on Fridays. Are you open in winter? We are.",
            lambda s: [(x.title, x.text) for x in section(s, "Questions").entries]
            == [("Do you collect bikes?", "Yes, on Fridays."), ("Are you open in winter?", "We are.")],
        ),
    ],
)  # fmt: skip
def test_a_site_is_changed_by_words(said: str, check: Any) -> None:
    assert check(site(BIKES, said))


def test_questions_come_with_their_answers() -> None:
    found = site("Site for a dental practice with services and an FAQ: Do you see children? Yes. Do I need an appointment? Call us first.")
    assert [(entry.title, entry.text) for entry in section(found, "Questions").entries] == [
        ("Do you see children?", "Yes."),
        ("Do I need an appointment?", "Call us first."),
    ]


def test_several_changes_in_one_message() -> None:
    found = site(BIKES, "Remove the opening hours, add a gallery and rename Prices to Costs. Make it more playful.")
    assert [section.title for section in found.sections] == ["About us", "Costs", "Gallery", "Contact"]
    assert found.design == "playful"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("when are you open?", "Opening hours: Mon–Fri (9–17), Sat (10–14)"),
        ("what is there?", "Prices (2 entries)."),
        ("remove the swimming pool", "There is nothing called “swimming pool” here. Nothing was changed."),
        ("add online ordering", "not part of a static site"),
        ("translate it to German", "The site has one language."),
        ("change the email to nonsense", "“nonsense” is no e-mail address."),
        ("blorb the frotz", "Nothing was changed."),
    ],
)
def test_questions_and_what_does_not_fit_change_nothing(said: str, answer: str) -> None:
    after = read(said, made(BIKES))
    assert isinstance(after, PlanAnswered)
    assert answer in after.text


@pytest.mark.parametrize(
    "text",
    [
        "An app to manage construction site visits with date and inspector",
        "a website where users can post recipes",
        "Track site inspections: each site has a name",
        "Chess club app - members with name and rating",
        "Widgets have a name and a website.",
        "Companies: name, website, phone",
        "An auction site: items have a title and a starting price, bids belong to an item",
        "A construction site diary. Entries have a date and a weather note",
    ],
)
def test_what_keeps_things_is_an_application(text: str) -> None:
    assert made(text).kind == "app"


@pytest.mark.parametrize("text", ["a website", "Build me a landing page", "can you make a site?"])
def test_a_site_about_nothing_is_asked_about(text: str) -> None:
    event = read(text)
    assert isinstance(event, PlanAnswered)
    assert event.asks


WORDS = (
    "site website page for with a our story menu hours Mon-Fri 9-17 prices £3 gallery , . : ( ) and https://x.example <b> \" ' \n add "
    "remove rename to the section about contact team faq é 漢 called slogan www.a.example in at 12 High Street a@b.example (pages:"
).split(" ")
WORDS += ["a" * 700, "B" * 400, "www." + "c" * 900 + ".d", "\u200b", " "]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=50), st.lists(st.sampled_from(WORDS), max_size=12))
def test_any_text_is_read(words: list[str], more: list[str]) -> None:
    event = read(f"website for Otter {' '.join(words)}")
    if isinstance(event, PlanMade) and event.manifest and event.manifest.kind == "site":
        assert isinstance(read(" ".join(more) or "add", event.manifest), PlanMade | PlanAnswered)


LONG = ["a" * 700, "B" * 400 + " ", "for a ", "menu: a 1.50, ", "(", "Mon-Fri 9-17 ", f"https://x.example/{'y' * 500} ", "our story and "]


@pytest.mark.parametrize("part", LONG)
def test_reading_takes_no_longer_than_the_text(part: str) -> None:
    began = time.process_time()
    read(f"website for Otter {part * (100_000 // len(part))}")
    assert time.process_time() - began < 5


def test_sentences_behind_what_a_site_is_are_done() -> None:
    assert site('A site for our florist. Also greet everyone with "Say it with tulips".').tagline == "Say it with tulips"
    found = site("Website for a joinery. Please add a section about our workshop tours. We are open Mon-Fri 8-16.")
    assert {"hours", "text"} <= {section.kind for section in found.sections}


@pytest.mark.parametrize(
    "sentence",
    [
        "Also greet every visitor with a limerick.",
        "Please play birdsong at dawn.",
        "It should guess the visitor's mood.",
        "Count to ten first.",
    ],
)
def test_a_sentence_that_is_not_understood_is_told(sentence: str) -> None:
    points = read(f"A website for our florist with a gallery. {sentence}").decision.open_points
    assert [point for point in points if sentence.rstrip(".") in point]


def test_sentences_that_were_read_with_the_rest_are_no_open_points() -> None:
    event = read(f"{BIKES} Also a gallery and testimonials. Make it playful. Please use our slogan: 'Ride on'.")
    assert not event.decision.open_points
