"""Which things usually belong to which."""

_PERSON = (
    "customer member client guest student patient attendee participant employee user passenger visitor player reader renter tenant person "
    "buyer dog cat pet animal"
)
_PLACE = (
    "class room event course table session slot trip flight service vehicle car bike book equipment unit property doctor vet workshop tour "
    "lesson court desk performance show seat resource boat activity tool game flat apartment cottage villa house cabin hut pitch lane "
    "camp costume instrument kayak ski machine van trailer camera document copy appliance"
)
BELONGS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        "booking reservation appointment enrolment enrollment registration rental loan attendance signup checkout ticket lease "
        "stay sale purchase drive".split(),
        (_PERSON, _PLACE),
    ),
    "post": ("author writer blogger",),
    "article": ("author writer journalist",),
    "book": ("author",),
    "story": ("sprint epic project author",),
    "comment": ("post article ticket thread task issue photo video recipe topic page",),
    "reply": ("thread comment ticket topic post",),
    "guest": ("event party wedding",),
    "attendee": ("event conference",),
    "participant": ("event race tournament",),
    "order": ("customer client buyer table",),
    "invoice": ("customer client project order",),
    "payment": ("invoice order booking tenant member customer",),
    "request": ("employee customer client user member tenant",),
    "leave": ("employee",),
    "absence": ("employee student",),
    "variant": ("product item",),
    "cart": ("customer client user shopper",),
    "basket": ("customer client user shopper",),
    "repair": ("bike bicycle car vehicle device machine phone computer instrument customer",),
    "vaccination": ("pet animal patient child dog cat",),
    "inspection": ("hive vehicle building site machine property",),
    "hive": ("apiary",),
    "performance": ("show play",),
    "artwork": ("artist",),
    "painting": ("artist painter",),
    "department": ("company",),
    "office": ("company",),
    "sprint": ("project",),
    "attachment": ("task ticket issue message email",),
    "timesheet": ("employee",),
    "warehouse": ("company",),
    "prescription": ("visit appointment patient",),
    "result": ("test exam athlete swimmer runner student patient race", "meet event"),
    "test": ("sample patient",),
    "sample": ("patient subject site",),
    "grant": ("donor funder",),
    "line": ("product item dish article",),
    "task": ("project list board",),
    "todo": ("project list board",),
    "issue": ("series magazine project repository",),
    "deal": ("contact company customer",),
    "contact": ("company",),
    "song": ("album artist",),
    "track": ("album",),
    "album": ("artist band",),
    "episode": ("podcast show season series",),
    "chapter": ("book course",),
    "lesson": ("course class pupil student",),
    "grade": ("student", "course exam subject"),
    "employee": ("department company",),
    "staff": ("department",),
    "review": (
        "product book movie film restaurant recipe hotel place course cottage "
        "villa apartment house room game song album show tour dish wine beer shop",
    ),
    "visit": ("pet patient", "doctor vet"),
    **dict.fromkeys(("pet", "dog", "cat", "horse"), ("owner",)),
    "card": ("list column deck board",),
    "message": ("conversation ticket chat",),
    "expense": ("category budget trip",),
    "income": ("category budget",),
    "transaction": ("account", "category"),
    "item": ("list checklist box collection menu room",),
    "posting": ("company employer",),
    "admission": ("patient", "ward bed"),
    "bed": ("ward room",),
    "ward": ("department hospital",),
    "nurse": ("ward department",),
    "diagnosis": ("patient",),
    "surgery": ("patient",),
    "bike": ("customer client owner",),
    "bicycle": ("customer client owner",),
    "job": ("company employer customer client",),
    "application": ("job posting vacancy position",),
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
    "movement": ("product item", "warehouse"),
    "entry": ("project journal",),
    "player": ("team",),
    "match": ("league season tournament",),
    "animal": ("barn pen farm herd",),
    "harvest": ("field", "crop"),
    "measurement": ("sensor device patient baby",),
    "reading": ("sensor meter device",),
    "checkin": ("habit member guest",),
    "check-in": ("habit member guest",),
    "exercise": ("workout",),
    "set": ("exercise workout",),
    "thread": ("board forum",),
    "product": ("category supplier",),
    "room": ("hotel building ward",),
    "viewing": ("property",),
    "activity": ("trip lead deal contact",),
    "shift": ("employee volunteer nurse staff worker doctor guard driver", "event"),
    "delivery": ("order site", "driver courier"),
    "report": ("site project",),
    **dict.fromkeys(("quote", "quotation", "estimate"), ("customer client",)),
    **dict.fromkeys(("class", "course"), ("instructor teacher trainer coach",)),
    "stop": ("route trip line",),
    "leg": ("trip flight",),
    "passenger": ("flight trip bus",),
    "flight": ("airline",),
    "floor": ("building",),
    "apartment": ("building property",),
    "unit": ("property building",),
    "seat": ("hall bus row",),
    "screening": ("movie film", "hall cinema"),
    "installment": ("loan contract",),
    "claim": ("policy customer",),
    "policy": ("customer client",),
    "contract": ("client customer supplier tenant employee",),
    "bid": ("lot auction article item", "bidder customer"),
    "lot": ("auction",),
    "receipt": ("purchase expense order",),
    "refund": ("order payment",),
    "return": ("order",),
    "parcel": ("shipment order customer", "courier carrier driver"),
    "container": ("shipment ship",),
    "shelf": ("warehouse room library",),
    "bin": ("aisle shelf warehouse",),
    "aisle": ("warehouse store",),
    "batch": ("product recipe medicine",),
    "part": ("supplier product machine",),
    "component": ("product",),
    "maintenance": ("vehicle car machine equipment device",),
    "service": ("vehicle car machine",),
    "interview": ("candidate application applicant",),
    "certificate": ("employee student course",),
    "decision": ("meeting",),
    "meeting": ("team project client pair group club",),
    "dish": ("menu restaurant",),
    "menu": ("restaurant",),
    "assignment": ("course class",),
    "submission": ("assignment", "student"),
    "series": ("publisher",),
    "watering": ("plant tree",),
    "rating": ("book movie film recipe game restaurant hotel dish song picture product", "judge juror reviewer"),
    "ascent": ("route", "member climber"),
    "score": ("project player team entry picture song dish performance", "judge juror referee"),
    "window": ("mission launch",),
    "bom": ("product",),
    "exam": ("course subject class",),
    "student": ("class school",),
    "teacher": ("school",),
    "kid": ("team group class family",),
    "child": ("team group class family parent guardian",),
    "member": ("team crew",),
    "coach": ("team",),
    "season": ("league show series",),
    "training": ("team employee",),
    "injury": ("player patient",),
    "medication": ("patient",),
    "allergy": ("patient",),
    "treatment": ("patient pet animal hive", "doctor dentist"),
    "feeding": ("pet animal baby",),
    "concert": ("band venue",),
    "gig": ("band venue",),
    "rehearsal": ("play band choir",),
    "planting": ("bed garden",),
    "plant": ("bed garden location",),
    "listing": ("agent seller",),
    "tenant": ("unit apartment property",),
    "meter": ("property unit apartment building",),
    "pledge": ("donor",),
    "ad": ("campaign",),
    "campaign": ("client",),
    "call": ("contact lead customer client",),
    "document": ("project client employee case folder",),
    "case": ("client",),
    "hearing": ("case",),
    "subscription": ("customer member user subscriber", "plan"),
    "membership": ("member",),
    "response": ("survey question form",),
    "question": ("quiz survey poll exam form",),
    "quiz": ("course lesson",),
    "attempt": ("quiz exam", "student"),
    "bug": ("project product",),
    "release": ("project product",),
    "feature": ("product project",),
    "sensor": ("device room location machine",),
    "device": ("room location customer",),
    "copy": ("book",),
    "fine": ("loan member",),
    "exhibition": ("gallery museum",),
    "note": ("notebook contact lead patient student",),
    "pass": ("member",),
    "alert": ("sensor device machine",),
    "shipment": ("order",),
    "walk": ("dog pet",),
    "session": ("talk speaker room course", "client customer patient"),
}
"""Child -> groups of parents. Of each group the first that exists is the parent, unless the text said otherwise."""

