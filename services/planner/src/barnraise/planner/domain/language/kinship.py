"""Which things usually belong to which."""

_PERSON = (
    "customer member client guest student patient attendee participant employee user passenger visitor player reader renter tenant person"
)
_PLACE = (
    "class room event course table session slot trip flight service vehicle car bike book equipment property doctor workshop tour lesson "
    "court desk show seat resource boat activity"
)
BELONGS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        "booking reservation appointment enrolment enrollment registration rental loan attendance signup checkout ticket lease".split(),
        (_PERSON, _PLACE),
    ),
    "post": ("author writer blogger",),
    "article": ("author writer journalist",),
    "book": ("author",),
    "story": ("author",),
    "comment": ("post article ticket thread task issue photo video recipe topic page",),
    "reply": ("thread comment ticket topic post",),
    "guest": ("event party wedding",),
    "attendee": ("event conference",),
    "participant": ("event race tournament",),
    "order": ("customer client buyer table",),
    "invoice": ("customer client project order",),
    "payment": ("invoice order booking member",),
    "line": ("product item dish article",),
    "task": ("project list board",),
    "deal": ("contact company customer",),
    "contact": ("company",),
    "song": ("album artist",),
    "track": ("album",),
    "album": ("artist band",),
    "episode": ("podcast show season series",),
    "chapter": ("book course",),
    "lesson": ("course",),
    "grade": ("student",),
    "employee": ("department company",),
    "staff": ("department",),
    "review": ("product book movie restaurant recipe hotel place",),
    "visit": ("pet patient",),
    "pet": ("owner",),
    "card": ("list column deck board",),
    "message": ("conversation ticket chat",),
    "expense": ("category budget trip",),
    "transaction": ("account category",),
    "job": ("company employer",),
    "application": ("job",),
    "candidate": ("job position",),
    "talk": ("speaker room",),
    "vote": ("option poll",),
    "option": ("poll question",),
    "answer": ("question",),
    "ingredient": ("recipe",),
    "step": ("recipe",),
    "photo": ("album gallery",),
    "milestone": ("project",),
    "donation": ("donor", "campaign project"),
    "movement": ("product item",),
    "entry": ("project journal",),
    "player": ("team",),
    "match": ("league season",),
    "animal": ("barn pen farm herd",),
    "harvest": ("field",),
    "measurement": ("sensor",),
    "reading": ("sensor meter",),
    "checkin": ("habit",),
    "check-in": ("habit",),
    "exercise": ("workout",),
    "set": ("exercise workout",),
    "thread": ("board forum",),
    "product": ("category supplier",),
    "room": ("hotel building",),
    "viewing": ("property",),
    "activity": ("trip",),
    "shift": ("employee",),
    "prescription": ("patient",),
    "delivery": ("order",),
    "shipment": ("order",),
}
"""Child -> groups of parents. Of each group the first that exists is the parent, unless the text said otherwise."""

TAGS = frozenset("tag label topic keyword genre skill amenity interest allergen hashtag language".split())
"""Things that are shared: many to many when something has several of them."""

COLLECTIONS = frozenset("playlist collection bundle package menu wishlist shelf group set watchlist club team".split())
"""Things that gather what belongs elsewhere already."""

PARTS = frozenset("line item row".split())
"""Things that are nothing without what they are part of."""
