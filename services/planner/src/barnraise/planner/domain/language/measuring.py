"""What somebody measures day by day, asked for by its name alone: ``sleep and mood tracker`` keeps entries with a date, sleep and mood."""

import re

from barnraise.planner.domain.language.kinship import SOMEBODY, STAFF
from barnraise.planner.domain.language.nouns import is_plural, singular

_I = re.IGNORECASE
_MEASURES = {
    "sleep": "a sleep duration in hours (decimal)", "mood": "a mood (awful, bad, okay, good, great)", "weight": "a weight in kg",
    "water": "an amount in ml", "water intake": "an amount in ml", "mileage": "a purpose and a distance in km",
    "steps": "a number of steps", "step": "a number of steps", "calorie": "a number of calories", "calories": "a number of calories",
    "blood pressure": "a systolic pressure (whole number) and a diastolic pressure (whole number)", "pulse": "a pulse (whole number)",
    "blood sugar": "a blood sugar level (decimal)", "glucose": "a glucose level (decimal)", "temperature": "a temperature (decimal)",
    "screen time": "a duration in minutes", "practice": "a duration in minutes", "meditation": "a duration in minutes",
    "study": "a subject and a duration in minutes", "study time": "a subject and a duration in minutes",
    "energy": "an energy level from 1 to 5", "energy level": "an energy level from 1 to 5", "pain": "a pain level from 0 to 10",
    "stress": "a stress level from 1 to 5", "rainfall": "a rainfall in mm", "rain": "a rainfall in mm",
    "electricity": "a meter reading (decimal)", "gas": "a meter reading (decimal)", "energy consumption": "a meter reading (decimal)",
    "fuel": "a number of litres, a price and a mileage", "fuel consumption": "a number of litres, a price and a mileage",
    "fitness": "an activity, a duration in minutes and a number of calories", "income": "a source and an amount",
    "savings": "a purpose and an amount", "tips": "an amount", "caffeine": "an amount in mg", "coffee": "a number of cups",
}  # fmt: skip
"""What is measured, and what an entry then has besides its date."""

_NAMES = "|".join(sorted(_MEASURES, key=len, reverse=True))
_ASKED = re.compile(
    r"^(?:(?:please )?(?:i (?:want|need|would like)|i'd like|we need|make|build|create|give|design)(?: me| us)? )?(?:an? |my |our |the )?"
    r"(?:simple |little |small |personal |daily |basic )*"
    rf"(?P<what>(?:{_NAMES})(?:(?:,| and|,? &|,? plus) (?:{_NAMES}))*) "
    r"(?:tracker|tracking(?: app(?:lication)?| tool)?|log(?:ger|book)?|diary|journal|recorder|monitor)(?: app(?:lication)?| tool)?"
    r"(?: for (?P<whose>my|our|the|an?|his|her) (?P<who>[a-z-]+(?: [a-z-]+)?))?[.! ]*$",
    _I,
)
_HOURS = re.compile(
    r"^(?:(?:please )?(?:i (?:want|need|would like)|i'd like|we need|make|build|create|give|design)(?: me| us)? )?(?:an? |my |our |the )?"
    r"(?:simple |little |small |personal |daily |basic )*(?P<of>[a-z]+) hours? "
    r"(?:tracker|tracking(?: app(?:lication)?| tool)?|log(?:ger|book)?|diary|recorder)(?: app(?:lication)?| tool)?"
    r"(?: for (?:my|our|the|an?) [a-z-]+(?: [a-z-]+)?)?[.! ]*$",
    _I,
)
_CLOCKED = frozenset("opening business office closing visiting happy".split())
_HELPERS = frozenset("contractor freelancer intern driver nurse".split())
_RELATIVES = frozenset("kid child parent dog cat horse pet baby twin grandparent son daughter pupil athlete".split())


def measured(text: str) -> str:
    """The text as entries and what each of them has, where it asks for nothing but to track a measure."""
    if hours := _HOURS.match(text.strip()):
        return _spent(hours["of"].lower()) or text
    match = _ASKED.match(text.strip())
    if not match:
        return text
    measures = [part.strip().lower() for part in re.split(r",| and |&| plus ", match["what"]) if part.strip()]
    name = f"{singular(measures[0])} entry" if len(measures) == 1 else "entry"
    told = f"Each {name} has a date, {', '.join(_MEASURES[part] for part in measures)} and notes."
    who = (match["who"] or "").lower()
    several = is_plural(who) and singular(who.split()[-1]) in _RELATIVES | STAFF
    return f"{told} Each {name} belongs to a {singular(who)}. Each {singular(who)} has a name." if several else told


def _spent(on: str) -> str | None:
    """``volunteer hours`` are of volunteers, ``study hours`` of nobody else; hours at which a door is open are none that anybody spends."""
    if on in _CLOCKED:
        return None
    who = singular(on)
    if who in STAFF | SOMEBODY | _HELPERS:
        return (
            f"Each {who} has a name and an email. Each time entry has a date, a number of hours (decimal), an activity and notes. "
            f"Each time entry belongs to a {who}."
        )
    return f"Each {on} entry has a date, a number of hours (decimal) and notes."
