"""Names of people, lenders, servicers, schools and places, put together from parts: too many to be learned by heart."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

_HEADS = (
    "Alder Amber Ash Aspen Bay Beacon Birch Black Blue Bram Bright Brook Calder Cedar Chal Cinder Clay Clear Cloud Cobble "
    "Copper Coral Corn Crane Crest Crow Dale Dawn Deer Dove Dun Eagle East Eld Elm Ember Ever Fair Falcon Fal Fern Field "
    "Finch Flint Fox Frost Garn Glen Gold Gran Gray Green Grove Hal Harrow Hart Hawk Hazel Heath Hearth Heron Hickory High "
    "Hollow Holly Iron Ivory Ivy Jasper Juniper Kes Keystone Kings Lake Lantern Lark Laurel Led Lin Long Lyn Maple Marl "
    "Mead Mer Mill Mist Moor Moss North Oak Old Olive Orchard Osprey Otter Pearl Pem Penn Pike Pine Plum Poplar Prairie "
    "Quarry Quill Raven Red Reed Ridge River Rook Rose Rowan Sable Sage Salt Sand Shade Silver Slate South Sparrow Spring "
    "Spruce Stal Stan Stone Storm Summer Sun Swan Tall Tam Teal Thistle Thorn Tide Timber Trent Under Vale Vern Walnut "
    "Wander Water West Wheat White Wick Wild Willow Win Wind Winter Wolf Wood Wren Yarrow"
).split()
_TAILS = (
    "field brook stone wood ford moor ridge well mark crest bridge port haven vale dale gate side land way burn wick shire "
    "hollow path line mont worth ham ton bury by hurst lea combe ley marsh mere fell holm garth croft stead thorpe water "
    "spring rock point cliff bank bend grove glade row"
).split()
_COINED = (
    "Acrevo Ladderly Tuitionly Campusway Edvance Lumenta Noventry Scholaris Gradient Studia Veritix Elevara Quorient Pathwise "
    "Brightly Fundura Clarifin Loanly Degreely Mentora Avanta Corvia Solvanta Trivium Cognita Novella Almanor Bursar Credenta "
    "Finley Kindred Marlow Ostara Penumbra Sylvan Tessera Ultima Vantis Zephyra Arborly Calyx Dovetail Evermore Fieldnote "
    "Gantry Hatchway Inkwell Juncture Kiteline Lodestar Milepost Nightjar Outpost Plumbline Quillon Rampart Sextant Tidewise "
    "Upland Viaduct Waypoint Yardarm"
).split()
_NOUNS = (
    "Harbor Pine Anchor Compass Lantern Bridge Summit Meadow Orchard Quarry River Steeple Mill Forge Beacon Canyon Garden "
    "Island Prairie Valley Tower Spire Sail Acorn Heron Cedar Maple Granite Copper Marble Ember Thistle Clover Wharf Cove "
    "Delta Mesa Bluff Hearth Trellis Arbor Pillar Plaza Terrace Junction Crossing Landing Foundry Cottage Chapel Academy "
    "Ledger Quill Scholar Mentor Pioneer Heritage Liberty Union Republic Frontier Gateway Cornerstone Milestone Keystone"
).split()
_REGIONS = (
    "Arden Pellham Tamsin Kenowa Oquendo Carrow Dakoma Vermillia Ohanapa Allegria Sarentan Tovalle Merrimont Calvera Wynoka Talusa Orvane "
    "Brannoc Eldermere Sabinal Quenemo Tuscalona Marisco Halvern Ravenal Montclave Tiogara Lakemont Northumbra Winnoka Palomere Cordavia "
    "Aristo Belgarde Chesney Durango-Vale Estrella Farrowin Galtry Hespera"
).split()
_REGION_HEADS = ("", "", "", "", "New ", "East ", "West ", "North ", "Upper ", "Greater ", "Port ", "Mount ")
_REGION_TAILS = ("", "", "", "", " County", " Valley", " Hills", " Basin", " Shore", " Falls", " Bend", " Plains")
_SURNAMES_OF_FIRMS = (
    "Hollis Grant Whitcomb Abbott Tremaine Locke Sutter Barlow Pryor Hale Norwood Ames Thayer Kessler Dunmore Lathrop Mercer "
    "Wexler Ashby Colfax Drummond Everett Farley Gage Hobart Ingram Jarvis Keating Loomis Merritt"
).split()
_LENDERS = (
    "{} Bank;{} Bank, N.A.;{} National Bank;{} Savings Bank;{} Savings Bank, FSB;{} Federal Savings Bank;{} Bank & Trust;{} Trust Company;"
    "{} Community Bank;Bank of {};First {} Bank;{} State Bank;{} Federal Credit Union;{} Credit Union;{} Teachers Credit Union;"
    "{} Education Lending, Inc.;{} Student Lending LLC;{} Student Finance;{} Education Finance Corporation;{} Student Loan Corporation;"
    "{} Education Capital, LP;{} Financial;{} Financial Group, Inc.;{} Finance Company;{} Capital;{} Credit;{} Funding Trust 2019-A;"
    "{} Scholars Fund;{} Education Loan Trust;{} Foundation;{} Bancorp;{} Holdings LLC;{} Lending;{};{};{} Inc.;{}, LLC;{} Co-op;{} Group;"
    "{} Savings and Loan Association;{} Industrial Bank;{} Education Assistance Foundation;{} Mutual;{} Partners;The {} Fund;{} Thrift"
).split(";")
_SERVICERS = (
    "{} Loan Services;{} Loan Servicing;{} Loan Servicing, LLC;{} Student Servicing;{} Student Loan Servicing, Inc.;{} Servicing Corporation;"
    "{} Borrower Services;{} Education Servicing;{} Loan Administration;{} Servicing Co.;{} Financial Servicing;{} Loan Center;"
    "{} Account Services;{} Student Accounts;{} Education Services;{} Repayment Services;{} Loan Management;{} Servicing Group;{};{};{} Inc.;"
    "{} Campus Partners;{} Assistance Corporation;{} Solutions;{} Advantage;{} Billing Services;Office of {} Loan Services;"
    "The {} Loan Servicing Center;{} Higher Education Assistance Agency;{} Education Support;{} Federal Loan Servicing;{} Connect"
).split(";")
_SCHOOLS = (
    "{} University;University of {};{} State University;{} College;{} Community College;{} Technical College;{} Institute of Technology;"
    "{} College of Nursing;{} School of Law;Regents of the University of {};The Trustees of {} College;Board of Regents of {} State University;"
    "{} A&M University;{} Polytechnic;Saint {} College;{} University School of Medicine;{} College of Arts and Sciences;{} Seminary;"
    "University of {} at {other};{} State University - {other} Campus;{} Bible College;{} Academy of Art;{} Valley College;The {} School;"
    "{} College of Pharmacy and Health Sciences;{} Career Institute;{} U;{} City Colleges;Univ. of {};{} St. Univ.;{} Conservatory of Music"
).split(";")
_STATES = (
    "{} Higher Education Authority;{} Student Loan Authority;State of {} Higher Education Assistance Authority;{} Education Loan Authority;"
    "Office of the {} Treasurer, Student Loan Program;{} Higher Education Student Assistance Authority;The {} Higher Education Loan Program;"
    "{} Board of Higher Education;{} Department of Higher Education;Commission on Higher Education of {};{} Bond Bank;"
    "{} Health Education Assistance Commission;Office of Student Financial Aid, State of {};{} College Access Loan Program"
).split(";")
GOVERNMENT = (
    "U.S. Department of Education",
    "US Department of Education",
    "U.S. Dept. of Education",
    "United States Department of Education",
)

_FIRST = (
    "Abigail Adaeze Aisha Alejandra Amara Amir Ana Andre Aniyah Arjun Astrid Ayesha Beatriz Bianca Boris Bridget Caleb Camila "
    "Carmen Chidi Chloe Connor Dalia Daniel Danielle Darnell Deepika Destiny Devon Diego Dmitri Ebony Eduardo Elena Eli Emeka "
    "Emiko Esther Ethan Eun-ji Farah Fatima Felipe Fiona Gabriel Gia Giovanni Grace Guadalupe Hana Hannah Harpreet Hassan Hiroshi "
    "Hugo Ibrahim Imani Ines Ingrid Isaac Isabel Ivy Jamal Jasmine Javier Jian José Joon-ho Kaito Kareem Katarina Kavya Keisha "
    "Khalid Kwame Laila Lamar Latoya Leilani Liam Lorenzo Lucinda Luis Magdalena Malik Marcus Margaret Mariam Mateo Mei-Ling Miguel "
    "Mina Mohammed Monique Nadia Naomi Nathan Nia Nikhil Noor Nuria Odette Olga Olivia Omar Oskar Pablo Patrice Pedro Phuong Precious "
    "Priya Quentin Rachel Rahul Ramona Rashida Ravi Renée Rosa Ruth Ryo Sadie Salma Samir Sanjay Sean Selena Shanice Shreya Sienna "
    "Simone Sofía Soren Stefan Sunita Svetlana Tamika Tariq Terrence Thanh Thea Tobias Trinity Tyrone Uma Valentina Vanessa Viktor "
    "Vivian Wei Wesley William Xavier Ximena Yaw Yesenia Yolanda Yusuf Zainab Zachary Zoë Mary Anne-Marie John Robert Patricia Linda"
).split()
_LAST = (
    "Abebe,Abernathy,Acosta,Adeyemi,Aguilar,Ahmed,Alvarez,Anderson,Andersson,Asante,Baptiste,Barnes,Becker,Begaye,Bennett,Bianchi,Blackhorse,"
    "Boateng,Brooks,Brown,Caldwell,Castellanos,Chang,Chaudhry,Chavez,Chen,Cho,Clark,Cohen,Cruz,D'Angelo,Da Silva,Dandridge,Das,Davis,De La Cruz,"
    "De Luca,Delgado,Diallo,Diaz,Dubois,Duong,Eriksen,Espinoza,Evans,Farnsworth,Fernández,Fischer,Fitzgerald,Fonseca,Freeman,Fuentes,Garcia,Gebre,"
    "Goldstein,Gonzales,Gray,Greene,Gupta,Gutierrez,Haddad,Hall,Hansen,Harris,Hassan,Hernandez-Ruiz,Hill,Hoang,Hoffman,Holloway,Huang,Hussein,Ibarra,"
    "Ivanov,Jackson,Jefferson,Jensen,Jimenez,Johnson,Jones,Joseph,Kaplan,Kapoor,Kaur,Keller,Khan,Kim,King,Kowalski,Kumar,Larsen,Le,Lee,Levy,Lewis,Li,"
    "Lin,Lindqvist,Liu,Lopez,MacLeod,Maldonado,Martin,Martinez,Mbeki,McCarthy,McDaniel,Medina,Mehta,Mendoza,Mitchell,Mohamed,Moore,Morales,Moreau,Morris,"
    "Muñoz,Murphy,Nakamura,Navarro,Nelson,Ng,Nguyen,Novak,Nwosu,O'Brien,O'Connor,Okafor,Okonkwo,Ortiz,Osei,Owens,Pacheco,Papadopoulos,Park,Parker,Patel,"
    "Pereira,Perez,Petrov,Pham,Phillips,Pierce,Popescu,Price,Quigley,Rahman,Ramirez,Reddy,Reyes,Rivera,Roberts,Robinson,Rodriguez,Rosenberg,Rossi,Ruiz,"
    "Russo,Sanchez,Santos,Schmidt,Schwartz,Scott,Shah,Sharma,Silva,Singh,Smith,Sokolov,St. Clair,Suarez,Sullivan,Takahashi,Tanaka,Taylor,Thomas,Thompson,"
    "Torres,Tran,Tsosie,Turner,Underwood,Van Dyke,Vang,Vargas,Vasquez,Venkataraman,Walker,Wang,Washington,Watanabe,Weaver,White,Williams,Wilson,Wong,Wood,"
    "Wright,Wu,Xiong,Xu,Yamamoto,Yang,Yazzie,Young,Zhang,Zielinski"
).split(",")
_SUFFIXES = ("Jr.", "III", "Sr.", "II", "Jr")
_STREET_NAMES = (
    "Alder Basswood Chestnut Dogwood Elm Founders Garnet Hillcrest Linden Quarry Maple Second Third Ninth Main Park Church "
    "Washington Lincoln Spring Ridge Sunset Lakeview Orchard Mill Cherry Cedar College University Prospect Highland Franklin"
).split()
_STREET_KINDS = "Street St Avenue Ave Blvd Court Ct Drive Dr Way Place Lane Ln Road Rd Terrace Circle Parkway".split()
_REAL = frozenset(
    "Redwood Redstone Westmark Westfield Greenwood Silvergate Blackrock Bluestone Northfield Clearwater Whitewater Springfield Ridgewood "
    "Lakewood Lakeside Riverside Northbrook Westbrook Oakwood Southside Northside Bridgewater Blackstone Bluerock Wildwood Goldfield PNC BMT "
    "SLM NSLP HSBC BNP TCF CFSB FNB BSB CSB PSB KSB NBT CNB SSB FSB TFS FDIC FFB GSL NSL HSL RBS MBNK".split()
)
"""Stems of companies and places that exist or might be taken for one."""
_STATES_SHORT = "AL AZ AR CA CO CT DE FL GA IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR PA RI SC SD TN TX UT VA VT WA WI WV WY".split()
_TOWN_PARTS = ("", "", "", "Port ", "New ", "Mount ", "Lake ", "East ", "West ", "Fort ", "St. ")
_TOWN_ENDS = ("", "", "", " Falls", " Springs", " City", " Heights", " Park", " Beach")
_MAJORS = (
    "Biology",
    "Nursing",
    "Economics",
    "Accounting",
    "Computer Science",
    "History",
    "Law",
    "Pharmacy",
    "Mechanical Engineering",
)


@dataclass(frozen=True, slots=True)
class Human:
    """A fictional person by the parts of the name; ``middle`` may be empty, an initial or a name."""

    first: str
    middle: str
    last: str
    suffix: str
    street: str
    city: str
    ssn: str


def draw_human(rng: Random, last: str | None = None) -> Human:
    """A person who does not exist, with a number in the never-issued 9xx area."""
    middle = rng.choice(
        ["", "", rng.choice("ABCDEFGHJKLMNPRSTW"), rng.choice("ABCDEFGHJKLMNPRSTW"), rng.choice(_FIRST)]
    )
    suffix = rng.choice(_SUFFIXES) if rng.random() < 0.05 else ""
    family = last or rng.choice(_LAST)
    if last is None and rng.random() < 0.06:
        family = f"{family.split()[-1]}-{rng.choice(_LAST).split()[-1]}"
    street, city = draw_street(rng), draw_city(rng)
    ssn = f"{rng.randint(900, 999)}-{rng.randint(10, 69)}-{rng.randint(1, 9999):04d}"
    return Human(rng.choice(_FIRST), middle, family, suffix, street, city, ssn)


def draw_street(rng: Random) -> str:
    """A street line."""
    street = f"{rng.randint(11, 19899)} {rng.choice(['', '', '', 'N. ', 'SW ', 'East '])}{rng.choice(_STREET_NAMES)} {rng.choice(_STREET_KINDS)}"
    if rng.random() < 0.3:
        street += rng.choice(
            [
                f", Apt {rng.randint(1, 40)}",
                f" #{rng.randint(2, 900)}",
                f" Unit {rng.randint(1, 30)}B",
                f" Apt. {rng.randint(1, 9)}C",
            ]
        )
    return street


def draw_town(rng: Random) -> str:
    """A town."""
    return f"{rng.choice(_TOWN_PARTS)}{rng.choice(_HEADS)}{rng.choice(_TAILS)}{rng.choice(_TOWN_ENDS)}"


def draw_city(rng: Random) -> str:
    """A line with town, state and postcode."""
    code = f"{rng.randint(1001, 99899):05d}" + (f"-{rng.randint(1, 9999):04d}" if rng.random() < 0.25 else "")
    return (
        f"{draw_town(rng)}{rng.choice([', ', ', ', ' '])}{rng.choice(_STATES_SHORT)} {rng.choice(['', '', ' '])}{code}"
    )


def draw_region(rng: Random) -> str:
    """A state, county or landscape."""
    return f"{rng.choice(_REGION_HEADS)}{rng.choice(_REGIONS)}{rng.choice(_REGION_TAILS)}"


def draw_stem(rng: Random) -> str:
    """What makes one organisation's name its own."""
    while (stem := _any_stem(rng)) in _REAL:
        pass
    return stem


