"""The words for sections of sites, and what such sections are called in the languages of sites."""

import re
from dataclasses import dataclass

from barnraise.contracts.sites import SectionKind

_I = re.IGNORECASE


@dataclass(frozen=True)
class Term:
    """A kind of section, the words that ask for it, and its title by language; "" where the offer's or the word's own title is used."""

    name: str
    kind: SectionKind
    words: re.Pattern[str]
    titles: dict[str, str]


def _term(name: str, kind: SectionKind, words: str, en: str = "", de: str = "", fr: str = "") -> Term:
    return Term(name, kind, re.compile(rf"\b(?:{words})\b", _I), {"en": en, "de": de or en, "fr": fr or en})


TERMS: tuple[Term, ...] = (
    _term(
        "about",
        "text",
        r"(?:our|my|the|your|its) (?:story|history|mission|philosophy|values)|about(?: us"
        r"| me| the \w+)?(?: section| page)?(?= ?(?:[,.;:()&\n]|and\b|page|section|$))"
        r"|story|history|mission statement|who (?:we are|i am)|bio(?:graphy)?|über (?:uns"
        r"|mich)|(?:unsere )?geschichte|(?:qui sommes-nous|à propos|notre histoire)",
        "About us",
        "Über uns",
        "À propos",
    ),
    _term(
        "hours",
        "hours",
        r"opening (?:hours|times)|business hours|office hours|hours(?: of opening)?|when we(?:'re"
        r"| are) open|öffnungszeiten|horaires(?: d'ouverture)?",
        "Opening hours",
        "Öffnungszeiten",
        "Horaires",
    ),
    _term(
        "menu",
        "menu",
        r"(?:food |drinks? |lunch |dinner |wine )?menu|price ?lists?|prices?(?: list)?"
        r"|pricing(?: table| plans?| section| page)?|rates|tariffs|speisekarte|preisliste"
        r"|preise|carte|tarifs",
        "Menu",
        "Speisekarte",
        "Carte",
    ),
    _term(
        "features", "cards", r"features?|benefits|advantages|why (?:us|choose us)|vorteile|avantages", "Features", "Vorteile", "Avantages"
    ),
    _term(
        "services",
        "cards",
        r"(?:our |my )?services?|what (?:we|i) (?:do|offer)|offerings?|treatments|leistungen"
        r"|angebote?|dienstleistungen|prestations|services",
        "Services",
        "Leistungen",
        "Services",
    ),
    _term(
        "products", "cards", r"products?|collections?|catalogue|catalog|shop section|produkte|produits", "Products", "Produkte", "Produits"
    ),
    _term("classes", "cards", r"classes|courses|lessons|workshops|kurse|cours", "Classes", "Kurse", "Cours"),
    _term("rooms", "cards", r"rooms|accommodation|suites|amenities|facilities|zimmer|chambres", "Rooms", "Zimmer", "Chambres"),
    _term("plans", "cards", r"plans|packages|memberships?|subscriptions?", "Plans", "Pakete", "Formules"),
    _term(
        "projects",
        "cards",
        r"projects?|case studies|selected works?|my work|our work|works|portfolio section|projekte|projets|réalisations",
        "Projects",
        "Projekte",
        "Projets",
    ),
    _term(
        "news",
        "cards",
        r"news|blog(?: posts?)?|latest posts|articles|announcements|aktuelles|neuigkeiten|actualités",
        "News",
        "Aktuelles",
        "Actualités",
    ),
    _term(
        "schedule",
        "timeline",
        r"schedule|timetable|programme|program(?! for)|agenda|events?(?: list| calendar)?"
        r"|upcoming (?:\w+ )?(?:events|shows|gigs|dates)|tour dates|gigs|concerts|dates"
        r"|itinerary|timeline|termine|veranstaltungen|programm|agenda|événements"
        r"|programme",
        "Events",
        "Termine",
        "Événements",
    ),
    _term(
        "experience",
        "timeline",
        r"(?:work )?experience|career|employment|resume|cv|berufserfahrung|lebenslauf|expérience",
        "Experience",
        "Berufserfahrung",
        "Expérience",
    ),
    _term("education", "timeline", r"education|studies|degrees|ausbildung|formation", "Education", "Ausbildung", "Formation"),
    _term(
        "skills",
        "tags",
        r"skills|technologies|tech stack|fähigkeiten|kenntnisse|compétences",
        "Skills",
        "Kenntnisse",
        "Compétences",
    ),
    _term(
        "partners",
        "tags",
        r"sponsors?|partners?|clients(?: list| logos)?|customer logos|logos|partner|partenaires",
        "Partners",
        "Partner",
        "Partenaires",
    ),
    _term(
        "team",
        "people",
        r"(?:our |the )?(?:team|staff|people|crew|speakers|instructors|trainers|coaches"
        r"|teachers|stylists|doctors|lawyers|members|committee|board)(?: page| section"
        r"| members)?|über das team|unser team|équipe",
        "Our team",
        "Unser Team",
        "Notre équipe",
    ),
    _term(
        "testimonials",
        "quotes",
        r"(?:customer |client |guest )?(?:testimonials|reviews|quotes|voices)|what (?:our )?(?:customers"
        r"|clients|people|guests|they) say|kundenstimmen|témoignages|avis",
        "What people say",
        "Kundenstimmen",
        "Témoignages",
    ),
    _term(
        "questions",
        "questions",
        r"faqs?|f\.a\.q\.|(?:frequently asked )?questions(?: and answers)?|q&a|häufige fragen|questions fréquentes",
        "Questions",
        "Fragen",
        "Questions",
    ),
    _term(
        "gallery",
        "gallery",
        r"(?:photo |picture |image )?gallery|photos?(?: album| grid| of \w+(?: \w+)?)?"
        r"|pictures(?: of \w+(?: \w+)?)?|images(?: of \w+)?|fotogalerie|galerie|bilder"
        r"|fotos",
        "Gallery",
        "Galerie",
        "Galerie",
    ),
    _term(
        "contact",
        "contact",
        r"contact(?: us| me)?(?: form| page| section| details| information| info)?|get in touch"
        r"|(?:a )?map(?: link)?(?: to \w+)?|directions|find us|how to (?:find|reach|get to) us"
        r"|location|where (?:we are|to find us)|address|phone number|e-?mail address"
        r"|kontakt(?:formular)?|anfahrt|adresse|formulaire de contact|nous trouver|plan d'accès",
        "Contact",
        "Kontakt",
        "Contact",
    ),
)
ALWAYS_THERE = re.compile(
    r"\b(?:hero(?: section| image| banner)?|header|footer|nav(?:igation)?(?: bar| menu)?"
    r"|landing section|intro(?:duction)?|home(?: ?page)?|start page|welcome(?: section"
    r"| message| text)?|call to action|cta|banner|logo)\b",
    _I,
)
"""What every site has."""

