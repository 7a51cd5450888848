"""What teams and offices keep, written in the language that the reader reads."""

WORKPLACES: tuple[tuple[str, str, str], ...] = (
    (
        "poll, polls, straw poll, voting, election, elections",
        "Polls",
        "Polls have a question, a description, a closing date and a status (draft, open, closed). Options have a label, and belong "
        "to a poll. Votes have a voter name and a cast at, and belong to an option.",
    ),
    (
        "survey, surveys, questionnaire, survey builder, form builder, forms",
        "Surveys",
        "Surveys have a title, a description and a status (draft, open, closed). Questions have a text, a kind (single choice, "
        "multiple choice, rating, free text), a position (int) and an obligatory flag, and belong to a survey. Responses have an "
        "email and a submitted at, and belong to a survey. Answers have a value, and belong to a response and a question.",
    ),
    (
        "contracts, contract management, contract register, agreements",
        "Contracts",
        "Partners have a name, a contact, an email and a phone. Contracts have a title, a number, a start date, an end date, a "
        "value (decimal), a notice period in days, a status (draft, active, expired, terminated) and a file, and belong to a "
        "partner. Reminders have a title, a due date and a done flag, and belong to a contract.",
    ),
    (
        "fleet, fleet management, fleet tracker, company cars, trucks, trucking, mileage log",
        "Fleet",
        "Vehicles have a make, a model, a year, a unique licence plate, a mileage and a status (available, in use, in repair, "
        "retired). Drivers have a name, a phone, an email and a licence number. Trips have a start time, an end time, a purpose and "
        "a distance in km, and belong to a vehicle and a driver. Refuels have a date, litres (float), a cost and a mileage, and "
        "belong to a vehicle. Services have a date, a description, a cost and a mileage, and belong to a vehicle.",
    ),
    (
        "maintenance management, maintenance requests, facility management, facilities, work order management, cmms",
        "Maintenance",
        "Locations have a name and an address. Machines have a name, a model, a serial number and a status (running, stopped, in "
        "repair), and belong to a location. Technicians have a name, an email and a phone. Work orders have a title, a description, "
        "a priority (low, medium, high, urgent), a due date and a status (open, in progress, done), and belong to a machine and a "
        "technician.",
    ),
    (
        "warehouse, warehouse management, wms",
        "Warehouse",
        "Warehouses have a name and an address. Storage locations have a code, a zone and a capacity, and belong to a warehouse. "
        "Products have a name, a unique sku, a unit and a reorder level. Stock levels have a quantity, and belong to a product and "
        "a storage location. Stock moves have a quantity, a kind (receipt, pick, transfer, correction) and a moved at, and belong "
        "to a product and a storage location.",
    ),
    (
        "incident log, incidents, incident tracker, incident management, safety incidents, accidents, near misses",
        "Incidents",
        "Incidents have a title, a description, an occurred at, a location, a severity (low, medium, high, critical), a status "
        "(open, investigating, resolved, closed) and a root cause (text). Actions have a description, a responsible, a due date and "
        "a done flag, and belong to an incident.",
    ),
    (
        "risk register, risks, risk management, risk log, risk assessment",
        "Risk Register",
        "Risks have a title, a description, a category, a likelihood from 1 to 5, an impact from 1 to 5, an owner (string) and a "
        "status (open, mitigated, accepted, closed). Mitigations have a description, a responsible, a due date and a status "
        "(planned, in progress, done), and belong to a risk.",
    ),
    (
        "okr, okrs, objectives and key results, objectives",
        "OKRs",
        "Objectives have a title, a description, a quarter, an owner (string) and a status (on track, at risk, off track, done). "
        "Key results have a title, a start value (number), a target value (number), a current value (number) and a unit, and belong "
        "to an objective. Updates have a date, a value (number), a confidence from 1 to 10 and a comment, and belong to a key "
        "result.",
    ),
    (
        "kanban, kanban board, trello, task board, agile board",
        "Kanban Board",
        "Boards have a name and a description. Columns have a name, a position (int) and a limit (int), and belong to a board. "
        "Cards have a title, a description, a due date, a position (int) and a priority (low, medium, high), and belong to a "
        "column. Labels have a name and a colour. Cards have many-to-many labels. Comments have a body, and belong to a card.",
    ),
    (
        "sprint board, sprints, scrum, scrum board, backlog, product backlog, user stories",
        "Sprint Board",
        "Sprints have a name, a goal, a start date, an end date and a status (planned, active, completed). Stories have a title, a "
        "description, points (int), a priority (low, medium, high) and a status (todo, in progress, review, done), and belong to a "
        "sprint. Tasks have a title, an assignee, hours (float) and a done flag, and belong to a story.",
    ),
    (
        "feature requests, feature request, roadmap, product roadmap, idea board, ideas",
        "Feature Requests",
        "Features have a title, a description, a category and a status (new, planned, in progress, shipped, declined). Votes have "
        "an email and a cast at, and belong to a feature. Comments have a body and a created date, and belong to a feature.",
    ),
    (
        "changelog, release notes, releases",
        "Changelog",
        "Releases have a unique version, a title, a release date, a summary in markdown and a published flag. Changes have a "
        "description and a kind (added, changed, fixed, removed, security), and belong to a release.",
    ),
    (
        "leads, lead tracker, lead management, sales leads",
        "Leads",
        "Leads have a name, a company, an email, a phone, a source (website, referral, event, advert, other), a status (new, "
        "contacted, qualified, won, lost) and an estimated value (decimal). Activities have a kind (call, email, meeting, note), a "
        "date and notes, and belong to a lead.",
    ),
    (
        "email campaigns, email campaign, email marketing, mailing campaigns, mailing list",
        "Email Campaigns",
        "Lists have a name and a description. Subscribers have a name, a unique email and a status (active, unsubscribed, bounced). "
        "Subscribers have many-to-many lists. Campaigns have a name, a subject, a body in markdown, a scheduled at and a status "
        "(draft, scheduled, sent), and belong to a list. Deliveries have a sent at, an opened flag and a clicked flag, and belong "
        "to a campaign and a subscriber.",
    ),
    (
        "newsletter, newsletters, newsletter subscribers, newsletter signup",
        "Newsletter",
        "Subscribers have a name, a unique email, a subscribed on date and a status (pending, active, unsubscribed). Issues have a "
        "subject, a body in markdown, a sent at and a status (draft, scheduled, sent).",
    ),
    (
        "social media, social media calendar, social media planner, social media scheduler",
        "Social Media Calendar",
        "Channels have a name, a network (instagram, facebook, linkedin, x, tiktok, youtube, other) and a url. Posts have a text, "
        "an image, a scheduled at and a status (idea, draft, approved, published), and belong to a channel. Campaigns have a name, "
        "a start date and an end date. Posts belong to a campaign.",
    ),
    (
        "content calendar, content planner, editorial calendar, editorial plan, content management",
        "Content Calendar",
        "Authors have a name and an email. Channels have a name and a url. Articles have a title, a brief (text), a body in "
        "markdown, a publish date and a status (idea, writing, review, scheduled, published), and belong to an author and a "
        "channel.",
    ),
    (
        "link shortener, url shortener, short links, short urls",
        "Link Shortener",
        "Links have a unique code, a target url, a title, a created date, an expiry date and an active flag. Clicks have a clicked "
        "at, a referrer and a country, and belong to a link.",
    ),
    (
        "appointments, appointment booking, appointment scheduler, appointment scheduling, booking calendar, booking system, calendly",
        "Appointments",
        "Services have a name, a duration in minutes and a price. Staff have a name, an email and a phone. Customers have a name, "
        "an email and a phone. Appointments have a start time, a status (booked, confirmed, done, cancelled, no show) and notes, "
        "and belong to a service, a staff and a customer.",
    ),
    (
        "meeting rooms, meeting room booking, conference rooms",
        "Room Booking",
        "Rooms have a name, a floor, a capacity and a projector flag. Bookings have a title, a start time, an end time, an "
        "organiser and a status (requested, confirmed, cancelled), and belong to a room.",
    ),
    (
        "leave management, leave requests, vacation tracker, vacation planner, holiday requests, time off, pto, absences, sick leave",
        "Leave",
        "Departments have a name. Employees have a name, an email, a hire date and yearly leave days (int), and belong to a "
        "department. Leave requests have a kind (vacation, sick, parental, unpaid, other), a start date, an end date, a status "
        "(requested, approved, declined) and a reason, and belong to an employee.",
    ),
    (
        "shift planner, shift scheduling, shifts, rota, roster, duty roster, staff scheduling, employee scheduling",
        "Shifts",
        "Employees have a name, an email, a phone and a position. Locations have a name and an address. Shifts have a start time, "
        "an end time and a status (planned, confirmed, done), and belong to an employee and a location.",
    ),
    (
        "payroll, payslips, salaries",
        "Payroll",
        "Employees have a name, an email, a job title, a hire date and a salary. Payslips have a period, a gross pay (decimal), a "
        "tax amount, a net pay (decimal), a paid on date and a status (draft, approved, paid), and belong to an employee.",
    ),
    (
        "performance reviews, performance review, appraisals, one on ones, 1on1s",
        "Performance Reviews",
        "Employees have a name, an email and a job title. Reviews have a period, a date, a rating from 1 to 5, strengths (text), "
        "improvements (text) and a status (planned, draft, completed), and belong to an employee. Goals have a title, a due date "
        "and a status (open, achieved, missed), and belong to an employee.",
    ),
    (
        "onboarding, employee onboarding, new hires",
        "Onboarding",
        "Newcomers have a name, an email, a position and a start date. Steps have a title, a description, a due date, a responsible "
        "and a done flag, and belong to a newcomer.",
    ),
    (
        "visitor log, visitors, visitor management, reception, guest book, guestbook",
        "Visitor Log",
        "Hosts have a name, an email and a department. Visitors have a name, a company, an email and a phone. Visits have an "
        "arrived at, a left at, a purpose and a badge number, and belong to a visitor and a host.",
    ),
    (
        "legal cases, law firm, lawyer, court cases, case management, legal practice",
        "Legal Cases",
        "Clients have a name, an email, a phone and an address. Lawyers have a name, an email and a speciality. Cases have a "
        "number, a title, a description, an opened on date and a status (open, pending, closed), and belong to a client and a "
        "lawyer. Hearings have a date, a court and an outcome, and belong to a case. Documents have a title and a file, and belong "
        "to a case.",
    ),
    (
        "patents, patent portfolio, patent tracker, intellectual property, trademarks",
        "Patents",
        "Inventors have a name and an email. Patents have a title, an application number, an abstract, a filing date, a grant date, "
        "an expiry date, a country and a status (drafting, filed, granted, rejected, expired). Patents have many-to-many inventors. "
        "Fees have an amount, a due date and a paid flag, and belong to a patent.",
    ),
    (
        "grants, grant tracker, grant applications, grant management, scholarships",
        "Grants",
        "Funders have a name, a contact, an email and a website. Grants have a title, an amount, a deadline and a description, and "
        "belong to a funder. Applications have a submitted on date, a requested amount, a status (draft, submitted, awarded, "
        "declined) and notes, and belong to a grant.",
    ),
    (
        "erp, enterprise resource planning",
        "ERP",
        "Suppliers have a name, an email and a phone. Customers have a name, an email and an address. Products have a name, a "
        "unique sku, a price and a stock. Purchase orders have a number, an order date, a status (draft, ordered, received) and a "
        "total, and belong to a supplier. Sales orders have a number, an order date, a status (draft, confirmed, shipped, paid) and "
        "a total, and belong to a customer. Order lines have a quantity and a unit price, and belong to a sales order and a "
        "product.",
    ),
    (
        "crowdfunding, kickstarter",
        "Crowdfunding",
        "Creators have a name, an email and a bio. Projects have a title, a description, a goal amount, a deadline and a status "
        "(draft, live, funded, failed), and belong to a creator. Rewards have a title, a description and a minimum amount, and "
        "belong to a project. Backers have a name and an email. Pledges have an amount and a pledged at, and belong to a project, a "
        "backer and a reward.",
    ),
    (
        "marketplace, classifieds, classified ads, second hand, flea market, buy and sell",
        "Marketplace",
        "Sellers have a name, an email and a phone. Categories have a name. Listings have a title, a description, a price, a "
        "condition (new, like new, good, worn), a photo and a status (available, reserved, sold), and belong to a seller and a "
        "category. Messages have a body and a sent at, and belong to a listing.",
    ),
    (
        "airbnb, holiday rentals, vacation rentals, holiday homes, vacation homes, short-term rentals, holiday cottages",
        "Holiday Rentals",
        "Hosts have a name, an email and a phone. Homes have a title, a description, an address, a price per night, a capacity and "
        "a photo, and belong to a host. Guests have a name, an email and a phone. Bookings have a check-in date, a check-out date, "
        "a total price and a status (requested, confirmed, cancelled, completed), and belong to a home and a guest. Reviews have a "
        "rating from 1 to 5 and a comment, and belong to a booking.",
    ),
    (
        "test cases, test management, qa, test plan, test plans",
        "Test Cases",
        "Test plans have a name and a description. Test cases have a title, steps, an expected result (text) and a priority (low, "
        "medium, high), and belong to a test plan. Test runs have a date, a tester, a result (passed, failed, blocked) and notes, "
        "and belong to a test case.",
    ),
    (
        "server monitoring, uptime, uptime monitor, status page, servers",
        "Status Page",
        "Services have a name, a url and a status (operational, degraded, down). Incidents have a title, a description, a started "
        "at, a resolved at and a severity (minor, major, critical), and belong to a service. Updates have a message and a posted "
        "at, and belong to an incident.",
    ),
    (
        "energy monitor, energy tracker, solar, solar panels, smart meter, meter readings, electricity",
        "Energy Monitor",
        "Meters have a name, a location and a kind (electricity, gas, water, solar). Readings have a read at, an energy in kwh and "
        "a temperature, and belong to a meter.",
    ),
)
"""Key words, the title, and what such an application usually keeps."""