def _any_stem(rng: Random) -> str:
    kind = rng.random()
    if kind < 0.42:
        return rng.choice(_HEADS) + rng.choice(_TAILS)
    if kind < 0.54:
        return rng.choice(_COINED)
    if kind < 0.68:
        first, second = rng.sample(_NOUNS, 2)
        return rng.choice([f"{first} {second}", f"{first} & {second}", f"{first} and {second}"])
    if kind < 0.78:
        first, second = rng.sample(_SURNAMES_OF_FIRMS, 2)
        return rng.choice([f"{first} & {second}", f"{first}-{second}", f"{first}, {second} & Co", first])
    if kind < 0.88:
        return draw_region(rng)
    if kind < 0.94:
        return "".join(rng.choice("BCDFGHKLMNPRSTVW") for _ in range(rng.choice([3, 3, 4])))
    return f"{rng.choice(['Greater', 'Great', 'New', 'First', 'Inter', 'Trans', 'United', 'American', 'Pan'])} {draw_region(rng)}"


def draw_organisation(rng: Random, kind: str) -> str:
    """A name for a ``lender``, ``servicer``, ``school``, ``state`` authority or ``government``."""
    if kind == "government":
        return rng.choice(GOVERNMENT)
    patterns = {"lender": _LENDERS, "servicer": _SERVICERS, "school": _SCHOOLS, "state": _STATES}[kind]
    stem = draw_region(rng) if kind == "state" or (kind == "school" and rng.random() < 0.3) else draw_stem(rng)
    if kind == "school" and "&" in stem:
        stem = rng.choice(_HEADS) + rng.choice(_TAILS)
    return rng.choice(patterns).format(stem, other=draw_town(rng))


def draw_phone(rng: Random) -> str:
    """A number with the fictional exchange 555."""
    area, line = rng.choice(["800", "888", "877", "866", str(rng.randint(201, 989))]), rng.randint(100, 9999)
    return rng.choice(["({}) 555-{:04d}", "1-{}-555-{:04d}", "{}-555-{:04d}", "{}.555.{:04d}", "{} 555 {:04d}"]).format(
        area, line
    )


def draw_words(rng: Random) -> str:
    """Text that is no value of the contract."""
    return rng.choice(["Yes", "No", "None", "N/A", "Full time", "In school", "Repayment", "Graduate", "Undergraduate", "Standard", "Level", "Web", "Junior",
                       "Active", "Current", "Electronic", "Half time", "Mail", "Single", "Rent", "Senior", "Deferred", *_MAJORS])  # fmt: skip
