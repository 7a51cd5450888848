"""A person's details: name, role, e-mail, addresses in the net, town; and what is nobody's business, which is seen but not kept."""

import re
from dataclasses import dataclass, field

from barnraise.planner.domain.resumes.headings import heading, is_title
from barnraise.planner.domain.resumes.lines import Line, Section
from barnraise.planner.domain.resumes.periods import period_in
from barnraise.planner.domain.resumes.resume import Basics, Location, Profile
from barnraise.planner.domain.resumes.vocabulary import LANGUAGE, ORGANISATION, POSTAL, ROLE, SCHOOL, STREET, is_place

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_WEB = re.compile(
    r"(?:https?://)?(?:www\.)?((?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|de|fr|co|me|info|uk|edu|ch|at|eu|app|page|design|studio|tech|ai|"
    r"xyz|art|photo"
    r"|blog|site|online|example|social|name|codes?|academy|science)(?:/[\w@~%.+#?=&/-]*)?)(?![\w@])",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w/.-])(?:\+|00|\(?0)[\d\s()./-]{7,20}\d(?![\w/])|(?<![\w/.-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\w)")
_BIRTH = re.compile(
    r"\b(?:born|date of birth|birth ?date|d\.?o\.?b\.?|age|geboren|geburtsdatum|geburtstag|geb\.|geburtsort|alter|née?|date de naissance|"
    r"âge)\b\W"
    r"|\b\d{2} (?:ans|years old|jahre alt)\b",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"^(?:nationality|citizenship|marital status|gender|religion|place of birth|children|driving licen[cs]e|work permit|visa status|family|"
    r"nationalität|staatsangehörigkeit|familienstand|konfession|kinder|führerschein|geschlecht|nationalité|situation(?: familiale)?|"
    r"permis(?: de conduire)?|célibataire|marié|ledig|verheiratet|single|married)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:e-?mail|mail|phone|tel|telephone|telefon|téléphone|tél|mobile|mobil|handy|portable|cell|fax|web|website|webseite|site|homepage|"
    r"url|"
    r"linkedin|github|gitlab|twitter|xing|portfolio|address|adresse|anschrift|location|ort|wohnort|lieu|based in|name|nom|contact|"
    r"kontakt|blog|orcid|t|e|m|p|w|a)"
    r"\b\.?\s*[:|]\s*|^(?:tel|tél|e-?mail|phone|mobil|mobile)\.?\s+",
    re.IGNORECASE,
)
_NAMED = re.compile(r"^(?:name|nom(?: et prénom)?|vor- und nachname)\s*:\s*(.+)$", re.IGNORECASE)
_TITLED = re.compile(r"^(?:curriculum vitae|résumé|resume|cv|lebenslauf)\s*(?:of|von|de|:|[-–—|])\s*", re.IGNORECASE)
_TITLE = re.compile(r"^(?:(?:dr|prof|mr|mrs|ms|mme|m|herr|frau|dipl\.-ing|ing|sir|dame)\.?\s+)+(?=[A-ZÄÖÜÉ])", re.IGNORECASE)
_LETTERS = re.compile(r",?\s+(?:ph\.?d\.?|m\.?d\.?|mba|msc|bsc|m\.?a\.?|cpa|rn|pmp|esq\.?|jr\.?|dphil|frcs|mrcp)\.?$", re.IGNORECASE)
_PARTS = re.compile(r"\t|\s[|•·▪◦⋅/]\s|\s[|•·▪]|[|•]\s|\s[–—]\s")
_PARTICLES = frozenset("de la le van von der den zu zur del della di da dos du bin ibn al el ten ter af y e and of".split())
_WORD = re.compile(r"^[A-ZÀ-ÖØ-ÞŠŽŁŚĆČ][\w.’'\-À-ÿ]*$")
_NETWORKS = {
    "linkedin.com": "LinkedIn",
    "github.com": "GitHub",
    "gitlab.com": "GitLab",
    "twitter.com": "Twitter",
    "x.com": "X",
    "xing.com": "XING",
    "stackoverflow.com": "Stack Overflow",
    "medium.com": "Medium",
    "behance.net": "Behance",
    "dribbble.com": "Dribbble",
    "orcid.org": "ORCID",
    "scholar.google.com": "Google Scholar",
    "researchgate.net": "ResearchGate",
    "youtube.com": "YouTube",
    "instagram.com": "Instagram",
    "mastodon.social": "Mastodon",
    "codepen.io": "CodePen",
    "kaggle.com": "Kaggle",
    "malt.fr": "Malt",
    "bitbucket.org": "Bitbucket",
}
_MAIL_HOSTS = frozenset(
    {"gmail.com", "outlook.com", "hotmail.com", "web.de", "gmx.de", "yahoo.com", "icloud.com", "orange.fr", "free.fr", "gmx.net"}
)


@dataclass
class Details:
    """What was found; ``rest``: lines that are none of it."""

    name: str = ""
    label: str = ""
    email: str = ""
    phone: str = ""
    location: Location = field(default_factory=Location)
    links: dict[str, str] = field(default_factory=dict)
    private: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)

    def basics(self, summary: str) -> Basics:
        own = next((url for url in self.links if not _network(url)), "")
        profiles = tuple(
            Profile(network=_network(url), username=url.rstrip("/").rpartition("/")[2], url=url) for url in self.links if _network(url)
        )
        profiles += tuple(Profile(network=_host(url), url=url) for url in self.links if not _network(url) and url != own)
        return Basics(
            name=self.name,
            label=self.label,
            email=self.email,
            phone=self.phone,
            url=own,
            summary=summary,
            location=self.location,
            profiles=profiles,
        )


def details_of(head: list[Line], sections: list[Section]) -> Details:
    """From what stands before the first heading and in the sections for it; a name is looked for everywhere, and taken out."""
    found = Details()
    own = [section for section in sections if section.kind in ("contact", "personal")]
    everything = "\n".join(line.text for line in [*head, *(line for section in own for line in section.lines)])
    mail = _EMAIL.search(everything) or _EMAIL.search("\n".join(line.text for section in sections for line in section.lines))
    found.email = mail[0] if mail else ""
    head = _take_name(found, head, sections)
    for line in [*head, *(line for section in own for line in section.lines)]:
        if line.text and not is_title(line.text):
            _take(found, line.text)
    if not found.label:
        found.label = _label(found)
    return found


def _take_name(found: Details, head: list[Line], sections: list[Section]) -> list[Line]:
    """The head without its name line, and a role that stood beside the name."""
    for place, line in enumerate(head[:12]):
        name, beside = _name_in(line.text)
        if name:
            found.name = name
            return [*head[:place], *([Line(beside)] if beside else []), *head[place + 1 :]]
    best: tuple[int, Section, int, str] | None = None
    tokens = set(re.findall(r"[a-z]{2,}", found.email.partition("@")[0].lower()))
    for section in sections:
        for place, line in enumerate(section.lines):
            name, beside = _name_in(line.text)
            if not name or beside:
                continue
            words = {word.lower() for word in re.findall(r"\w+", name)}
            last = place + 1 >= len(section.lines) - 2
            score = 3 * len(tokens & words) + 2 * last + (place == 0 or section.lines[place - 1].blank)
            if score >= 3 and (best is None or score > best[0]):
                best = (score, section, place, name)
    if best:
        _, section, place, found.name = best
        after = section.lines[place + 1 :]
        del section.lines[place]
        if after and after[0].short and ROLE.search(after[0].text) and not period_in(after[0].text):
            found.label = after[0].text
            section.lines.remove(after[0])
    return head


def _name_in(text: str) -> tuple[str, str]:
    """The name that a line is, or begins with, and what stands beside it."""
    if named := _NAMED.match(text):
        text = named[1]
    text = _TITLED.sub("", text)
    pieces = [piece.strip() for piece in _PARTS.split(text) if piece.strip()]
    if not pieces:
        return "", ""
    first, beside = pieces[0], "\t".join(pieces[1:])
    if not _is_name(first) and "," in first and not beside:
        first, _, beside = first.partition(",")
    if not _is_name(first):
        return "", ""
    return _proper(_LETTERS.sub("", _TITLE.sub("", first)).strip(" ,")), _LETTERS.sub("", f" {beside.strip()}").strip(" ,")


def _is_name(text: str) -> bool:
    bare = _LETTERS.sub("", _TITLE.sub("", text)).strip(" ,")
    words = bare.split()
    if not 2 <= len(words) <= 5 or len(bare) > 48 or re.search(r"[\d@:;!?()/]", bare) or heading(bare) or is_title(bare) or is_place(bare):
        return False
    if ROLE.search(bare) or ORGANISATION.search(bare) or SCHOOL.search(bare) or LANGUAGE.match(bare):
        return False
    return all(_WORD.match(word) or word.lower() in _PARTICLES for word in words) and bool(_WORD.match(words[0]) and _WORD.match(words[-1]))


def _proper(name: str) -> str:
    """Not in capitals: ``ADA VON EXAMPLE`` and ``Ada von EXAMPLE`` -> ``Ada von Example``."""
    if not any(word.isupper() and len(word) > 2 for word in name.split()):
        return name
    words = [word if not word.isupper() else word.lower() if word.lower() in _PARTICLES else word.title() for word in name.split()]
    return " ".join(words).replace("’S", "’s")


def _take(found: Details, text: str) -> None:
    """Take a line's parts apart."""
    for part in _PARTS.split(text.replace(":\t", ": ")):
        _take_part(found, part.strip(" ,;"))


def _take_part(found: Details, part: str) -> None:
    if not part:
        return
    if _BIRTH.search(f"{part} "):
        _note(found, "the date of birth")
        return
    if _STATUS.match(part):
        _note(found, "civil status and the like")
        return
    label, rest = _LABEL.match(part), _LABEL.sub("", part)
    rest = _EMAIL.sub(lambda match: _keep_mail(found, match[0]), rest)
    rest = _WEB.sub(lambda match: _keep_link(found, match), rest)
    if phone := _PHONE.search(rest):
        found.phone = found.phone or phone[0].strip()
        _note(found, "the phone number")
        rest = rest.replace(phone[0], " ")
    rest = rest.strip(" ,;:|–—-()")
    if rest and not _take_address(found, rest) and not (label and len(rest) < 25 and not re.search(r"\s", rest)):
        if not found.label and len(rest) < 80 and not rest.endswith(".") and ROLE.search(rest) and not period_in(rest):
            found.label = rest
        elif rest.lower() != found.name.lower():
            found.rest.append(rest)


def _take_address(found: Details, text: str) -> bool:
    """A street is private; the town is not."""
    street = re.search(r"\d", text) is not None and STREET.search(text) is not None
    postal = POSTAL.search(text)
    if not (street or postal or (is_place(text) and not ROLE.search(text))):
        return False
    if street or postal:
        _note(found, "the street address")
    pieces = [piece.strip() for piece in text.split(",")]
    kept = [
        POSTAL.sub("", piece).strip() for piece in pieces if not (re.search(r"\d", piece) and STREET.search(piece)) or POSTAL.search(piece)
    ]
    kept = [re.sub(r"^\d{4,5}\s+", "", piece) for piece in kept if piece and not STREET.search(piece)]
    if kept and not found.location.city:
        city, *more = kept
        found.location = Location(address=text if street else "", city=city, region=", ".join(more))
    elif street:
        found.location = found.location.model_copy(update={"address": text})
    return True


def _keep_mail(found: Details, mail: str) -> str:
    found.email = found.email or mail
    return " "


def _keep_link(found: Details, match: re.Match[str]) -> str:
    address = match[1].rstrip("./")
    if address.lower() in _MAIL_HOSTS or (address.partition("/")[0].lower() in _NETWORKS and "/" not in address):
        return " "
    if (
        not re.match(r"https?://|www\.", match[0], re.IGNORECASE)
        and "/" not in address
        and re.search(r"\s", match.string[: match.start()].strip())
    ):
        return match[0]  # "worked on example.com" is no link of one's own
    url = match[0] if match[0].lower().startswith("http") else f"https://{match[0]}"
    found.links.setdefault(url.rstrip("/."), "")
    return " "


def _note(found: Details, what: str) -> None:
    if what not in found.private:
        found.private.append(what)


def _label(found: Details) -> str:
    """A short line right below the name, when no role word tells."""
    first = next(iter(found.rest), "")
    if first and len(first) < 60 and not first.endswith(".") and not re.search(r"\d|@", first) and len(first.split()) <= 7:
        found.rest.remove(first)
        return first
    return ""


def _host(url: str) -> str:
    return re.sub(r"^https?://(?:www\.)?", "", url.lower()).partition("/")[0]


def _network(url: str) -> str:
    host = _host(url)
    return next((name for domain, name in _NETWORKS.items() if host == domain or host.endswith(f".{domain}")), "")
