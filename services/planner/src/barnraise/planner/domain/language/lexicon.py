"""The words that carry the grammar. What they describe is in ``types`` and ``catalogue``."""

DETERMINERS = frozenset("a an the each every all its their his her my our your this that these those another".split())
QUANTIFIERS = frozenset(
    "many multiple several some various numerous more lots plenty few different any zero one two three four five "
    "six seven eight ten twelve".split()
)
FILLERS = frozenset(
    "also then finally maybe perhaps possibly only just own new single individual following typical usual basic respective corresponding "
    "own specific certain associated related given optional required mandatory unique simple other local nearby upcoming existing various "
    "today".split()
)
PRONOUNS = frozenset("i we you they he she it me us them who which that what there everyone everybody someone people".split())
PREPOSITIONS = frozenset(
    "for to of in on at by from into onto about over under between within per via using during after before against".split()
)
AUXILIARIES = frozenset("is are was were be been being am do does did gets get".split())
MODALS = frozenset("can could should must will would may might shall".split())

REQUESTS = frozenset(
    "build create make generate develop write design code implement produce give want need like love wish get set put please help let "
    "prepare program construct".split()
)
MANAGING = frozenset(
    "manage track organise organize handle store record log maintain collect catalogue catalog plan schedule monitor administer list save "
    "keep share rate review register document archive book edit enter".split()
)
CRUD = frozenset(
    "create add edit update change delete remove view see browse manage list read post search filter sort mark track record save store "
    "enter submit upload write find look show display keep organise organize".split()
)

APPS = frozenset(
    "app application system tool tracker manager platform portal website site webapp webpage service software program product planner "
    "organizer organiser database api backend office crm erp blog shop store marketplace directory catalog catalogue list log journal "
    "network diary register registry inventory board forum wiki helpdesk desk calendar scheduler collection hub suite watchlist "
    "wishlist box "
    "dashboard notebook gradebook cookbook logbook listing listings management solution suite library album book "
    "project tracking management booking".split()
)
"""Words that name a kind of program when they end the phrase that a request asks for."""

PLACES = frozenset(
    "library school clinic hotel restaurant shop store gym club museum zoo hospital church university college bakery garage farm office "
    "company business studio salon hostel camp cinema theatre theater theatre airport bank pharmacy warehouse kitchen cafe bar pub village "
    "town city community conference festival agency startup team family home house household practice firm factory".split()
)
NOT_THINGS = frozenset(
    "thing things detail details information info data stuff feature features functionality field fields attribute attributes column "
    "columns something anything everything way ways kind sort lot user-interface ui interface frontend backend api "
    "apis app apps application website websites system systems tool tools entity entities business "
    "help idea ideas work life time web rest crud thanks thank nothing example examples screen screens "
    "requirements requirement software program".split()
)
AUDIENCE = frozenset(
    "freelancers freelancer teams families kids children developers startups agencies clubs companies businesses shops stores schools "
    "beginners everyone everybody people users friends me us myself ourselves colleagues students teachers parents owners managers "
    "landlords runners cooks gamers hobbyists small".split()
)
MODIFIERS = frozenset(
    "simple small basic modern personal online web web-based mobile rest restful full-stack fullstack minimal little tiny nice good great "
    "easy fast quick lightweight internal private public free complete new custom responsive beautiful clean single-page crud my our home "
    "the a an full stack open source local digital virtual smart e-commerce ecommerce shared".split()
)

PARTICIPLES_BY = frozenset(
    "written made taught led run given sold built drawn held taken sent brought bought kept done seen spoken won run shown grown "
    "borrowed hung caught thrown worn paid".split()
)
ENUM_NOUNS = frozenset(
    "status state stage priority type kind category level role size gender severity method frequency condition difficulty visibility phase "
    "mode mood course colour color pipeline workflow funnel urgency progress".split()
)
UNITS = frozenset(
    "seconds second minutes minute hours hour days day weeks week months month years year mm cm m km metres meters kilometres kilometers "
    "miles feet inches kg g grams kilograms pounds lbs tonnes litres liters ml hectares acres square cubic percent euros euro eur dollars "
    "dollar usd gbp pounds chf cents celsius fahrenheit degrees watts points total words characters kwh mwh wh mah teu psi rpm mph kph bpm "
    "mbps kbps gb mb kb tb ppm volts amps ohms lumens lux bar mbar hpa newtons nm db hz khz mhz ghz ms inch cl dl oz lb ft yards gallons "
    "pints cups kcal calories kj joules litre liter metre meter kilometre kilometer hectare acre kilogram gram tonne mile sqm sqft m2 m3 "
    "cm2 cm3 tons kilos kilo fps knots px pixels c f mg mcg mmol iu kw mw kwp kva kpa".split()
)
ACRONYMS = frozenset(
    "isbn sku url id rsvp vat crm api pdf cv iban ean upc gps ip html css dob faq gpa vin hr ngo it pos erp faqs bom".split()
)
