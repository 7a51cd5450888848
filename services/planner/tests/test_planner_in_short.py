"""What people write in short, in passing or in a hurry, in English, German and French: things, fields and ties that it must give."""

from datetime import UTC, datetime

import pytest

from barnraise.contracts.commands import MakePlan
from barnraise.contracts.manifest import Manifest
from barnraise.planner.domain.planning import plan

AT = datetime(2026, 1, 1, tzinfo=UTC)


def built(prompt: str) -> Manifest:
    return plan(MakePlan(id="a:plan:1", project_id="p", job_id="a", at=AT, text=prompt), AT).manifest


def links(manifest: Manifest) -> set[str]:
    return {f"{r.target}>{r.source}" if r.kind == "one_to_many" else f"{r.source}<>{r.target}" for r in manifest.relations}


def typed(manifest: Manifest, name: str) -> dict[str, str]:
    return {field.name: field.type for entity in manifest.entities if entity.name == name for field in entity.fields}


@pytest.mark.parametrize(
    ("prompt", "thing", "fields", "ties"),
    [
        (
            "I want to track what I've lent to friends",
            "Loan",
            {"item": "string", "loan_date": "date", "due_date": "date", "returned": "bool"},
            {"Loan>Friend"},
        ),
        ("sleep and mood tracker", "Entry", {"date": "date", "sleep_duration": "decimal", "mood": "enum", "notes": "text"}, set()),
        ("a water intake log for my kids", "WaterIntakeEntry", {"date": "date", "amount": "decimal"}, {"WaterIntakeEntry>Kid"}),
        ("mileage tracker for a delivery company", "MileageEntry", {"date": "date", "purpose": "string", "distance": "float"}, set()),
        ("track household expenses by category", "Expense", {"amount": "decimal", "date": "date"}, {"Expense>Category"}),
        ("lost and found app for our primary school", "Item", {"found_on_date": "date", "photo": "file"}, {"Claim>Item"}),
        (
            "Bibliothek: Bücher (Titel, Autor), Leser, Ausleihen mit Rückgabedatum",
            "Loan",
            {"return_date": "date"},
            {"Loan>Book", "Loan>Reader"},
        ),
        ("App für meinen Fußballverein: Spieler, Trainings, Spiele mit Ergebnis", "Match", {"result": "string"}, set()),
        ("Une application pour suivre les dépenses de la maison par catégorie", "Expense", {"amount": "decimal"}, {"Expense>Category"}),
        ("an app to remember who owes me money", "Debt", {"person": "string", "amount": "decimal", "paid": "bool"}, set()),
        ("I need something to remember where I parked", "Parking", {"location": "string", "datetime": "datetime"}, set()),
        ("track how much water I drink per day", "WaterEntry", {"date": "date", "amount": "decimal"}, set()),
        ("keep a list of which songs we have rehearsed", "Song", {"title": "string", "rehearsed_on": "date"}, set()),
        ("help me remember when I last watered my plants", "Plant", {"name": "string", "last_watered_on": "date"}, set()),
        ("App to track what I have planted: plant, bed, date", "Planting", {"plant": "string", "bed": "string", "date": "date"}, set()),
        (
            "Build a kanban board for my freelance projects with columns Backlog, Doing, Review and Done, each card has a due date",
            "Card",
            {"title": "string", "status": "enum", "due_date": "date"},
            {"Card>FreelanceProject"},
        ),
        ("Team board with columns backlog, doing and done. Cards have a title.", "Card", {"title": "string", "status": "enum"}, set()),
        ("candidates with stages applied, interview and hired, a cv and notes", "Candidate", {"stage": "enum", "cv": "file"}, set()),
        (
            "Coworking space: members, desks, plans (hot desk, dedicated, office), invoices",
            "Plan",
            {"name": "string", "type": "enum"},
            set(),
        ),
        ("doors to knock, visits, log the result (not home, refused, supporter, undecided)", "Visit", {"result": "enum"}, set()),
        ("school sports day: teams (coach, captain, stadium), players", "Team", {"coach": "string", "captain": "string"}, {"Player>Team"}),
        (
            "recipes have ingredients with quantity and unit, steps, prep time, tags, photo",
            "Recipe",
            {"title": "string", "steps": "text", "prep_time": "int", "photo": "file"},
            {"Ingredient>Recipe", "Recipe<>Tag"},
        ),
        (
            "teachers create courses, enroll students and record grades for assignments",
            "Grade",
            {},
            {"Course>Teacher", "Grade>Assignment", "Grade>Teacher", "Grade>Student", "Grade>Course"},
        ),
        (
            "Home inventory for insurance: rooms, items with purchase price, warranty until, receipts as photos",
            "Item",
            {"purchase_price": "decimal", "warranty_until": "date", "receipts": "file"},
            {"Item>Room"},
        ),
        (
            "yoga: sessions with mood before and after and duration in minutes, a chart of minutes per week",
            "Session",
            {"mood_before": "string", "mood_after": "string", "duration": "int", "date": "date"},
            set(),
        ),
        (
            "each hive has inspections with temper, frames of brood, varroa count and notes. Also harvests in kg.",
            "Inspection",
            {"temper": "string", "frames_of_brood": "int", "varroa_count": "int", "notes": "text"},
            {"Inspection>Hive", "Harvest>Hive"},
        ),
        (
            "Parking permit management for an apartment complex. Residents have vehicles; permits are for a vehicle and expire.",
            "Permit",
            {"expiry_date": "date"},
            {"Permit>Vehicle", "Vehicle>Resident"},
        ),
        ("Shifts with room, start and end. Guards have a name.", "Shift", {"start": "datetime", "end": "datetime"}, {"Shift>Guard"}),
        (
            "judges score projects from 1 to 10 and leave a comment. Projects have a title.",
            "Score",
            {"points": "int", "comment": "text"},
            {"Score>Judge", "Score>Project"},
        ),
        ("jury members rate films, films have a title", "Rating", {"rating": "int"}, {"Rating>JuryMember", "Rating>Film"}),
        (
            "allotment society: plots, tenants, waiting list, rent due each year",
            "WaitingListEntry",
            {"name": "string"},
            set(),
        ),
        ("genealogy: people with birth and death dates, marriages", "Person", {"birth_date": "date", "death_date": "date"}, set()),
        ("to-do with projects, subtasks, priorities, due dates", "Subtask", {"priority": "enum", "due_date": "date"}, set()),
        (
            "IT helpdesk: tickets with category, assigned to, sla due, comments",
            "Ticket",
            {"category": "string", "sla_due": "date"},
            {"Comment>Ticket"},
        ),
        (
            "rental bikes: bikes (type, size), rentals from-to with deposit",
            "Rental",
            {"start_date": "date", "deposit": "decimal"},
            {"Rental>Bike"},
        ),
        (
            "hives with location, inspections with date, strength and honey harvest in kg",
            "Inspection",
            {"strength": "string"},
            {"Inspection>Hive"},
        ),
        (
            "Fuhrpark: Fahrzeuge mit Kennzeichen, Kilometerstand, TÜV bis, Fahrten",
            "Vehicle",
            {"licence_plate": "string", "mileage": "int", "inspection_until": "date"},
            {"Ride>Vehicle"},
        ),
        ("Ich möchte festhalten, welche Bücher ich gelesen habe", "Book", {"title": "string", "read_on": "date"}, set()),
        ("Kanban für Projekte mit Spalten Offen, In Arbeit und Fertig", "Card", {"status": "enum"}, {"Card>Project"}),
        ("Verträge haben einen Anbieter, einen Preis und laufen ab", "Contract", {"price": "decimal", "expiry_date": "date"}, set()),
        ("Trainer bewerten Spieler von 1 bis 10", "Rating", {"rating": "int"}, {"Rating>Coach", "Rating>Player"}),
        ("Je veux suivre ce que j'ai prêté à mes amis", "Loan", {"item": "string", "returned": "bool"}, {"Loan>Friend"}),
        (
            "Gestion de chantier : clients, chantiers, devis, factures",
            "ConstructionSite",
            {"name": "string"},
            {"Quote>Client", "Invoice>Client"},
        ),
        ("Les contrats ont un fournisseur et expirent", "Contract", {"supplier": "string", "expiry_date": "date"}, set()),
        ("simple crm with leads, notes, follow up date and status", "Lead", {"name": "string", "follow_up_date": "date"}, set()),
        ("invoice app clients items tax pdf", "Invoice", {"tax": "decimal", "pdf": "file"}, {"Invoice>Client"}),
        ("Trello clone: boards with columns name, position and colour; cards with title", "Board", {"name": "string"}, {"Card>Board"}),
    ],
)
def test_what_people_ask_for_in_passing_is_kept(prompt: str, thing: str, fields: dict[str, str], ties: set[str]) -> None:
    manifest = built(prompt)
    assert typed(manifest, thing).items() >= fields.items()
    assert links(manifest) == ties


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("Build me an app to organise a school science fair: projects with title, students", "School Science Fair"),
        ("an app to run our church bake sale: bakers, cakes with price", "Church Bake Sale"),
        ("Visitor register for an office building. Visitors have a name and a host.", "Visitor Register"),
    ],
)
def test_an_application_is_called_by_what_it_is_for(prompt: str, title: str) -> None:
    assert built(prompt).title == title
