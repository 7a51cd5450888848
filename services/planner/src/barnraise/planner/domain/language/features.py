"""Features in the list that a program is asked for with: ``a notes app with tags, dark mode and full text search`` keeps notes and tags."""

import re

from barnraise.planner.domain.language.lexicon import APPS

_I = re.IGNORECASE
_PROGRAM = "|".join(sorted(APPS | {"back ?office", "clone", "generator", "builder", "viewer", "mvp", "prototype"}))
_BEGINS = re.compile(
    rf"^(?P<head>(?:[\w'-]+ ){{0,8}}(?:{_PROGRAM})(?: for (?:[\w'-]+ ?){{1,4}}?)?(?:,? (?:with|including|featuring|plus|that has|which has)"
    r"|,(?= (?!where|in which|that|which|so)\w)))(?P<list> [^.;:()\n]+)",
    _I,
)
_DEMANDS = re.compile(
    r"(?P<head>\b(?:it|the (?:app|application|system|tool|site|platform|page|ui|interface)|we|i)"
    r"(?:'d| (?:should|must|needs? to|has to|would))?(?: also)?"
    r" (?:like|have|has|includes?|supports?|offers?|needs?|wants?|comes? with))(?P<list> [^.;:()\n]+)",
    _I,
)
_LINK = re.compile(r"(?:,| with| including| featuring| plus| that has| which has)$", _I)
_PARTS = re.compile(r"(,? and |,? as well as |,? plus | & |, ?)", _I)
_ARTICLES = re.compile(r"^(?:(?:an?|the|some|its|their|also|both) )*", _I)
_PRAISE = re.compile(r"^(?:(?:built-in|simple|basic|full|good|great|nice|powerful|advanced|easy|proper|robust|smart) )*", _I)
_FINE = (
    r"clean|modern|nice|simple|beautiful|responsive|minimal\w*|sleek|intuitive|user[- ]friendly|good|great|easy|pretty|professional|elegant"
    r"|colou?rful|fresh|flat|material|mobile|mobile[- ]first|polished|friendly|plain|playful|accessible|adaptive|fluid"
)
_ANYWAY = (
    r"(?:dark|light|night|colou?r|high contrast)[- ](?:mode|theme|scheme)(?: (?:toggle|switch))?"
    rf"|(?:(?:{_FINE}),? ){{1,3}}(?:design|layout|look|look and feel|navigation|styling|interface|ui|ux|theme)"
    r"|ui|ux|gui|user interface|(?:mobile|phone|tablet)[- ](?:friendly|support|version|view)"
    r"|(?:\w+ )?dashboards?|overview page|(?:rest(?:ful)? )?apis?|api docs"
    r"|(?:(?:full[- ]?text|text|global|quick|fast|live|instant|keyword|fuzzy) )?search(?:ing)?(?: (?:bar|box|function|field))?"
    r"|filters|filtering|sorting|pagination|paging|(?:search|filter|sort)(?: (?:and|&) (?:search|filter|sort)(?:s|ing)?)"
    r"|csv (?:exports?|imports?|downloads?)|(?:exports?|imports?|downloads?) (?:to|as|from|of) csv"
    r"|markdown(?: (?:support|editor|editing|rendering))?|crud(?: operations)?|seed data|sample data|unit tests"
)
_BEYOND = (
    r"(?:[\w-]+ ){0,3}(?:alerts|notifications|reminders|reminding)|(?:[\w-]+ )?(?:statistics|stats|analytics|insights|visuali[sz]ations)"
    r"|(?:[\w-]+ ){0,2}(?:charts?|graphs)|(?:(?:daily|weekly|monthly|yearly|annual|sales|summary|usage|pdf) )?(?:reports|reporting)"
    r"|results as (?:an? )?(?:bar |pie |line )?(?:chart|graph|diagram)s?"
    r"|streaks|(?:streak|progress)[- ]tracking|leader ?boards?|rankings|(?:[\w-]+ ){1,2}view"
    r"|(?:kanban|pipeline|task|scrum|drag(?:gable)?[- ](?:and|&|n)[- ]drop) boards?|calendar(?: (?:view|sync|integration))?"
    r"|drag[- ](?:and|&|n)[- ]drop|timeline|maps|(?:real[- ]?time|live) (?:updates?|sync|collaboration|chat)|chat|offline mode"
    r"|(?:pdf|excel|json|data) (?:exports?|imports?|downloads?|generation)|(?:exports?|downloads?) (?:to|as) (?:pdf|excel|json)|exports?"
    r"|(?:multi[- ]?(?:language|user|tenan(?:t|cy))|multilingual|i18n|offline|pwa)(?: support)?|(?:barcode|qr[- ]code) scann(?:ing|er)"
    r"|(?:shopping )?(?:cart|basket)|check-?out(?: (?:page|flow|process))?"
    r"|(?:daily|weekly|monthly) (?:plan|planner|overview|summary)|(?:shopping|grocery|packing) list"
    r"|rich text(?: editor)?|autosave|version history|push notifications|gamification|keyboard shortcuts"
    r"|admin (?:panel|area|dashboard|page|interface|section)|social (?:login|sharing)|two[- ]factor(?: authentication)?"
)
_ENDS = r"(?: (?:support|functionality|feature|option|page|screen))?"
_HAS = re.compile(rf"(?:{_ANYWAY}){_ENDS}", _I)
_LACKS = re.compile(rf"(?:{_BEYOND}){_ENDS}", _I)


def take_features(text: str) -> tuple[str, list[str]]:
    """The text without the features that its program is asked for with, and those of them that no application has by itself. What is
    spoken of again is a thing that is kept: ``a monitor with sensors and alerts. Alerts have a level``."""
    beyond: list[str] = []

    def kept(match: re.Match[str]) -> str:
        rest, taken = _sifted(match["list"], match.string[match.end() :].lower())
        if not taken:
            return match[0]
        beyond.extend(item for item in taken if not _fits(_HAS, item))
        if rest:
            return f"{match['head']} {rest}"
        return _LINK.sub("", match["head"]) if match.re is _BEGINS else ""  # "it should have" says nothing more

    text = _BEGINS.sub(kept, text, count=1)
    return _DEMANDS.sub(kept, text), beyond


def _sifted(listed: str, later: str) -> tuple[str, list[str]]:
    """What is left of a list, and the features that stood in it."""
    pieces = _PARTS.split(listed.strip())
    left, taken = "", []
    for joint, item in zip(["", *pieces[1::2]], map(_bare, pieces[::2]), strict=True):
        if _fits(_HAS, item) or (_fits(_LACKS, item) and item.split()[-1].lower() not in later):
            taken.append(item)
        else:
            left += f"{joint}{item}" if left else item
    return left, taken


def _bare(item: str) -> str:
    return _ARTICLES.sub("", item.strip())


def _fits(pattern: re.Pattern[str], item: str) -> bool:
    return bool(pattern.fullmatch(item) or pattern.fullmatch(_PRAISE.sub("", item)))
