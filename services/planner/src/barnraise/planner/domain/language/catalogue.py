"""Well-known applications, for prompts that only name one: key words, then entities in the language's own notation."""

CATALOGUE: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("todo", "to do", "todos", "task list", "checklist"), "Todos", "Todos have a title and a done flag."),
    (
        ("crm", "customer relationship"),
        "CRM",
        "Companies have a name and a website. Contacts have a name, email, phone and belong to a company. Deals have a title, an amount, a stage (lead, qualified, won, lost) and belong to a contact.",
    ),
    (
        ("blog", "weblog"),
        "Blog",
        "Posts have a title, slug, body in markdown and a published date. Authors have a name and an email. Posts belong to an author. Comments have a body and belong to a post.",
    ),
    (
        ("inventory", "stock", "warehouse"),
        "Inventory",
        "Products have a name, sku, price and stock. Suppliers have a name and an email. Products belong to a supplier. Movements have a quantity, a date and belong to a product.",
    ),
    (
        ("recipe", "recipes", "cookbook"),
        "Recipes",
        "Recipes have a title, servings, instructions and a category (starter, main, dessert, drink). Ingredients have a name, an amount and belong to a recipe.",
    ),
    (
        ("invoice", "invoices", "invoicing", "billing"),
        "Invoices",
        "Customers have a name, email and address. Invoices have a number, an issue date, a due date, a status (draft, sent, paid) and belong to a customer. Invoice lines have a description, a quantity, a price and belong to an invoice.",
    ),
    (
        ("expense", "expenses", "spending"),
        "Expenses",
        "Categories have a name. Expenses have a description, an amount, a date and belong to a category.",
    ),
    (
        ("library", "book collection", "reading list"),
        "Library",
        "Books have a title, an isbn and a year. Members have a name and an email. Loans have a date, a due date, a returned flag and belong to a book and belong to a member.",
    ),
    (
        ("habit", "habits"),
        "Habits",
        "Habits have a name and a frequency (daily, weekly, monthly). Checks have a date, a done flag and belong to a habit.",
    ),
    (
        ("helpdesk", "help desk", "support tickets", "ticketing", "issue tracker", "bug tracker"),
        "Tickets",
        "Tickets have a title, a description, a priority (low, medium, high) and a status (open, in progress, closed). Replies have a body and belong to a ticket.",
    ),
    (
        ("kanban", "project management", "trello"),
        "Boards",
        "Boards have a name. Cards have a title, a description, a due date, a column (backlog, doing, done) and belong to a board.",
    ),
    (
        ("shop", "store", "e-commerce", "ecommerce", "webshop"),
        "Shop",
        "Customers have a name and an email. Products have a name, a description and a price. Orders have a status (pending, paid, shipped) and belong to a customer. Order lines have a quantity and belong to an order and belong to a product.",
    ),
    (
        ("school", "classroom"),
        "School",
        "Teachers have a name and an email. Courses have a title and belong to a teacher. Students have a name and an email. Enrolments have a date and belong to a student and belong to a course.",
    ),
    (
        ("gym", "fitness"),
        "Gym",
        "Members have a name, an email and a membership type (monthly, yearly). Classes have a title, a start time and a capacity. Bookings belong to a member and belong to a class.",
    ),
    (
        ("event", "events", "event planner"),
        "Events",
        "Events have a name, a venue, starts at and ends at. Guests have a name, an email, an rsvp status (yes, no, maybe) and belong to an event.",
    ),
    (
        ("clinic", "patients", "medical practice"),
        "Clinic",
        "Doctors have a name and a speciality. Patients have a name, a birthday and a phone. Appointments have a start time, notes and belong to a patient and belong to a doctor.",
    ),
    (
        ("hotel", "guest house"),
        "Hotel",
        "Rooms have a number, a capacity and a price. Guests have a name and an email. Reservations have an arrival date, a departure date and belong to a room and belong to a guest.",
    ),
    (
        ("restaurant", "menu"),
        "Restaurant",
        "Dishes have a name, a description, a price and a course (starter, main, dessert). Tables have a number and seats. Reservations have a name, a start time, a party size and belong to a table.",
    ),
    (
        ("job board", "recruiting", "applicants"),
        "Jobs",
        "Jobs have a title, a description and a location. Applicants have a name, an email, a status (new, interview, hired, rejected) and belong to a job.",
    ),
    (
        ("notes", "notebook", "note taking"),
        "Notes",
        "Notebooks have a name. Notes have a title, a body in markdown and belong to a notebook.",
    ),
    (
        ("bookmark", "bookmarks", "links"),
        "Bookmarks",
        "Bookmarks have a title, a url and notes. Tags have a name. Bookmarks have many tags.",
    ),
    (
        ("time tracker", "timesheet", "time tracking"),
        "Time",
        "Clients have a name. Projects have a name and belong to a client. Entries have a description, a date, hours and belong to a project.",
    ),
    (
        ("real estate", "property", "properties", "housing"),
        "Properties",
        "Properties have an address, a price, a kind (house, flat, office) and an area. Viewings have a start time, a visitor and belong to a property.",
    ),
    (
        ("pet", "pets", "vet"),
        "Pets",
        "Owners have a name and a phone. Pets have a name, a species, a birthday and belong to an owner. Visits have a date, notes and belong to a pet.",
    ),
)
