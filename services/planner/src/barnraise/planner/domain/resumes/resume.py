"""A résumé, in the shape of the JSON Resume schema (version 1.0.0, jsonresume.org); what has no place there stands in ``extra``.

Dates are ISO 8601, to the year, month or day that is known; an ``end_date`` is also ``"present"``, or empty when it is not known.
"""

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

Texts = tuple[str, ...]
PRESENT = "present"


class Part(BaseModel):
    """Keys are camel case in JSON, as the schema has them; more keys are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, populate_by_name=True)


class Location(Part):
    address: str = ""
    postal_code: str = ""
    city: str = ""
    region: str = ""
    country_code: str = ""


class Profile(Part):
    network: str = ""
    username: str = ""
    url: str = ""


class Basics(Part):
    name: str = ""
    label: str = ""
    email: str = ""
    phone: str = ""
    url: str = ""
    summary: str = ""
    location: Location = Location()
    profiles: tuple[Profile, ...] = ()


class Work(Part):
    name: str = ""
    position: str = ""
    url: str = ""
    location: str = ""
    start_date: str = ""
    end_date: str = ""
    summary: str = ""
    highlights: Texts = ()


class Volunteer(Part):
    organization: str = ""
    position: str = ""
    url: str = ""
    start_date: str = ""
    end_date: str = ""
    summary: str = ""
    highlights: Texts = ()


class Education(Part):
    institution: str = ""
    area: str = ""
    study_type: str = ""
    url: str = ""
    start_date: str = ""
    end_date: str = ""
    score: str = ""
    courses: Texts = ()


class Award(Part):
    title: str = ""
    date: str = ""
    awarder: str = ""
    summary: str = ""


class Certificate(Part):
    name: str = ""
    date: str = ""
    issuer: str = ""
    url: str = ""


class Publication(Part):
    name: str = ""
    publisher: str = ""
    release_date: str = ""
    url: str = ""
    summary: str = ""


class Skill(Part):
    """A group of ``keywords`` with a name, or without one."""

    name: str = ""
    level: str = ""
    keywords: Texts = ()


class Language(Part):
    language: str = ""
    fluency: str = ""


class Interest(Part):
    name: str = ""
    keywords: Texts = ()


class Reference(Part):
    name: str = ""
    reference: str = ""


class Project(Part):
    name: str = ""
    description: str = ""
    highlights: Texts = ()
    keywords: Texts = ()
    start_date: str = ""
    end_date: str = ""
    url: str = ""


class Extra(Part):
    """A section that is none of the others, as it stands."""

    title: str = ""
    text: str = ""


class Resume(Part):
    basics: Basics = Basics()
    work: tuple[Work, ...] = ()
    volunteer: tuple[Volunteer, ...] = ()
    education: tuple[Education, ...] = ()
    awards: tuple[Award, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    publications: tuple[Publication, ...] = ()
    skills: tuple[Skill, ...] = ()
    languages: tuple[Language, ...] = ()
    interests: tuple[Interest, ...] = ()
    references: tuple[Reference, ...] = ()
    projects: tuple[Project, ...] = ()
    extra: tuple[Extra, ...] = ()


class Read(Part):
    """A résumé and what its reading was not sure of. ``private`` names what about the person was seen and is kept back; ``language`` is
    the one that it is written in (``en``, ``de`` or ``fr``)."""

    resume: Resume
    language: str = "en"
    private: Texts = ()
    doubts: Texts = ()
