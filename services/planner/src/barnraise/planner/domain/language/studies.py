"""What schools, researchers, clubs and people at home keep, written in the language that the reader reads."""

STUDIES: tuple[tuple[str, str, str], ...] = (
    (
        "quiz, quizzes, trivia, quiz game",
        "Quiz",
        "Quizzes have a title, a description and a published flag. Questions have a text, an explanation, points (int) and a "
        "position (int), and belong to a quiz. Options have a text and a correct flag, and belong to a question. Attempts have a "
        "player name, a score and a finished at, and belong to a quiz. Answers belong to an attempt and an option.",
    ),
    (
        "gradebook, grades, grade book, marks, report cards",
        "Gradebook",
        "Classes have a name and a school year (string). Students have a name, an email and a birth date, and belong to a class. "
        "Assignments have a title, a due date and maximum points (int), and belong to a class. Grades have points (float), a letter "
        "(a, b, c, d, f) and a comment, and belong to a student and an assignment.",
    ),
    (
        "attendance, attendance tracker, attendance sheet, roll call",
        "Attendance",
        "Groups have a name and a teacher. Students have a name and an email, and belong to a group. Sessions have a date and a "
        "topic, and belong to a group. Attendances have a status (present, absent, late, excused) and a note, and belong to a "
        "session and a student.",
    ),
    (
        "homework, homework tracker, assignments, assignment tracker, homework planner",
        "Homework",
        "Subjects have a name, a teacher and a colour. Assignments have a title, a description, a due date, a priority (low, "
        "medium, high), a status (todo, doing, done) and a grade, and belong to a subject.",
    ),
    (
        "vocabulary trainer, vocabulary, language learning, word list",
        "Vocabulary Trainer",
        "Languages have a name. Lists have a name, and belong to a language. Words have a term, a translation, an example sentence, "
        "a level (new, learning, known) and a next review date, and belong to a list. Reviews have a reviewed at and a correct "
        "flag, and belong to a word.",
    ),
    (
        "timetable, class schedule, school timetable",
        "Timetable",
        "Teachers have a name and an email. Rooms have a name and a capacity. Subjects have a name and a colour. Lessons have a day "
        "(monday, tuesday, wednesday, thursday, friday), a start time (time) and an end time (time), and belong to a subject, a "
        "teacher and a room.",
    ),
    (
        "research papers, papers, literature review, citations, references, bibliography, citation manager, reference manager",
        "Research Papers",
        "Authors have a name and an affiliation. Papers have a title, an abstract, a publication year, a journal, a unique doi, a "
        "pdf file and a status (to read, reading, read). Papers have many-to-many authors. Tags have a name. Papers have many-to- "
        "many tags. Notes have a body and a page (int), and belong to a paper. Citations have a page (int) and a context (text), "
        "and belong to a paper.",
    ),
    (
        "thesis, dissertation, phd",
        "Thesis",
        "Chapters have a title, a position (int), a word count and a status (outline, draft, review, done). Sources have a title, "
        "an author, a publication year and a url. Chapters have many-to-many sources. Milestones have a title, a due date and a "
        "done flag.",
    ),
    (
        "question and answer, q a, stack overflow, questions and answers",
        "Questions and Answers",
        "Users have a name, an email and a reputation (int). Questions have a title, a body in markdown and an asked at, and belong "
        "to a user. Tags have a name. Questions have many-to-many tags. Answers have a body in markdown, an accepted flag and votes "
        "(int), and belong to a question and a user.",
    ),
    (
        "chat, chat room, chat rooms, messenger",
        "Chat",
        "Users have a name and a unique email. Channels have a name, a topic and a private flag. Channels have many-to-many users. "
        "Messages have a body and a sent at, and belong to a channel and a user.",
    ),
    (
        "social network, twitter, instagram, facebook",
        "Social Network",
        "Profiles have a unique username, an email, a bio and an avatar image. Posts have a text, an image and a posted at, and "
        "belong to a profile. Comments have a body, and belong to a post and a profile. Likes belong to a post and a profile.",
    ),
    (
        "budget, budgets, budgeting, budget planner, household budget, personal finance, money tracker, finances",
        "Budget",
        "Accounts have a name, a kind (cash, bank, card, savings) and a balance. Categories have a name and a kind (income, "
        "expense). Budgets have a month (date) and a limit (decimal), and belong to a category. Transactions have a date, an amount "
        "and a description, and belong to an account and a category.",
    ),
    (
        "stock portfolio, stock portfolio tracker, portfolio tracker, investment, investments, investment tracker, stocks",
        "Portfolio",
        "Accounts have a name and a broker. Holdings have a ticker, a name, a sector, a quantity (float), a purchase price and a "
        "purchase date, and belong to an account. Dividends have a date and an amount, and belong to a holding.",
    ),
    (
        "debts, loans, iou, ious, shared expenses, split bills, bill splitting, split expenses, splitting expenses, expense splitting, "
        "share expenses, sharing expenses, split costs, share costs, splitwise",
        "Shared Expenses",
        "Groups have a name and a currency. People have a name and an email, and belong to a group. Expenses have a description, an "
        "amount and a date, and belong to a group and a person. Shares have an amount and a settled flag, and belong to an expense "
        "and a person.",
    ),
    (
        "chores, chore chart, household chores, roommates, flatmates, cleaning schedule",
        "Chores",
        "People have a name and a colour. Chores have a title, a description, a frequency (daily, weekly, monthly) and points "
        "(int). Assignments have a due date and a done flag, and belong to a chore and a person.",
    ),
    (
        "packing list, packing, packing lists",
        "Packing List",
        "Trips have a destination, a start date and an end date. Items have a name, a quantity, a category (clothes, toiletries, "
        "documents, electronics, other) and a packed flag, and belong to a trip.",
    ),
    (
        "gift list, gifts, gift ideas, christmas list, secret santa, presents, wishlist, wish list, gift registry",
        "Gift List",
        "People have a name and a birthday. Occasions have a name and a date. Presents have a title, a url, a price, notes and a "
        "status (idea, bought, wrapped, given), and belong to a person and an occasion.",
    ),
    (
        "pet care, pet sitting, pet sitter, pet tracker, pet health",
        "Pet Care",
        "Pets have a name, a species, a breed, a birthday, a weight and a photo. Feedings have a fed at, a food and an amount, and "
        "belong to a pet. Vet visits have a date, a reason, a cost and notes, and belong to a pet. Vaccinations have a vaccine, a "
        "date and a due date, and belong to a pet.",
    ),
    (
        "pet adoption, animal shelter, adoption center, adoption centre, rescue shelter, dog shelter, cat shelter",
        "Animal Shelter",
        "Animals have a name, a species, a breed, an age, a sex (female, male), a vaccinated flag, a photo and a status (available, "
        "reserved, adopted). Adopters have a name, an email, a phone and an address. Applications have a date, a message and a "
        "status (submitted, approved, rejected), and belong to an animal and an adopter.",
    ),
    (
        "book club, reading group",
        "Book Club",
        "Members have a name and an email. Books have a title, an author, pages and a status (proposed, chosen, read). Meetings "
        "have a start time, a place and notes, and belong to a book. Reviews have a rating from 1 to 5 and a comment, and belong to "
        "a book and a member.",
    ),
    (
        "tv shows, series tracker, tv series, shows, anime",
        "Series",
        "Shows have a title, a network, a genre and a status (to watch, watching, finished, dropped). Seasons have a number (int) "
        "and a release year, and belong to a show. Episodes have a title, a number (int), an air date and a watched flag, and "
        "belong to a season.",
    ),
    (
        "photo albums, photo gallery, photo library, picture gallery",
        "Photo Albums",
        "Albums have a title, a description and a date. Photos have a title, a file, a taken at and a location, and belong to an "
        "album. Tags have a name. Photos have many-to-many tags.",
    ),
    (
        "choir, choir management, band, band management, orchestra, music ensemble",
        "Choir",
        "Members have a name, an email, a phone and a voice (soprano, alto, tenor, bass, instrument). Pieces have a title, a "
        "composer, a duration in minutes and a score file. Rehearsals have a start time, a place and notes. Rehearsals have many- "
        "to-many pieces. Concerts have a title, a start time, a venue and a programme (text). Attendances have a status (yes, no, "
        "maybe), and belong to a rehearsal and a member.",
    ),
    (
        "chess, chess club, chess games, chess tournament",
        "Chess Club",
        "Players have a name, an email and a rating (int). Tournaments have a name, a start date and rounds (int). Games have a "
        "white player and a black player, a date, a result (white, black, draw), an opening and moves (text), and belong to a "
        "tournament.",
    ),
    (
        "fantasy league, fantasy football, fantasy soccer, fantasy basketball",
        "Fantasy League",
        "Managers have a name and an email. Teams have a name, points (int) and a budget, and belong to a manager. Players have a "
        "name, a club, a position (goalkeeper, defender, midfielder, forward) and a price. Teams have many-to-many players. Scores "
        "have a week (int) and points (int), and belong to a player.",
    ),
    (
        "swim team, swimming, track and field, athletics, swim club",
        "Swim Team",
        "Swimmers have a name, a birth date and an age group. Meets have a name, a date and a location. Events have a name, a "
        "distance (int) and a stroke (freestyle, backstroke, breaststroke, butterfly, medley). Results have a time in seconds, a "
        "place (int) and a personal best flag, and belong to a swimmer, an event and a meet.",
    ),
    (
        "membership, memberships, membership management, club members, member management, club management, association",
        "Membership",
        "Members have a name, an email, a phone, an address, a birth date and a joined on date. Plans have a name, a price and a "
        "period (monthly, yearly). Memberships have a start date, an end date and a status (active, expired, cancelled), and belong "
        "to a member and a plan. Payments have an amount, a date and a method (cash, card, transfer), and belong to a membership.",
    ),
    (
        "potluck, potluck signups, potluck signup, bake sale, bring a dish, signup sheet, sign-up sheet, signup sheets",
        "Potluck",
        "Events have a title, a start time, a location and notes. Dishes have a name, a category (starter, main, side, dessert, "
        "drink) and a quantity needed (int), and belong to an event. Signups have a name, an email, a quantity and allergens "
        "(text), and belong to a dish.",
    ),
    (
        "carpool, carpooling, ride sharing, rideshare",
        "Carpool",
        "Drivers have a name, a phone and an email. Rides have an origin, a destination, a departure time, seats and a price, and "
        "belong to a driver. Passengers have a name, a phone and an email. Bookings have seats and a status (requested, confirmed, "
        "cancelled), and belong to a ride and a passenger.",
    ),
    (
        "lost and found, lost property",
        "Lost and Found",
        "Items have a name, a description, a photo, a found on date, a location and a status (found, claimed, returned, disposed). "
        "Claims have a name, an email, a message and a status (new, accepted, rejected), and belong to an item.",
    ),
    (
        "weight tracker, weight loss, body weight, fitness tracker, calorie counter, calories, calorie tracker",
        "Fitness",
        "Weigh-ins have a date, a weight in kg and notes. Meals have a date, a name, calories, a protein in grams and a kind "
        "(breakfast, lunch, dinner, snack). Goals have a target weight, a due date and a reached flag.",
    ),
    (
        "running, running log, run tracker, cycling log, marathon training",
        "Running Log",
        "Shoes have a brand, a model and a distance in km. Runs have a date, a distance in km, a duration in minutes, a kind (easy, "
        "tempo, interval, long, race) and notes, and belong to a shoe. Races have a name, a date, a distance in km and a goal.",
    ),
    (
        "sleep, sleep tracker, sleep log, dream journal",
        "Sleep",
        "Nights have a date, a bed time, a wake time, hours (float), a quality from 1 to 5 and notes.",
    ),
    (
        "bird watching, birdwatching, birding, wildlife, sightings",
        "Sightings",
        "Species have a name, a latin name and a family. Places have a name, a latitude and a longitude. Sightings have a seen at, "
        "a count, a photo and notes, and belong to a species and a place.",
    ),
    (
        "dungeons and dragons, d d, rpg, role playing, campaign manager, worldbuilding",
        "Campaign",
        "Campaigns have a name and a setting (text). Characters have a name, a race, a profession, a level (int), a biography and a "
        "portrait image, and belong to a campaign. Sessions have a date, a title and a summary, and belong to a campaign. Locations "
        "have a name and a description, and belong to a campaign.",
    ),
    (
        "novel, novel writing, writing, story planner, screenplay",
        "Writing",
        "Books have a title, a genre and a target word count (int). Chapters have a title, a position (int), a text in markdown and "
        "a status (outline, draft, revised, final), and belong to a book. Characters have a name, a role and a description, and "
        "belong to a book. Chapters have many-to-many characters.",
    ),
    (
        "aquarium, aquariums, fish tank, fish tanks",
        "Aquarium",
        "Tanks have a name, a volume and a set up on date. Fish have a name, a species and a count, and belong to a tank. Water "
        "tests have a date, a ph (float), a temperature, a nitrate (float) and notes, and belong to a tank.",
    ),
    (
        "prompt library, snippets, code snippets, snippet manager",
        "Snippets",
        "Snippets have a title, a language, a code (text), a description and a favourite flag. Tags have a name. Snippets have "
        "many-to-many tags.",
    ),
    (
        "document management, documents, document archive, paperwork",
        "Documents",
        "Folders have a name. Documents have a title, a file, a date, a description and an expiry date, and belong to a folder. "
        "Tags have a name. Documents have many-to-many tags.",
    ),
    (
        "moving, moving house, relocation, moving boxes",
        "Moving",
        "Rooms have a name. Boxes have a number (int), contents, a fragile flag and a status (empty, packed, moved, unpacked), and "
        "belong to a room. Tasks have a title, a due date and a done flag.",
    ),
)
"""Key words, the title, and what such an application usually keeps."""
