"""What is kept at home, in clubs and at events, written in the language that the reader reads."""

PASTIMES: tuple[tuple[str, str, str], ...] = (
    (
        "wedding, wedding planner, wedding planning",
        "Wedding Planner",
        "Tables have a name and seats. Guests have a name, an email, a phone, an rsvp status (invited, accepted, declined), a "
        "dietary note and a plus-one flag, and belong to a table. Vendors have a name, a service (venue, catering, music, "
        "flowers, photography, other), a contact, a phone, a cost and a booked flag. Tasks have a title, a due date and a done "
        "flag. Expenses have a description, an amount, a date and a paid flag, and belong to a vendor.",
    ),
    (
        "podcast, podcasts",
        "Podcast",
        "Podcasts have a title, a description, a feed url and a cover image. Episodes have a title, a number, a description, an "
        "audio file, a published date, a duration in minutes and a status (idea, recorded, edited, published), and belong to a "
        "podcast. Guests have a name, an email, a topic and notes. Episodes have many-to-many guests.",
    ),
    (
        "church, parish, congregation, ministry",
        "Church",
        "Members have a name, an email, a phone, an address, a birthday and a baptised flag. Groups have a name, a description "
        "and a meeting day (monday, tuesday, wednesday, thursday, friday, saturday, sunday). Groups have many-to-many members. "
        "Events have a title, a start time, a location and a description. Donations have an amount, a date and a method (cash, "
        "card, transfer), and belong to a member.",
    ),
    (
        "hackathon, hackathons",
        "Hackathon",
        "Teams have a name and a table number. Participants have a name, an email, skills (text) and a shirt size (s, m, l, "
        "xl), and belong to a team. Projects have a title, a description, a repository url and a demo url, and belong to a "
        "team. Judges have a name, an email and a company. Scores have an idea from 1 to 10, an execution from 1 to 10 and a "
        "comment, and belong to a project and a judge.",
    ),
    (
        "beehives, beehive, beekeeping, bees, apiary",
        "Beekeeping",
        "Apiaries have a name, an address and notes. Hives have a name, a queen year, a strength (weak, normal, strong) and an "
        "active flag, and belong to an apiary. Inspections have a date, a queen seen flag, a brood frames count, a varroa "
        "count, a temper (calm, normal, aggressive) and notes, and belong to a hive. Harvests have a date, a weight in kg and "
        "notes, and belong to a hive. Treatments have a date, a product and a dose, and belong to a hive.",
    ),
    (
        "wine cellar, wine, wines, wine collection",
        "Wine Cellar",
        "Wines have a name, a producer, a vintage, a colour (red, white, rose, sparkling), a grape, a region and a country. "
        "Bottles have a purchase date, a price, a location, a ready year and a drunk flag, and belong to a wine. Tastings have "
        "a date, a rating from 1 to 5 and notes, and belong to a wine.",
    ),
    (
        "auction, auctions, auction house, bidding",
        "Auction",
        "Sellers have a name, an email and a phone. Articles have a title, a description, a photo, a starting price, a closing "
        "date and a status (open, sold, unsold), and belong to a seller. Bidders have a name, an email and a phone. Bids have "
        "an amount and a placed at, and belong to an article and a bidder.",
    ),
    (
        "tournament, tournaments, competition, championship",
        "Tournament",
        "Teams have a name, a captain, an email and a phone. Players have a name, a shirt number and a position, and belong to "
        "a team. Matches have a start time, a round, a place, a home score and an away score, and take place between a home "
        "team and an away team.",
    ),
    (
        "league, sports league, football, soccer, sports club, football club, fixtures",
        "Sports Club",
        "Teams have a name, a coach and an age group. Players have a name, a birth date, a phone, a shirt number and a "
        "position, and belong to a team. Trainings have a start time, a place and notes, and belong to a team. Matches have a "
        "start time, an opponent, a place, a home score and an away score, and belong to a team.",
    ),
    (
        "museum, gallery, art gallery, artworks, exhibitions",
        "Museum",
        "Artists have a name, a country, a birth year and a biography. Artworks have a title, a year, a technique, a value "
        "(decimal), a location and a photo, and belong to an artist. Exhibitions have a title, a start date, an end date and a "
        "description. Exhibitions have many-to-many artworks.",
    ),
    (
        "home inventory, household inventory, household items, household, warranty, warranties, belongings",
        "Home Inventory",
        "Rooms have a name. Items have a name, a brand, a serial number, a purchase date, a price, a warranty until date, a "
        "receipt file and a photo, and belong to a room.",
    ),
    (
        "meal planner, meal plan, meals, nutrition",
        "Meal Planner",
        "Recipes have a title, servings, a cooking time and instructions. Ingredients have a name, a quantity and a unit, and "
        "belong to a recipe. Meals have a date, a kind (breakfast, lunch, dinner, snack) and notes, and belong to a recipe. "
        "Shopping items have a name, a quantity and a bought flag.",
    ),
    (
        "shopping list, groceries, grocery list",
        "Shopping List",
        "Lists have a name and a date. Items have a name, a quantity, a unit and a bought flag, and belong to a list.",
    ),
    (
        "medication, medications, pills, symptoms, health tracker, blood pressure",
        "Health",
        "Medications have a name, a dose, a doses per day (integer), a start date, an end date and notes. Intakes have a taken "
        "at, a taken flag and a note, and belong to a medication. Measurements have a date, a kind (weight, blood pressure, "
        "pulse, temperature, blood sugar), a value and a note.",
    ),
    (
        "job applications, job search, job hunt, applications",
        "Job Search",
        "Companies have a name, a website and notes. Applications have a position, a url, a salary, an applied on date, a "
        "status (wishlist, applied, interview, offer, rejected) and notes, and belong to a company. Interviews have a start "
        "time, an interviewer, a kind (phone, video, on site) and notes, and belong to an application.",
    ),
    (
        "tickets, event tickets, concert, concerts, festival",
        "Event Tickets",
        "Events have a name, a venue, a start time and a capacity. Ticket types have a name, a price and a quota, and belong to "
        "an event. Customers have a name, an email and a phone. Tickets have a unique code, a status (reserved, paid, used, "
        "cancelled) and a bought on date, and belong to a ticket type and a customer.",
    ),
    (
        "conference, conferences, meetup, meetups, call for papers",
        "Conference",
        "Speakers have a name, an email, a biography, a company and a photo. Rooms have a name and a capacity. Talks have a "
        "title, an abstract, a level (beginner, intermediate, advanced), a start time and an end time, and belong to a speaker "
        "and a room. Attendees have a name, an email, a company and a ticket (regular, student, speaker).",
    ),
    (
        "volunteer, volunteers, nonprofit, non-profit, ngo",
        "Volunteers",
        "Volunteers have a name, an email, a phone and skills (text). Events have a name, a place, a start time and a number of "
        "places. Shifts have a start time, an end time and a task, and belong to an event and a volunteer.",
    ),
    (
        "meeting, meetings, meeting minutes, meeting notes",
        "Meetings",
        "Meetings have a title, a start time, a location and notes in markdown. Decisions have a title and a description, and "
        "belong to a meeting. Action items have a title, an owner, a due date and a done flag, and belong to a meeting.",
    ),
    (
        "goals, goal tracker",
        "Goals",
        "Objectives have a title, a description, a quarter and an owner. Key results have a title, a target (number), a current "
        "value (number), a unit and a due date, and belong to an objective.",
    ),
    (
        "photography, photographer, photo shoots, photos",
        "Photography",
        "Clients have a name, an email and a phone. Shoots have a title, a start time, a location, a price and a status "
        "(booked, shot, edited, delivered), and belong to a client. Photos have a title, a file and a rating from 1 to 5, and "
        "belong to a shoot.",
    ),
    (
        "board games, games, video games, game collection",
        "Games",
        "Games have a title, a platform, a genre, a minimum players, a maximum players, a rating from 1 to 10 and a status "
        "(wishlist, owned, lent, sold). Plays have a date, a duration in minutes, a winner and notes, and belong to a game.",
    ),
    (
        "collection, stamps, coins, stamp collection, coin collection, vinyl, comics",
        "Collection",
        "Categories have a name. Items have a name, a description, a year, a country, a condition (mint, good, fair, poor), a "
        "purchase price, a value (decimal) and a photo, and belong to a category.",
    ),
    (
        "family tree, genealogy, ancestors",
        "Family Tree",
        "People have a name, a birth date, a birth place, a death date, a biography and a photo. People can have a parent "
        "person. Events have a title, a date, a place and a description, and belong to a person.",
    ),
    (
        "subscription, subscriptions, recurring payments",
        "Subscriptions",
        "Subscriptions have a name, a price, a period (monthly, yearly), a start date, a next payment date, a category, a url "
        "and an active flag.",
    ),
    (
        "baby, baby tracker, newborn",
        "Baby",
        "Babies have a name and a birth date. Feedings have a started at, a kind (breast, bottle, solid), an amount in ml and a "
        "note, and belong to a baby. Sleeps have a start time and an end time, and belong to a baby. Diapers have a changed at "
        "and a kind (wet, dirty, both), and belong to a baby.",
    ),
    (
        "community garden, allotment, seeds, vegetable garden",
        "Garden",
        "Beds have a name, an area and a sunlight (sun, half shade, shade). Plantings have a plant, a variety, a sown on date, "
        "a harvest date and notes, and belong to a bed. Harvests have a date, a weight in kg and notes, and belong to a "
        "planting. Chores have a title, a due date and a done flag.",
    ),
    (
        "feedback, suggestions, reviews",
        "Feedback",
        "Customers have a name and an email. Requests have a title, a description, a status (new, planned, in progress, done, "
        "declined), votes and a date, and belong to a customer. Comments have a body and belong to a request.",
    ),
)
"""Key words, the title, and what such an application usually keeps."""
