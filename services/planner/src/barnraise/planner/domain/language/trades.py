"""What trades and institutions keep, written in the language that the reader reads."""

TRADES: tuple[tuple[str, str, str], ...] = (
    (
        "restaurant reservations, restaurant reservation, table reservations, table booking",
        "Restaurant Reservations",
        "Tables have a number, seats and an area (inside, terrace, bar). Guests have a name, a phone and an email. Reservations "
        "have a start time, a party size, a status (booked, seated, cancelled, no show) and notes, and belong to a guest and a "
        "table.",
    ),
    (
        "car rental, vehicle rental, rent a car, van hire, car hire",
        "Car Rental",
        "Cars have a make, a model, a year, a unique licence plate, a category (small, medium, large, van), a daily rate and a "
        "status (available, rented, in service). Customers have a name, an email, a phone and a driving licence number. Rentals "
        "have a start date, an end date, a total price and a status (booked, picked up, returned, cancelled), and belong to a "
        "car and a customer.",
    ),
    (
        "bike rental, bicycle rental, bike hire, equipment rental, tool rental, rental",
        "Rental",
        "Items have a name, a category, a daily rate and an available flag. Customers have a name, an email and a phone. "
        "Rentals have a start date, an end date, a deposit, a price and a returned flag, and belong to an item and a customer.",
    ),
    (
        "e-learning, elearning, online courses, online course, e-learning platform, learning platform, lms, learning management",
        "Learning",
        "Instructors have a name, an email and a bio. Courses have a title, a description, a level (beginner, intermediate, "
        "advanced), a price and a published flag, and belong to an instructor. Lessons have a title, a content in markdown, a "
        "video url, a position and a duration in minutes, and belong to a course. Students have a name and an email. Enrolments "
        "have an enrolled on date, a progress from 0 to 100 and a completed flag, and belong to a student and a course.",
    ),
    (
        "property management, rental properties, landlord, tenants, apartments, rent collection",
        "Property Management",
        "Properties have a name, an address, a kind (house, apartment, office) and notes. Units have a number, a size, bedrooms "
        "and a monthly rent, and belong to a property. Tenants have a name, an email and a phone. Leases have a start date, an "
        "end date, a rent and a deposit, and belong to a unit and a tenant. Payments have an amount, a date and a method (cash, "
        "card, transfer), and belong to a lease. Repairs have a title, a description, a status (reported, in progress, done), a "
        "cost and a reported date, and belong to a unit.",
    ),
    (
        "veterinary, vet, vet clinic, veterinary clinic, animal clinic",
        "Veterinary Clinic",
        "Owners have a name, a phone, an email and an address. Pets have a name, a species (dog, cat, rabbit, bird, other), a "
        "breed, a date of birth, a weight and notes, and belong to an owner. Vets have a name and a phone. Appointments have a "
        "start time, a reason, a status (booked, done, cancelled) and notes, and belong to a pet and a vet. Vaccinations have a "
        "vaccine, a date and a due date, and belong to a pet.",
    ),
    (
        "food delivery, meal delivery, takeaway, pizza delivery",
        "Food Delivery",
        "Restaurants have a name, an address, a phone and a cuisine. Dishes have a name, a description, a price and an "
        "available flag, and belong to a restaurant. Customers have a name, a phone and an address. Drivers have a name, a "
        "phone and an active flag. Orders have an order time, a status (new, cooking, on the way, delivered, cancelled) and a "
        "total, and belong to a customer, a restaurant and a driver. Order lines have a quantity and a price, and belong to an "
        "order and a dish.",
    ),
    (
        "courier, deliveries, delivery service, parcel, parcels, parcel tracking",
        "Courier",
        "Customers have a name, an email, a phone and an address. Couriers have a name, a phone and a vehicle. Parcels have a "
        "unique tracking number, a recipient, an address, a weight, a status (received, in transit, delivered, returned) and a "
        "due date, and belong to a customer and a courier. Scans have a scanned at, a place and a note, and belong to a parcel.",
    ),
    (
        "language school, language courses, language lessons, tutoring",
        "Language School",
        "Teachers have a name, an email, a phone and a language. Courses have a title, a language, a level (a1, a2, b1, b2, c1, "
        "c2), a start date, an end date and a price, and belong to a teacher. Students have a name, an email, a phone and a "
        "native language. Enrolments have a date, a paid flag and a grade, and belong to a student and a course. Lessons have a "
        "topic, a start time and homework, and belong to a course.",
    ),
    (
        "coworking, co-working, coworking space, shared office, desk booking, hot desk",
        "Coworking",
        "Members have a name, an email, a phone, a company and a plan (day pass, part time, full time). Desks have a number, a "
        "zone and a monthly price. Meeting rooms have a name, a capacity and an hourly rate. Bookings have a start time, an end "
        "time and a status (booked, cancelled), and belong to a member and a desk. Invoices have a number, an issue date, an "
        "amount and a paid flag, and belong to a member.",
    ),
    (
        "pharmacy, drugstore, medicines",
        "Pharmacy",
        "Suppliers have a name, an email and a phone. Medicines have a name, an active ingredient, a form (tablet, syrup, "
        "cream, injection), a strength, a price, a stock, a reorder level and a prescription only flag, and belong to a "
        "supplier. Batches have a batch number, a quantity and an expiry date, and belong to a medicine. Customers have a name, "
        "a phone and a date of birth. Prescriptions have a doctor, a date, a dose and notes, and belong to a customer and a "
        "medicine.",
    ),
    (
        "dentist, dental, dental clinic, dental practice",
        "Dental Practice",
        "Dentists have a name, an email and a phone. Patients have a name, a date of birth, a phone, an email, an insurance and "
        "allergies in text. Appointments have a start time, a duration in minutes, a reason and a status (booked, arrived, "
        "done, cancelled), and belong to a patient and a dentist. Treatments have a date, a tooth, a description and a cost, "
        "and belong to a patient.",
    ),
    (
        "salon, hair salon, hairdresser, barber, barbershop, beauty salon, nail studio, spa",
        "Salon",
        "Clients have a name, a phone, an email and notes. Stylists have a name, a phone and a speciality. Services have a "
        "name, a duration in minutes and a price. Appointments have a start time, a status (booked, done, cancelled, no show) "
        "and notes, and belong to a client, a stylist and a service.",
    ),
    (
        "farm, livestock, crops",
        "Farm",
        "Animals have a tag number, a species (cow, pig, sheep, goat, hen), a breed, a birth date and a weight in kg. "
        "Treatments have a date, a medicine, a dose and notes, and belong to an animal. Fields have a name, an area in hectares "
        "and a soil type. Crops have a name, a planted on date and a harvest date, and belong to a field. Harvests have a date, "
        "an amount in kg and notes, and belong to a crop.",
    ),
    (
        "repair shop, bike shop, bike repair, phone repair, computer repair, workshop, garage, auto repair, car repair",
        "Repair Shop",
        "Customers have a name, a phone and an email. Devices have a kind, a brand, a model and a serial number, and belong to "
        "a customer. Repairs have a title, a problem in text, a status (received, waiting for parts, in progress, ready, picked "
        "up), a received on date, a due date and a price, and belong to a device. Parts have a name, a unique sku, a price and "
        "a stock.",
    ),
    (
        "parking, parking lot, car park",
        "Parking",
        "Levels have a name. Spots have a number, a kind (regular, disabled, electric) and a free flag, and belong to a level. "
        "Vehicles have a unique licence plate, an owner and a phone. Tickets have an entered at, a left at, a price and a paid "
        "flag, and belong to a spot and a vehicle.",
    ),
    (
        "cinema, theatre, theater, movie theater, box office",
        "Cinema",
        "Movies have a title, a description, a duration in minutes, a genre and an age rating. Halls have a name and seats. "
        "Shows have a start time and a price, and belong to a movie and a hall. Tickets have a row, a seat, a customer name and "
        "a status (reserved, paid, cancelled), and belong to a show.",
    ),
    (
        "kindergarten, daycare, day care, nursery, preschool",
        "Kindergarten",
        "Groups have a name and a room. Children have a name, a birth date, allergies in text and notes, and belong to a group. "
        "Guardians have a name, a phone, an email and a relationship, and belong to a child. Attendances have a date, an "
        "arrived at, a left at and a note, and belong to a child.",
    ),
    (
        "it assets, assets, asset management, asset tracking, equipment, devices, licences",
        "Assets",
        "Employees have a name, an email and a department. Assets have a name, a kind (laptop, phone, monitor, licence, other), "
        "a unique serial number, a purchase date, a price, a status (in stock, in use, in repair, retired) and notes, and "
        "belong to an employee. Repairs have a date, a description and a cost, and belong to an asset.",
    ),
    (
        "suppliers, vendor management, procurement, purchasing",
        "Procurement",
        "Suppliers have a name, an email, a phone and an address. Contracts have a title, a start date, an end date, a value "
        "(decimal) and a file, and belong to a supplier. Purchase orders have a number, an order date, a status (draft, "
        "ordered, received, cancelled) and a total, and belong to a supplier. Purchase order lines have a description, a "
        "quantity and a unit price, and belong to a purchase order.",
    ),
    (
        "cleaning, cleaning service, cleaning company, laundry, housekeeping",
        "Cleaning Service",
        "Customers have a name, a phone, an email and an address. Cleaners have a name, a phone and an hourly rate. Jobs have a "
        "start time, a duration in minutes, a price, a status (planned, done, cancelled) and notes, and belong to a customer "
        "and a cleaner.",
    ),
    (
        "construction, building sites, building site, contractor, renovation",
        "Construction",
        "Clients have a name, a phone and an email. Sites have a name, an address, a start date, an end date, a budget and a "
        "status (planned, running, finished), and belong to a client. Workers have a name, a phone and a trade. Daily reports "
        "have a date, hours, a weather and a text, and belong to a site and a worker. Materials have a name, a quantity, a unit "
        "and a cost, and belong to a site.",
    ),
    (
        "invoices and quotes, freelance, freelancer, freelancing",
        "Freelancing",
        "Clients have a name, an email, an address and a vat number. Projects have a title, a status (lead, active, done), an "
        "hourly rate and a start date, and belong to a client. Time entries have a description, a date, hours and a billed "
        "flag, and belong to a project. Invoices have a number, an issue date, a due date, an amount and a status (draft, sent, "
        "paid), and belong to a client.",
    ),
    (
        "bakery, catering, cake orders",
        "Bakery",
        "Customers have a name, a phone and an email. Products have a name, a description, a price and an available flag. "
        "Orders have a pickup time, a status (new, baking, ready, picked up), a note and a paid flag, and belong to a customer. "
        "Order lines have a quantity and belong to an order and a product.",
    ),
    (
        "brewery, homebrew, coffee roastery, brewing",
        "Brewery",
        "Recipes have a name, a style, an alcohol percentage and instructions. Batches have a number, a brewed on date, a "
        "volume, a status (brewing, fermenting, bottled, sold out) and notes, and belong to a recipe. Measurements have a "
        "measured at, a temperature and a gravity (number), and belong to a batch.",
    ),
    (
        "insurance, claims, insurance claims",
        "Insurance",
        "Customers have a name, an email, a phone and a birth date. Policies have a unique policy number, a kind (car, home, "
        "health, life), a start date, an end date and a premium amount, and belong to a customer. Claims have a date, a "
        "description, an amount and a status (reported, in review, paid, rejected), and belong to a policy.",
    ),
    (
        "manufacturing, production, factory, work orders",
        "Production",
        "Products have a name, a unique sku and a description. Machines have a name, a location and a status (running, idle, in "
        "service). Work orders have a number, a quantity, a start date, a due date and a status (planned, running, done), and "
        "belong to a product and a machine. Inspections have a date, a passed flag and notes, and belong to a work order.",
    ),
    (
        "laboratory, lab, lab samples, samples, experiments",
        "Laboratory",
        "Projects have a name and a description. Samples have a unique code, a collected on date, a type, a location and a "
        "status (collected, processing, done), and belong to a project. Experiments have a title, a date, a protocol in "
        "markdown and notes, and belong to a project. Results have a value, a unit, a date and a note, and belong to a sample.",
    ),
)
"""Key words, the title, and what such an application usually keeps."""
