"""Fictional people, schools, lenders and places. No real borrower, and no company that the author knows of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Organisation:
    """A lender or servicer.

    Attributes:
        name: As printed.
        family: Short key used in the truth file.
    """

    name: str
    family: str


def _organisations(*names: str) -> tuple[Organisation, ...]:
    return tuple(Organisation(name, name.split()[0].strip(",").lower()) for name in names)


LENDERS = {
    "heldout": _organisations(
        "Wrenfield Bank, N.A.",
        "Osprey Harbor Federal Credit Union",
        "Calderstone Education Lending, Inc.",
        "Juniper Ledge Student Finance LLC",
        "Sablecrest Bank, FSB",
        "Granite Loop Community Bank",
        "Aldermoor Student Loan Corporation",
        "Riverbend Teachers Credit Union",
        "Cinderpath Financial",
        "Highgarth Scholars Fund",
        "Marrowstone Trust Company",
        "Ivorybrook Education Capital, LP",
        "Copperline Savings & Loan",
        "State Higher Education Authority of Lakemont",
    ),
    "bundled": _organisations(
        "Fairloom Bank",
        "Thistledown Education Credit, Inc.",
        "Ashwick Federal Credit Union",
        "Peregrine Hollow Student Lending LLC",
        "Dovecote National Bank",
    ),
}

SERVICERS = {
    "heldout": _organisations(
        "Lanternway Loan Services",
        "Eastmark Student Servicing, LLC",
        "Cobble Creek Borrower Services, Inc.",
        "Trailhead Education Servicing",
        "Quartzfield Loan Administration",
        "Summit & Vale Servicing Co.",
        "Beaconsmith Financial Servicing",
        "Redbarn Loan Center",
    ),
    "bundled": _organisations(
        "Millrace Student Loan Servicing",
        "Oakhollow Account Administration, LLC",
        "Plainsong Loan Services, Inc.",
    ),
}

SCHOOLS = (
    "Kestrel Valley University",
    "Northam College of Arts and Sciences",
    "University of East Pellham",
    "Stonebridge Polytechnic Institute",
    "Larchmere Community College District",
    "Saint Brannoc College",
    "Waverly State University",
    "The Dunmore School of Law",
    "Coldwater Technical College",
    "Eldridge A&M University",
    "Harbor Point College of Pharmacy",
    "Mount Ansel University Medical School",
)

FIRST_NAMES = (
    "Abigail Andre Beatriz Caleb Chidi Danielle Devon Esther Farah Gabriel Hannah Hiroshi Imani Isabel Jamal Katherine "
    "Keiko Lamar Leila Marcus Mei Nadia Nathan Olivia Omar Priya Quentin Rachel Ravi Rosa Stefan Tamika Tobias Valentina "
    "Wesley Xiomara Yusuf Zachary Anne-Marie Mary"
).split()

LAST_NAMES = (
    "Abernathy,Baptiste,Castellanos,Chaudhry,D'Angelo,De Luca,Eriksen,Fitzgerald,Goldstein,Hernandez-Ruiz,Ivanov,Jefferson,"
    "Kim,Lindqvist,MacLeod,Nakamura,Nwosu,O'Connor,Papadopoulos,Quigley,Rahman,Ramirez,St. Clair,Tran,Underwood,Van Dyke,"
    "Venkataraman,Washington,Xu,Yamamoto,Zielinski,Brooks,Cho,Delgado,Fischer,Greene"
).split(",")

SUFFIXES = ("Jr.", "III", "Sr.")

STREETS = (
    "Alder",
    "Basswood",
    "Chestnut",
    "Dogwood",
    "Elm Grove",
    "Founders",
    "Garnet",
    "Hillcrest",
    "Linden",
    "Quarry",
)
STREET_KINDS = ("Street", "Avenue", "Blvd", "Court", "Drive", "Way", "Pl.")
CITIES = (
    "Bellingrath, OR 97401",
    "Carrington Falls, WI 53703",
    "Eastborough, MA 01005",
    "Glen Marrow, PA 17011",
    "Hartsel, CO 80449",
    "New Tamsin, NJ 08540",
    "Port Adley, FL 33432",
    "Rosemont Springs, NC 27514",
    "Sioux Bend, SD 57104",
    "Vernal Park, UT 84047",
)
