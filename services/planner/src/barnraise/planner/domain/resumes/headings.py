"""Which lines of a résumé are headings, and of what: a lexicon in English, German and French."""

import re
import unicodedata
from typing import Literal

Kind = Literal[
    "contact", "summary", "work", "volunteer", "education", "awards", "certificates", "publications", "skills", "languages", "interests",
    "references", "projects", "personal", "extra",
]  # fmt: skip

_WORDS: dict[Kind, str] = {
    "contact": "contact, contact details, contact information, contact info, kontakt, kontaktdaten, coordonnees, get in touch, links, "
    "online",
    "personal": "personal details, personal information, personal data, personliche daten, personalien, angaben zur person, zur person, "
    "informations personnelles, etat civil, personliche angaben, about me details",
    "summary": "summary, profile, about, about me, objective, career objective, overview, introduction, statement, personal statement, "
    "executive summary, career summary, who i am, bio, in short, highlights, profil, kurzprofil, uber mich, zusammenfassung, "
    "a propos, a propos de moi, resume professionnel, profil professionnel, presentation, objectif, accroche, kurzvorstellung",
    "work": "experience, experiences, work, employment, work history, employment history, career, career history, positions, "
    "positions held, "
    "appointments, jobs, internships, internship, where i have worked, work experience, berufserfahrung, beruf, berufliche erfahrung, "
    "beruflicher werdegang, werdegang, berufspraxis, praxiserfahrung, praktische erfahrung, praktika, praktikum, tatigkeiten, "
    "berufstatigkeit, berufliche stationen, stationen, experience professionnelle, experiences professionnelles, parcours, "
    "parcours professionnel, emplois, stages, postes, lehre, teaching, lehrtatigkeit, enseignement, freelance work",
    "volunteer": "volunteer, volunteering, volunteer work, community, community service, community involvement, voluntary work, "
    "ehrenamt, ehrenamtliche tatigkeit, ehrenamtliche tatigkeiten, ehrenamtliches engagement, engagement, soziales engagement, "
    "benevolat, engagements, engagement associatif, engagements associatifs, vie associative, outreach",
    "education": "education, training, studies, academic background, background, qualifications, schooling, degrees, ausbildung, bildung, "
    "bildungsweg, studium, schulbildung, akademische ausbildung, schulische ausbildung, hochschulbildung, aus und weiterbildung, "
    "formation, formations, etudes, diplomes, cursus, scolarite, parcours academique, where i studied, bildungsgang",
    "awards": "awards, honors, honours, achievements, prizes, scholarships, fellowships, distinctions, recognition, grants, funding, "
    "auszeichnungen, preise, stipendien, ehrungen, prix, bourses, recompenses, grants and awards",
    "certificates": "certificates, certifications, certification, licenses, licences, courses, professional development, "
    "continuing education, "
    "zertifikate, zertifizierungen, weiterbildung, weiterbildungen, fortbildung, fortbildungen, kurse, lizenzen, certificats, "
    "formations complementaires, licenses and certifications, trainings",
    "publications": "publications, papers, articles, books, talks, presentations, writing, conference papers, journal articles, patents, "
    "invited talks, conferences, speaking, publikationen, veroffentlichungen, vortrage, patente, communications, brevets, exhibitions, "
    "ausstellungen, expositions, selected writing, talks and writing",
    "skills": "skills, skill, competencies, competences, expertise, technologies, technology, tools, tech stack, stack, proficiencies, "
    "strengths, what i do, areas of expertise, core competencies, computer skills, software, programming languages, toolbox, "
    "kenntnisse, fahigkeiten, kompetenzen, edv kenntnisse, it kenntnisse, fachkenntnisse, starken, edv, technische kenntnisse, "
    "methoden, savoir faire, connaissances, informatique, competences techniques, outils, competences cles, kernkompetenzen, technik",
    "languages": "languages, language skills, language, sprachen, sprachkenntnisse, fremdsprachen, langues, langues etrangeres, "
    "spoken languages, competences linguistiques",
    "interests": "interests, hobbies, hobby, hobbys, pastimes, activities, extracurricular activities, interessen, freizeit, "
    "loisirs, centres d interet, centres d interets, passions, interets, outside work, when i am not working, divers",
    "references": "references, referees, referenzen, referenz, recommendations, recommandations",
    "projects": "projects, project, portfolio, side projects, open source, open source projects, case studies, products, things i built, "
    "projekte, projektarbeit, projets, realisations, works",
}
_KINDS: dict[str, Kind] = {word.strip(): kind for kind, words in _WORDS.items() for word in words.split(",")}
_QUALIFIERS = frozenset(
    "professional relevant selected key technical core other additional further main recent my personal current academic research industry "
    "teaching clinical related notable major general detailed formal honorary special early previous earlier design "
    "berufliche beruflicher berufliches akademische akademischer sonstige weitere besondere ausgewahlte personliche technische fachliche "
    "professionnelle professionnelles professionnel personnels personnel principales autres academiques academique techniques".split()
)
_JOINED = re.compile(r"\s*(?:&|\+|/|,|\band\b|\bund\b|\bet\b|\bsowie\b)\s*")
_TITLES = frozenset(
    {"curriculum vitae", "cv", "resume", "lebenslauf", "tabellarischer lebenslauf", "curriculum", "vita", "curriculum vitae cv"}
)
_LONGEST = 48