MASSES = frozenset(
    "series species equipment staff personnel furniture stock machinery feedback inventory merchandise livestock correspondence "
    "attendance".split()
)
"""Things that have no plural."""

TAGS = frozenset(
    "tag label topic keyword genre skill amenity interest allergen hashtag language category "
    "author actor director speaker writer editor musician composer performer singer".split()
)
"""Things that are shared: many to many when something has several of them."""

COLLECTIONS = frozenset("playlist collection bundle package menu wishlist shelf group set watchlist club team exhibition".split())
"""Things that gather what belongs elsewhere already."""

GATHERS = {noun: ("variant product item dish".split()) for noun in ("cart", "basket", "order")}
"""Things that several of the first of these that exists are in, when nothing else is said of them."""

NAMELESS = frozenset(
    "attendance booking reservation appointment enrolment enrollment registration rental loan attendance signup checkout ticket "
    "lease stay cart basket order vote reply grade movement entry checkin check-in set reading measurement answer like".split()
)
"""Things that are known by what they belong to, not by a name."""

PARTS = frozenset("line item row".split())
"""Things that are nothing without what they are part of."""

SENT = frozenset("message email letter call transfer route trip flight journey ride connection".split())
"""Things whose "from" and "to" are no dates."""

CHIEFS = (("manager",), ("supervisor",), ("boss",), ("line", "manager"))
"""What somebody of the staff is to another."""

KIN = frozenset("mother father spouse husband wife partner sire dam twin sibling guardian mentor".split())
KINDRED = frozenset(
    "person individual ancestor relative animal dog cat horse cow bull sheep goat pig bird rabbit "
    "mouse rat hamster ferret alpaca llama donkey chicken hen duck pigeon parrot snake plant puppy kitten foal calf member".split()
)
"""Those of whom another of the same kind is the mother or the father."""

LEADERS = frozenset(
    "teacher doctor vet trainer coach manager supervisor supplier owner instructor advisor adviser tutor landlord agent boss author artist "
    "category department team parent guardian".split()
)
"""Of "students and their teachers" the students belong to these."""

STAFF = frozenset("user member employee person developer agent staff technician colleague worker volunteer teammate".split())
"""Those to whom work is assigned."""

PLAYERS = frozenset("player member team competitor athlete opponent".split())
SOMEBODY = frozenset("guest client student patient tenant lead candidate contact pupil parent resident kid child".split())
"""People whose plurals do not end as those of doers, and who have names."""

PEOPLE = ("ers", "ors", "ists", "ants", "ees", "members", "people")
"""How the plurals of those who do something end."""

KNOWN = frozenset(
    [*BELONGS, *TAGS, *COLLECTIONS, *PARTS, *GATHERS, *(noun for groups in BELONGS.values() for group in groups for noun in group.split())]
)
"""Nouns that name things rather than properties."""
