"""What sites of well-known trades usually say, as a start that people replace with their own words."""

import re
from dataclasses import dataclass

from barnraise.contracts.sites import Design, SectionKind


@dataclass(frozen=True)
class Trade:
    """``offer``: what it has to offer, each with a note (a price, a duration). ``person``: such a site is about somebody."""

    tagline: str
    accent: str
    design: Design
    kind: SectionKind
    title: str
    offer: tuple[tuple[str, str], ...]
    hours: bool = False
    person: bool = False


def _trade(
    tagline: str, accent: str, design: Design, kind: SectionKind, title: str, offer: str, *, hours: bool = False, person: bool = False
) -> Trade:
    entries = tuple((name.strip(), note.strip()) for name, _, note in (part.partition("=") for part in offer.split(",")))
    return Trade(tagline, accent, design, kind, title, entries, hours, person)


_TRADES: dict[str, Trade] = {
    "bakery baker patisserie boulangerie konditorei bäckerei": _trade(
        "Fresh from the oven, every morning", "#b45309", "classic", "menu", "Bread and cakes",
        "Sourdough loaf=4.20,Country loaf=3.80,Butter croissant=1.90,Cinnamon bun=2.40,Apple tart=3.20,Birthday cake=from 28", hours=True),
    "cafe coffee espresso tearoom": _trade(
        "Good coffee, slowly", "#92400e", "modern", "menu", "Menu",
        "Espresso=2.50,Flat white=3.60,Filter coffee=3.20,Hot chocolate=3.80,Granola bowl=6.50,Toasted sandwich=7.20", hours=True),
    "restaurant bistro trattoria brasserie diner taverna steakhouse pizzeria": _trade(
        "A table is waiting", "#991b1b", "classic", "menu", "Menu",
        "Soup of the day=6.50,Garden salad=8.90,House pasta=13.50,Catch of the day=19.80,Slow roast=18.50,Chocolate tart=7.20", hours=True),
    "bar pub brewery wine winery cocktail taproom vineyard": _trade(
        "Poured with care", "#7c2d12", "bold", "menu", "What we pour",
        "House lager=4.80,Pale ale=5.20,Stout=5.40,Red by the glass=6.50,White by the glass=6.20,Tasting board=14", hours=True),
    "gelato gelateria ice-cream": _trade(
        "A scoop of summer", "#db2777", "playful", "menu", "Flavours",
        "Vanilla=2.20,Dark chocolate=2.20,Pistachio=2.60,Lemon sorbet=2.20,Strawberry=2.20,Salted caramel=2.60", hours=True),
    "butcher deli delicatessen cheese cheesemonger grocer grocery": _trade(
        "The best of the region", "#9f1239", "classic", "cards", "From our counter",
        "Cheese of the week,Cured ham,Free-range chicken,Home-made terrines,Antipasti,Gift hampers", hours=True),
    "florist flower": _trade(
        "Flowers for every day", "#be185d", "playful", "cards", "Flowers",
        (
"Seasonal bouquet=from 18,Wedding flowers=on request,Potted plants=from 6,Funeral"
" wreaths=from 60,Weekly delivery=from 15"
), hours=True),
    "hotel guesthouse hostel bnb b&b inn lodge pension": _trade(
        "Stay a little longer", "#0f766e", "modern", "cards", "Rooms",
        "Single room=from 65 a night,Double room=from 90 a night,Family room=from 120 a night,Garden suite=from 150 a night"),
    "campsite camping glamping": _trade(
        "Under a wide sky", "#166534", "playful", "cards", "Where you stay",
        "Tent pitch=from 14 a night,Camper van pitch=from 22 a night,Wooden cabin=from 58 a night,Safari tent=from 85 a night"),
    "farm orchard apiary beekeeper dairy ranch": _trade(
        "From our fields to your table", "#4d7c0f", "classic", "cards", "What we grow",
        "Vegetable box=weekly,Free-range eggs=daily,Honey=in jars,Apples and pears=in autumn,Farm visits=on Saturdays"),
    "gym fitness crossfit boxing climbing": _trade(
        "Stronger every week", "#c2410c", "bold", "cards", "Classes",
        "Strength=45 min,Circuit training=60 min,Mobility=30 min,Spinning=45 min,Personal training=by appointment", hours=True),
    "yoga pilates meditation dance ballet": _trade(
        "Room to breathe", "#0d9488", "minimal", "cards", "Classes",
        "Beginners=60 min,Slow flow=75 min,Power flow=60 min,Prenatal=60 min,Weekend retreat=two days"),
    "salon hairdresser barber beauty nail spa massage": _trade(
        "Take a seat, we do the rest", "#9d174d", "modern", "menu", "Prices",
        "Cut and finish=from 38,Colour=from 65,Beard trim=15,Facial=55,Manicure=28,Back massage=48", hours=True),
    "dentist doctor clinic practice physiotherapist physiotherapy vet veterinary pharmacy optician": _trade(
        "In good hands", "#0369a1", "modern", "cards", "Treatments",
        "Check-up,Prevention,Acute care,Children,Second opinion,Home visits", hours=True),
    "lawyer law attorney solicitor notary": _trade(
        "Clear advice, firmly on your side", "#1e3a8a", "classic", "cards", "What we advise on",
        "Company law,Employment,Property,Family,Inheritance,Contracts"),
    "accountant accounting tax bookkeeper bookkeeping insurance": _trade(
        "Your numbers in order", "#155e75", "minimal", "cards", "Services",
        "Annual accounts,Tax returns,Payroll,Bookkeeping,Business advice"),
    "consultant consultancy consulting coach coaching": _trade(
        "From where you are to where you want to be", "#3730a3", "modern", "cards", "How we help",
        "First conversation=free,Workshop=one day,Coaching=six sessions,Team programme=three months"),
    "agency studio marketing branding advertising": _trade(
        "Ideas that people remember", "#6d28d9", "bold", "cards", "What we do",
        "Strategy,Branding,Websites,Campaigns,Photography and film"),
    "startup saas software app platform product tool": _trade(
        "Less work, more done", "#2563eb", "modern", "cards", "Features",
        "Ready in minutes,Works with your tools,Private by design,Made for teams,Clear reports,Help from people"),
    "plumber electrician carpenter joiner builder roofer painter handyman mechanic garage heating locksmith": _trade(
        "Done properly, the first time", "#b45309", "bold", "cards", "Services",
        "Repairs=same week,Installation=with guarantee,Maintenance=yearly,Emergency call=day and night,Free estimate=within two days"),
    "gardener landscaping landscaper gardening lawn": _trade(
        "Gardens to live in", "#15803d", "modern", "cards", "Services",
        "Garden design,Planting,Lawn care,Hedge trimming,Paving,Yearly care"),
    "cleaning cleaner laundry": _trade(
        "Spotless, and on time", "#0284c7", "minimal", "cards", "Services",
        "Home cleaning=from 22 an hour,Offices=by contract,Windows=from 40,End of tenancy=on request"),
    "estate realtor property": _trade(
        "The right door to open", "#334155", "modern", "cards", "For sale and to let",
        (
"Sunny two-bedroom flat=245 000,Terraced house with a garden=389 000,Studio near"
" the station=690 a month,Office in the old town=1 450 a month"
)),
    "school kindergarten nursery playgroup preschool tutor tutoring academy": _trade(
        "Curious minds welcome", "#ca8a04", "playful", "cards", "What we offer",
        "Small groups,Homework club,Music and art,Languages,Summer weeks"),
    "university institute research lab laboratory": _trade(
        "Questions worth asking", "#1d4ed8", "minimal", "cards", "Research",
        "Current projects,Publications,Open positions,Facilities,Cooperations"),
    "church parish mosque temple synagogue congregation": _trade(
        "Everyone is welcome", "#6b21a8", "classic", "timeline", "This week",
        "Sunday service=Sunday 10:00,Choir practice=Tuesday 19:30,Youth group=Friday 18:00,Open house=Saturday 14:00"),
    "charity nonprofit non-profit ngo foundation association shelter rescue": _trade(
        "Together we get further", "#b91c1c", "modern", "cards", "What we do",
        "Help on the spot,Education,Volunteering,Donations,Events"),
    "club team football soccer rugby tennis cricket cycling running rowing chess scouts": _trade(
        "Come and play", "#1e40af", "bold", "timeline", "Training and matches",
        "Juniors=Monday 17:00,Adults=Wednesday 19:00,Open training=Saturday 10:00,Home match=Sunday 15:00"),
    "band musician singer orchestra choir dj": _trade(
        "Loud, live and from the heart", "#be123c", "bold", "timeline", "Dates",
        "City Hall=12 March,Old Mill Festival=3 May,Harbour Stage=21 June,Record release=9 September"),
    "wedding": _trade(
        "We are getting married", "#9f1239", "classic", "timeline", "The day",
        "Ceremony=14:00,Drinks in the garden=15:30,Dinner=18:00,Dancing=21:00"),
    "conference festival event summit meetup fair expo exhibition": _trade(
        "Two days of ideas and people", "#7c3aed", "bold", "timeline", "Programme",
        "Doors open=9:00,Opening talk=10:00,Workshops=13:00,Panel=16:00,Evening party=19:00"),
    "museum gallery theatre theater cinema": _trade(
        "Something new to see", "#111827", "minimal", "cards", "On now",
        "Permanent collection=daily,Special exhibition=until autumn,Guided tour=Sundays 11:00,For families=Saturdays", hours=True),
    "library bookshop bookstore": _trade(
        "A good book finds you", "#7c2d12", "classic", "cards", "On our shelves",
        "New this month,Staff favourites,Children's corner,Readings and talks,Orders by tomorrow", hours=True),
    "photographer photography videographer filmmaker": _trade(
        "Light, patience and the right moment", "#111827", "minimal", "gallery", "Selected work",
        "Portrait,Wedding,Landscape,Street,Still life,Reportage", person=True),
    "designer illustrator artist painter sculptor potter ceramicist architect tattoo jeweller jeweler": _trade(
        "Made by hand and eye", "#4338ca", "minimal", "gallery", "Selected work",
        "North series,Commission,Sketches,Installation,Print,Detail", person=True),
    "developer engineer programmer freelancer scientist analyst": _trade(
        "I build things that work", "#2563eb", "minimal", "cards", "Projects",
        "A tool for many,A library with friends,A site that loads at once,An experiment that stayed", person=True),
    "writer author journalist translator editor copywriter poet blogger": _trade(
        "Words that stay", "#44403c", "classic", "cards", "Writing",
        "A novel,Essays,Reportage,Translations", person=True),
    "travel tour tours tourism guide": _trade(
        "See it with those who know it", "#0e7490", "modern", "cards", "Tours",
        "Old town walk=2 hours,Food tour=4 hours,Day at the coast=8 hours,Mountain weekend=2 days"),
    "shop store boutique": _trade(
        "Chosen with care", "#9d174d", "modern", "cards", "In the shop",
        "New arrivals,Favourites,Gifts,For the home,Last pieces", hours=True),
    "pet dog cat kennel groomer": _trade(
        "Happy tails", "#ea580c", "playful", "cards", "Services",
        "Day care=from 24,Walks=from 12,Grooming=from 35,Holiday stay=from 30 a night,Puppy school=six weeks"),
    "village town community neighbourhood neighborhood": _trade(
        "Good to live in", "#3f6212", "classic", "timeline", "Coming up",
        "Market=every Saturday,Council meeting=first Monday,Summer fete=20 June,Clean-up day=4 October"),
}  # fmt: skip
_GENERAL = frozenset(
    "shop store product products village town studio team event events practice guide tool app platform members community property".split()
)
_BY_WORD = {word: trade for words, trade in _TRADES.items() for word in words.split()}


def trade_of(text: str) -> tuple[str, Trade] | None:
    """The trade that a text speaks of, with the word that tells it: of two in a row the last, which is what it is (a wedding photographer),
    and rather a coffee shop than a shop."""
    words = [word.removesuffix("'s") for word in re.findall(r"[^\W\d_][\w&'-]*", text.lower())]
    found = [(at, word, _BY_WORD[key]) for at, word in enumerate(words) for key in _keys(word) if key in _BY_WORD]
    telling = [place for place in found if place[1] not in _GENERAL] or found
    if not telling:
        return None
    chosen = telling[0]
    for place in telling[1:]:
        chosen = place if place[0] == chosen[0] + 1 else chosen
    return chosen[1], chosen[2]


def _keys(word: str) -> list[str]:
    return list(dict.fromkeys((word, word.removesuffix("s"), word.removesuffix("es"))))
