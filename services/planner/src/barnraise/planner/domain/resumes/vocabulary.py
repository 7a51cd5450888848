"""Words by which the parts of a job, a study and a person's details are known, in English, German and French."""

import re

_ROLES = (
    "engineer developer programmer architect manager director head lead chief officer analyst designer consultant scientist researcher "
    "assistant associate professor lecturer teacher tutor instructor intern trainee apprentice nurse doctor physician surgeon therapist "
    "accountant auditor lawyer attorney paralegal clerk secretary administrator coordinator specialist technician mechanic electrician "
    "carpenter chef cook waiter waitress barista bartender cashier salesperson representative agent advisor adviser editor journalist "
    "writer author "
    "translator interpreter photographer illustrator artist musician producer librarian archivist curator founder co-founder cofounder "
    "owner "
    "president vice-president partner fellow postdoc student supervisor foreman driver pilot operator planner strategist marketer "
    "executive ceo cto cfo coo vp pm freelancer contractor volunteer mentor coach trainer member treasurer chair chairman chairwoman "
    "buyer controller recruiter receptionist caretaker gardener guide pharmacist biologist chemist physicist mathematician statistician "
    "economist sociologist psychologist historian geographer geologist surveyor researcher postdoctoral demonstrator examiner reviewer "
    "organiser organizer "
    "entwickler softwareentwickler ingenieur leiter teamleiter projektleiter abteilungsleiter bereichsleiter berater mitarbeiter "
    "sachbearbeiter werkstudent werkstudentin praktikant praktikantin auszubildende auszubildender assistent referent geschäftsführer "
    "verkäufer kaufmann kauffrau bürokaufmann industriekaufmann lehrer lehrerin dozent dozentin wissenschaftler arzt ärztin "
    "krankenschwester "
    "pfleger gesundheits- informatiker fachinformatiker techniker mechaniker mechatroniker elektriker schreiner koch köchin redakteur "
    "übersetzer gestalter grafiker grafikdesigner trainer hilfskraft doktorand doktorandin gründer inhaber freiberufler vorstand "
    "buchhalter "
    "ingénieur développeur développeuse chargé chargée responsable directeur directrice consultant consultante assistante stagiaire "
    "apprenti alternant alternante vendeur vendeuse professeur enseignant enseignante chercheur chercheuse infirmier infirmière médecin "
    "comptable avocat juriste rédacteur rédactrice traducteur traductrice graphiste architecte technicien technicienne chef cheffe "
    "coordinateur coordinatrice conseiller conseillère serveur serveuse cuisinier gérant bénévole animateur animatrice doctorant analyste "
    "concepteur conceptrice fondateur fondatrice gestionnaire opérateur secrétaire formateur formatrice"
).split()  # fmt: skip
ROLE = re.compile(
    rf"(?<![\w-])(?:{'|'.join(sorted(map(re.escape, {*_ROLES}), key=len, reverse=True))})(?:s|n|in|innen|:in|\*in|\(in\)|/in)?(?![\w])"
    r"|\w+(?:entwickler|ingenieur|leiter|berater|techniker|mechaniker|manager|kaufmann|kauffrau|assistent|lehrer|pfleger|fachkraft)(?:in|"
    r":in|\*in)?(?!\w)",
    re.IGNORECASE,
)
ORGANISATION = re.compile(
    r"\b(?:GmbH|AG|UG|KG|OHG|e\.\s?V\.|SE|SA|SAS|SARL|S\.A\.|Inc|LLC|Ltd|Limited|PLC|plc|LLP|Corp|Corporation|Company|Co\.|Group|Gruppe|"
    r"Groupe|"
    r"Bank|Banque|Hospital|Klinik|Klinikum|Krankenhaus|Hôpital|CHU|University|Universität|Université|Hochschule|College|School|Schule|"
    r"École|"
    r"Institut|Institute|Laboratory|Labs?|Studios?|Agency|Agentur|Agence|Foundation|Stiftung|Fondation|Ministry|Ministerium|Ministère|"
    r"Council|"
    r"Museum|Musée|Library|Verlag|Partners|Holding|Systems|Technologies|Software|Solutions|Consulting|Services|Verein|Association|Stadt|"
    r"Ville|"
    r"Restaurant|Café|Hotel|Hôtel|NHS|Trust|Werke?)\b"
)
SCHOOL = re.compile(
    r"\b(?:universit\w*|hochschule|fachhochschule|\w*schule|gymnasium|college|school|institut\w*|academy|akademie|académie|école|"
    r"lycée|polytechni\w*|TU|FH|LMU|RWTH|KIT|ETH|EPFL|MIT|UCL|ENS|INSA|HEC|IUT|UC|conservato\w+|faculty|fakultät|faculté|sorbonne|uni|"
    r"berufskolleg|sixth form)\b",
    re.IGNORECASE,
)
DEGREE = re.compile(
    r"\b(?:(?:b|m)\.?\s?(?:sc|a|eng|ed|ba|arch|phil|res|fa)\.?(?:\s?\(?hons\.?\)?)?|bachelor(?:['’]?s)?|master(?:['’]?s)?|mba|"
    r"ph\.?\s?d\.?|dphil|doctorate|"
    r"doctor|doktor|promotion|dr\.|diplom\w*|diploma|diplôme|magister|staatsexamen|abitur|fachabitur|matura|licence|maîtrise|doctorat|"
    r"baccalauréat|bac|dut|bts|cap|deug|degree|a[- ]levels?|gcses?|high school diploma|associate(?:['’]s)? degree|certificate|ausbildung|"
    r"lehre|"
    r"realschulabschluss|mittlere reife|minor|exchange|erasmus|llb|llm|bsc|msc|meng|beng|postdoc\w*)(?=[\s,.:;)(–—-]|$)",
    re.IGNORECASE,
)
_COUNTRIES = (
    "germany deutschland france switzerland schweiz suisse austria österreich autriche spain españa italy italia uk england scotland "
    "wales ireland "
    "usa canada belgium belgique netherlands poland portugal sweden norway denmark finland japan china india australia brazil mexico "
    "singapore "
    "europe allemagne czechia greece turkey israel kenya nigeria ghana egypt morocco maroc tunisie luxembourg romania hungary ukraine "
    "iceland "
    "remote worldwide homeoffice télétravail"
).split()
_CITIES = (
    "berlin hamburg münchen munich köln cologne frankfurt stuttgart düsseldorf leipzig dresden hannover nürnberg bremen bonn karlsruhe "
    "mannheim "
    "heidelberg freiburg münster aachen potsdam paris lyon marseille toulouse bordeaux nantes lille nice strasbourg grenoble rennes "
    "montpellier "
    "london manchester bristol leeds edinburgh glasgow cardiff oxford cambridge birmingham liverpool dublin belfast brighton zürich "
    "zurich genf "
    "geneva genève bern basel lausanne wien vienna graz salzburg linz madrid barcelona lisbon porto rome milan turin amsterdam rotterdam "
    "utrecht "
    "brussels bruxelles copenhagen stockholm oslo helsinki warsaw kraków prague budapest athens boston chicago seattle austin denver "
    "toronto "
    "montréal montreal vancouver sydney melbourne tokyo bangalore bengaluru mumbai delhi singapore nairobi lagos accra atlanta portland "
    "dallas"
).split()
PLACE = re.compile(
    rf"^(?:{'|'.join(map(re.escape, [*_COUNTRIES, *_CITIES]))}|new york(?: city)?|san francisco|los angeles|united (?:kingdom|states)|"
    rf"new zealand|"
    r"south africa|[A-Z]{2}|u\.?k\.?|u\.s\.a?\.?)$",
    re.IGNORECASE,
)
LANGUAGE = re.compile(
    r"^(?:english|german|french|spanish|italian|portuguese|dutch|polish|russian|ukrainian|turkish|arabic|chinese|mandarin|cantonese|"
    r"japanese|korean|"
    r"hindi|urdu|bengali|punjabi|tamil|telugu|greek|swedish|norwegian|danish|finnish|czech|slovak|hungarian|romanian|bulgarian|serbian|"
    r"croatian|"
    r"hebrew|latin|persian|farsi|vietnamese|thai|indonesian|malay|swahili|yoruba|igbo|hausa|welsh|irish|catalan|basque|icelandic|"
    r"estonian|latvian|"
    r"lithuanian|esperanto|deutsch|englisch|französisch|spanisch|italienisch|portugiesisch|niederländisch|polnisch|russisch|ukrainisch|"
    r"türkisch|"
    r"arabisch|chinesisch|japanisch|koreanisch|griechisch|schwedisch|norwegisch|dänisch|finnisch|tschechisch|ungarisch|rumänisch|hebräisch|"
    r"latein|persisch|anglais|allemand|français|espagnol|italien|portugais|néerlandais|polonais|russe|ukrainien|turc|arabe|chinois|"
    r"japonais|"
    r"coréen|grec|suédois|norvégien|danois|finnois|tchèque|hongrois|roumain|hébreu|british sign language|bsl|asl)\b",
    re.IGNORECASE,
)
STREET = re.compile(
    r"\b(?:street|st\.|road|rd\.?|avenue|ave\.?|lane|drive|boulevard|bd\.?|square|close|court|crescent|apt\.?|rue|impasse|allée|chemin|"
    r"quai|"
    r"cours|platz|allee|gasse|ring|damm|ufer)\b|\w+(?:straße|strasse|str\.|weg|platz|gasse|allee|ring|damm|ufer)(?=\W|$)",
    re.IGNORECASE,
)
POSTAL = re.compile(r"\b(?:[A-Z]{1,2}-)?\d{4,5}\s+(?=[A-ZÄÖÜÉ])|\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b|\b[A-Z]{2}\s+\d{5}\b")


def is_place(text: str) -> bool:
    """Whether a text is a town, a country, or both."""
    parts = [part.strip() for part in re.split(r"[,/]", re.sub(r"\(.*?\)", "", text)) if part.strip()]
    return bool(parts) and len(parts) <= 3 and any(PLACE.match(part) for part in parts) and all(len(part) < 25 for part in parts)
