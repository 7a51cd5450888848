-- lamps and who owns them
CREATE TABLE owners (
    id serial PRIMARY KEY,
    name text NOT NULL,
    email text UNIQUE
);

CREATE TABLE lamps (
    id serial PRIMARY KEY,
    name varchar(80) NOT NULL,
    watts numeric(6, 2) DEFAULT 0 CHECK (watts >= 0),
    owner_id integer REFERENCES owners (id) ON DELETE CASCADE,
    bought_on date
);

CREATE INDEX lamps_owner ON lamps (owner_id) WHERE owner_id IS NOT NULL;

INSERT INTO owners (name, email) VALUES ('Ann', 'ann@example.org'), ('Bo', NULL);

CREATE VIEW bright AS
SELECT owners.name, count(*) AS lamps, sum(lamps.watts) AS watts
FROM lamps
JOIN owners ON owners.id = lamps.owner_id
GROUP BY owners.name
HAVING sum(lamps.watts) > 10;

UPDATE lamps SET watts = watts * 2 WHERE name = 'Desk; old';
DELETE FROM lamps WHERE bought_on < '2001-01-01';
ALTER TABLE lamps ADD COLUMN colour text;