def plain(text: str) -> str:
    """Lower-case ASCII words: ``"BERUFLICHE TÄTIGKEIT:"`` -> ``"berufliche tatigkeit"``; spread letters are drawn together."""
    flat = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("œ", "oe")).encode("ascii", "ignore").decode().lower()
    flat = re.sub(r"[^a-z0-9&+/,]+", " ", flat).strip(" &+/,")
    return flat.replace(" ", "") if re.fullmatch(r"(?:\w ){2,}\w", flat) else flat


def is_title(text: str) -> bool:
    """Whether a line only says that this is a résumé."""
    return plain(text) in _TITLES


def heading(text: str) -> Kind | None:
    """Of what a line is the heading; None when it is none that is known."""
    bare = text.strip().strip("#*_=~<>[]|·•■▪●►▶◆-–—:. \t").strip()
    if not bare or len(bare) > _LONGEST or re.search(r"[\t@]|\d{3}", bare) or bare.endswith((",", ";", "!", "?")):
        return None
    said = plain(bare)
    if kind := _KINDS.get(said) or _qualified(said):
        return kind
    kinds = [_KINDS.get(part) or _qualified(part) for part in _JOINED.split(said) if part]
    # "Skills & Tools", "Education, Certifications": what stands first says where it belongs.
    return kinds[0] if len(kinds) > 1 and all(kinds) else None


def _qualified(said: str) -> Kind | None:
    words = said.split()
    while len(words) > 1 and words[0] in _QUALIFIERS:
        words = words[1:]
        if kind := _KINDS.get(" ".join(words)):
            return kind
    return None


def begins_with_heading(text: str) -> tuple[Kind, str] | None:
    """``Skills: Python, Go`` -> its kind and what follows the colon."""
    label, colon, rest = text.partition(":")
    if not colon or not rest.strip() or text.lstrip().startswith(("-", "*", "•", "·")):
        return None
    kind = heading(label)
    return (kind, rest.strip()) if kind else None


_SMALL = {
    "de": frozenset("und der die das mit für von bei im als sowie zur zum heute seit".split()),
    "fr": frozenset("et de la le les des du en pour avec à au aux depuis une".split()),
    "en": frozenset("and the of with for in at to from by as an present".split()),
}


def language_of(text: str) -> str:
    """The language that most of the small words are of."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = {language: sum(word in small for word in words) for language, small in _SMALL.items()}
    return max(counts, key=lambda language: (counts[language], language == "en"))