NOT_YET: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"\b(?:{words})\b", _I), point)
    for words, point in (
        (
r"book(?:ing)?s?(?: form| system| online| a \w+| calendar| widget)?|reservations?"
r"|reserve|appointments?", "Booking needs a server: the site only shows how to reach you. An application can keep bookings."),
        (
r"online (?:shop|store|ordering|orders)|shopping cart|cart|checkout|buy online"
r"|order online|e-?commerce|payments?|donate button|tickets? sales?", "Selling and paying online is not part of a static site."),
        (r"newsletter(?: sign-?up)?|mailing list|subscribe", "A newsletter needs a service that sends it: there is no sign-up form yet."),
        (
            r"log ?in|sign ?in|user accounts?|members(?:' |-)?only(?: area)?|password",
            "Signing in is not part of a static site; an application can have it.",
        ),
        (r"comments|forum|chat(?:bot)?|guest ?book", "Visitors cannot write on a static site; an application can keep what they say."),
        (r"search(?: bar| box| function)?", "There is no search on the site."),
        (r"cms|content management|edit (?:it )?(?:myself|online)", "Words are changed by telling me, or in the files."),
        (
r"(?:multi-?lingual|translat\w+|bilingual|several languages|in (?:english|german|french|spanish) and (?:english"
r"|german|french|spanish))", "The site has one language."),
        (
r"video(?: background)?|youtube|instagram feed|google maps|embedded? \w+|live feed"
r"|weather", "Nothing is embedded from elsewhere: there is a link instead where I know the address."),
        (r"analytics|cookies? banner|tracking", "Nothing is tracked, so no cookie banner is needed."),
        (r"animations?|parallax|carousel|slider", "Sliders and animations are left out; pictures stand in a grid."),
    )
)  # fmt: skip
