"""Well-known applications, written in the language that the reader reads."""

from barnraise.planner.domain.language.pastimes import PASTIMES
from barnraise.planner.domain.language.studies import STUDIES
from barnraise.planner.domain.language.trades import TRADES
from barnraise.planner.domain.language.workplaces import WORKPLACES

CLASSICS: tuple[tuple[str, str, str], ...] = (
    (
        "todo, to do, to-do, task list, checklist, tasks",
        "Todo List",
        "Todos have a title and a done flag.",
    ),
    (
        "blog, weblog, news site",
        "Blog",
        "Authors have a name, an email and a bio. Posts have a title, a unique slug, a body in markdown and a published date, "
        "and belong to an author. Comments have a name and a body, and belong to a post.",
    ),
    (
        "crm, customer relationship, sales pipeline",
        "CRM",
        "Companies have a name, a website and a phone. Contacts have a name, an email, a phone and notes, and belong to a "
        "company. Deals have a title, an amount, a stage (lead, qualified, proposal, won, lost) and a closing date, and belong "
        "to a contact.",
    ),
    (
        "inventory, stock",
        "Inventory",
        "Suppliers have a name, an email and a phone. Products have a name, a unique sku, a price, a quantity and a reorder "
        "level, and belong to a supplier. Movements have a quantity, a reason (purchase, sale, correction) and a date, and "
        "belong to a product.",
    ),
    (
        "recipe, recipes, cookbook, recipe box",
        "Recipe Box",
        "Recipes have a title, a description, servings, a cooking time, instructions in markdown and a course (starter, main, "
        "dessert). Ingredients have a name, a quantity and a unit, and belong to a recipe.",
    ),
    (
        "invoice, invoices, invoicing, billing",
        "Invoicing",
        "Customers have a name, an email and an address. Invoices have a number, an issue date, a due date and a status (draft, "
        "sent, paid), and belong to a customer. Invoice lines have a description, a quantity and a unit price, and belong to an "
        "invoice.",
    ),
    (
        "expense, expenses, spending",
        "Expenses",
        "Categories have a name. Expenses have a description, an amount and a date, and belong to a category.",
    ),
    (
        "library, lending library",
        "Library",
        "Books have a title, an author, an isbn and a publication year. Members have a name, an email and a phone. Loans have a "
        "loan date, a due date and a returned flag, and belong to a book and a member.",
    ),
    (
        "reading list, book collection, book tracker",
        "Reading List",
        "Books have a title, an author, a status (to read, reading, finished), a rating from 1 to 5 and notes.",
    ),
    (
        "movie, movies, watchlist, film",
        "Watchlist",
        "Movies have a title, a director, a release year, a genre, a rating from 1 to 10 and a watched flag.",
    ),
    (
        "habit, habits",
        "Habits",
        "Habits have a name, a frequency (daily, weekly, monthly) and an active flag. Check-ins have a date and a note, and "
        "belong to a habit.",
    ),
    (
        "helpdesk, help desk, support desk, support tickets, ticketing, ticket system",
        "Help Desk",
        "Customers have a name and an email. Tickets have a subject, a description, a priority (low, medium, high) and a status "
        "(open, pending, closed), and belong to a customer. Replies have a body and an internal flag, and belong to a ticket.",
    ),
    (
        "bug tracker, issue tracker, bugs, issues",
        "Issue Tracker",
        "Projects have a name. Issues have a title, a description, a severity (minor, major, critical) and a status (open, in "
        "progress, fixed), and belong to a project. Comments have a body and belong to an issue.",
    ),
    (
        "project management, projects",
        "Project Board",
        "Projects have a name and a description. Tasks have a title, a description, a due date, a priority (low, medium, high) "
        "and a status (todo, doing, done), and belong to a project.",
    ),
    (
        "shop, webshop, online shop, store, e-commerce, ecommerce",
        "Shop",
        "Customers have a name and an email. Products have a name, a description, a price and a stock. Orders have a status "
        "(pending, paid, shipped) and an order date, and belong to a customer. Order lines have a quantity and belong to an "
        "order and a product.",
    ),
    (
        "school, classroom, course management",
        "School",
        "Teachers have a name and an email. Courses have a title and a description, and belong to a teacher. Students have a "
        "name, an email and a birth date. Enrolments have a date and a grade, and belong to a student and a course.",
    ),
    (
        "gym, fitness studio",
        "Gym",
        "Members have a name, an email and a membership type (monthly, yearly). Classes have a title, a coach, a start time and "
        "a capacity. Bookings have a status (booked, attended, cancelled), and belong to a member and a class.",
    ),
    (
        "workout, workouts, training log, exercise log",
        "Workout Log",
        "Workouts have a date, a duration and notes. Exercises have a name. Sets have reps and a weight, and belong to a "
        "workout and an exercise.",
    ),
    (
        "event, events, event planner, party",
        "Event Planner",
        "Events have a name, a venue, starts at and ends at. Guests have a name, an email and an rsvp status (yes, no, maybe), "
        "and belong to an event.",
    ),
    (
        "clinic, patients, medical practice, doctor",
        "Clinic",
        "Doctors have a name and a speciality. Patients have a name, a date of birth, a phone and an email. Appointments have a "
        "start time, a reason and notes, and belong to a patient and a doctor.",
    ),
    (
        "hotel, guest house, room booking",
        "Hotel",
        "Rooms have a number, a type (single, double, suite), a capacity and a price. Guests have a name, an email and a phone. "
        "Reservations have an arrival date, a departure date and a status (booked, arrived, cancelled), and belong to a room "
        "and a guest.",
    ),
    (
        "restaurant, menu, cafe",
        "Restaurant",
        "Dishes have a name, a description, a price and a course (starter, main, dessert). Tables have a number and seats. "
        "Reservations have a name, a start time and a party size, and belong to a table.",
    ),
    (
        "job board, recruiting, applicants, hiring",
        "Job Board",
        "Companies have a name, a website and a description. Jobs have a title, a description, a location and a salary, and "
        "belong to a company. Applications have a name, an email, a cover letter and a status (new, interview, hired, "
        "rejected), and belong to a job.",
    ),
    (
        "notes, notebook, note taking, note-taking",
        "Notes",
        "Notebooks have a name. Notes have a title and a body in markdown, and belong to a notebook.",
    ),
    (
        "bookmark, bookmarks, link collection",
        "Bookmarks",
        "Bookmarks have a title, a url, a description and tags. Tags have a name.",
    ),
    (
        "time tracker, timesheet, timesheets, time tracking",
        "Timesheets",
        "Clients have a name. Projects have a name and an hourly rate, and belong to a client. Entries have a description, a "
        "date and hours, and belong to a project.",
    ),
    (
        "real estate, property listings, housing",
        "Properties",
        "Agents have a name, an email and a phone. Properties have an address, a price, a kind (house, flat, office), an area, "
        "a description and a photo, and belong to an agent. Viewings have a start time and a visitor, and belong to a property.",
    ),
    (
        "pet, pets",
        "Pets",
        "Owners have a name, a phone and an email. Pets have a name, a species and a birthday, and belong to an owner. Visits "
        "have a date, a reason, notes and a cost, and belong to a pet.",
    ),
    (
        "contacts, address book, phone book",
        "Address Book",
        "Contacts have a first name, a last name, an email, a phone, an address and a birthday.",
    ),
    (
        "employee, employees, hr, human resources, staff directory",
        "Staff",
        "Departments have a name. Employees have a name, an email, a job title, a hire date and a salary, and belong to a department.",
    ),
    (
        "forum, message board, discussion board",
        "Forum",
        "Boards have a name and a description. Threads have a title and a body, and belong to a board. Replies have a body and "
        "belong to a thread.",
    ),
    (
        "wiki, knowledge base",
        "Wiki",
        "Pages have a title, a unique slug, a body in markdown and tags. Tags have a name.",
    ),
    (
        "music, music collection, playlist",
        "Music",
        "Artists have a name, a country and a biography. Albums have a title and a release date, and belong to an artist. Songs "
        "have a title and a duration, and belong to an album.",
    ),
    (
        "plant, plants, houseplants, garden",
        "Plants",
        "Plants have a name, a species, a location, a watering interval and notes.",
    ),
    (
        "trip, trips, travel planner, travel",
        "Trips",
        "Trips have a destination, a start date, an end date and a budget. Activities have a title, a date and a price, and "
        "belong to a trip.",
    ),
    (
        "flashcards, flash cards",
        "Flashcards",
        "Decks have a name. Cards have a question and an answer, and belong to a deck.",
    ),
    (
        "journal, diary, mood tracker",
        "Journal",
        "Entries have a date, a mood (great, good, okay, bad), and a text in markdown.",
    ),
    (
        "vehicle, vehicles, car, car maintenance, maintenance",
        "Vehicles",
        "Vehicles have a make, a model, a year and a licence plate. Services have a date, a description, a mileage and a cost, "
        "and belong to a vehicle.",
    ),
    (
        "donation, donations, charity, fundraising",
        "Donations",
        "Donors have a name and an email. Campaigns have a name and a goal amount. Donations have an amount and a date, and "
        "belong to a donor and a campaign.",
    ),
)

CATALOGUE = (*CLASSICS, *TRADES, *PASTIMES, *WORKPLACES, *STUDIES)
"""Key words, the title, and what such an application usually keeps."""
