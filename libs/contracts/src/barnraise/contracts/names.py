"""Names: checked once here, so that every template may use a manifest's names as they are.

The reserved words are those of Python and TypeScript, and the attribute names that pydantic and SQLAlchemy keep for
themselves. SQL's are allowed (people do have orders and groups): templates must quote every SQL identifier.
A name that is reserved is refused; ``safe_field_name`` and ``safe_entity_name`` make one that is not.
"""

import keyword
import re
import unicodedata

IMPLICIT_FIELDS = frozenset({"id", "created_at", "updated_at"})
_FIELD = re.compile(r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")
_ENTITY = re.compile(r"^[A-Z][A-Za-z0-9]*$")
_MAX = 48

_TYPESCRIPT = frozenset(
    "break case catch class const continue debugger default delete do else enum export extends false finally for function if "
    "import in instanceof new null return super switch this throw true try typeof var void while with".split()
)
_ORM = frozenset(
    "metadata registry model_config model_fields model_computed_fields model_extra model_fields_set schema json dict copy "
    "construct parse_obj parse_raw parse_file from_orm validate update_forward_refs schema_json "
    "model_construct model_copy model_dump model_dump_json model_json_schema model_parametrized_name model_post_init model_rebuild "
    "model_validate model_validate_json model_validate_strings".split()
)
_OWN = frozenset({"self", "cls"})
RESERVED_FIELDS = frozenset(keyword.kwlist) | _TYPESCRIPT | _ORM | _OWN | IMPLICIT_FIELDS
RESERVED_ENTITIES = frozenset({"True", "False", "None", "Any", "Never", "Infinity", "NaN", "Undefined", "Object", "Function"})

_IRREGULAR: dict[str, str] = {
    one: many
    for one, _, many in (
        pair.partition(":")
        for pair in (
            "person:people child:children man:men woman:women foot:feet tooth:teeth mouse:mice goose:geese ox:oxen quiz:quizzes "
            "shelf:shelves leaf:leaves loaf:loaves half:halves calf:calves wolf:wolves thief:thieves scarf:scarves knife:knives life:lives "
            "wife:wives hero:heroes potato:potatoes tomato:tomatoes echo:echoes criterion:criteria phenomenon:phenomena analysis:analyses "
            "diagnosis:diagnoses hypothesis:hypotheses thesis:theses crisis:crises axis:axes"
        ).split()
    )
}
_SAME = frozenset({"series", "species", "news", "equipment", "information", "sheep", "fish", "staff", "feedback", "media", "data"})


def snake(name: str) -> str:
    """``OrderLine`` -> ``order_line``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def plural(word: str) -> str:
    """The plural of a snake-case noun's last part, deterministic and always different in spelling rules only:
    ``category`` -> ``categories``, ``order_line`` -> ``order_lines``, ``person`` -> ``people``."""
    head, _, last = word.rpartition("_")
    prefix = f"{head}_" if head else ""
    if last in _SAME:
        return f"{prefix}{last}"
    if last in _IRREGULAR:
        return f"{prefix}{_IRREGULAR[last]}"
    if re.search(r"[^aeiou]y$", last):
        return f"{prefix}{last[:-1]}ies"
    if re.search(r"(s|x|z|ch|sh)$", last):
        return f"{prefix}{last}es"
    return f"{prefix}{last}s"


def check_field_name(name: str) -> str:
    """The name itself; ValueError when it is not snake case, too long or reserved."""
    if not _FIELD.match(name) or len(name) > _MAX:
        raise ValueError(f"{name[:60]!r} is not a field name: lower case letters, digits and single underscores, at most {_MAX}")
    if name in RESERVED_FIELDS:
        raise ValueError(f"{name!r} is a reserved word; {safe_field_name(name)!r} is free")
    return name


def check_entity_name(name: str) -> str:
    """The name itself; ValueError when it is not Pascal case, too long or reserved."""
    if not _ENTITY.match(name) or len(name) > _MAX:
        raise ValueError(f"{name[:60]!r} is not an entity name: a capital, then letters and digits, at most {_MAX}")
    if name in RESERVED_ENTITIES:
        raise ValueError(f"{name!r} is a reserved word; {safe_entity_name(name)!r} is free")
    return name


def ascii_words(text: str) -> list[str]:
    """The words of a text as lower-case ASCII: ``"Prix d'été"`` -> ``["prix", "d", "ete"]``."""
    flat = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.findall(r"[a-z0-9]+", flat.lower())


def safe_field_name(text: str, suffix: str = "value") -> str:
    """A valid field name for any text that has a letter in it; ValueError otherwise. A reserved word gets the suffix."""
    name = "_".join(ascii_words(text))[:40].strip("_")
    if not re.search(r"[a-z]", name):
        raise ValueError(f"{text[:60]!r} has no letter to make a name of")
    if not name[0].isalpha():
        name = f"n_{name}"
    return f"{name}_{suffix}" if name in RESERVED_FIELDS else name


def safe_entity_name(text: str) -> str:
    """A valid entity name for any text that has a letter in it; ValueError otherwise."""
    name = "".join(word.capitalize() for word in ascii_words(text))[:40]
    if not re.search(r"[A-Za-z]", name):
        raise ValueError(f"{text[:60]!r} has no letter to make a name of")
    if not name[0].isalpha():
        name = f"N{name}"
    return f"{name}Record" if name in RESERVED_ENTITIES else name
