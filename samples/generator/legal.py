"""The small print: paragraphs that a reader must not take values from. All written for this project."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from random import Random

from samples.generator.ink import Ink

GENERAL = (
    "If we do not receive a payment within {days} days of its due date, we may charge a late fee of up to {fee}. A payment that "
    "your bank returns unpaid may be charged {other_fee}.",
    "You may pay any part of what you owe ahead of time without a penalty. Extra money goes first to fees, then to interest, and "
    "then to principal, unless you tell us in writing to do otherwise.",
    "We may report information about this account to consumer reporting agencies. Missed or late payments may be reflected in your "
    "credit report for as long as seven years.",
    "Borrowers who enroll in automatic debit may qualify for a reduction of {small_rate} while payments are withdrawn from a "
    "checking or savings account. The reduction ends after {small} returned debits in any 12 month period.",
    "Members of the armed forces on active duty may ask for a cap of 6% under federal law. Send a copy of your orders to the "
    "address above or call {phone}.",
    "Should you become totally and permanently disabled, or die, any balance that remains may be discharged as the law provides. "
    "Proof must reach us within {days} days.",
    "Forbearance may be granted in periods of up to {small} months and for no more than 24 months over the life of the loan. "
    "Interest continues to accrue and may be capitalized at the end of each period.",
    "Interest is computed on the principal outstanding each day, using a year of 365 days. In leap years the same divisor is used.",
    "Complaints may be addressed to our Office of the Borrower Advocate, P.O. Box {box}, or by calling {phone} between 8 a.m. and "
    "6 p.m. Central time, Monday to Friday.",
    "This communication is from a company that is allowed to collect debts. If you have filed for bankruptcy, it is for information "
    "only and no attempt to collect.",
    "As an example, a loan of {example} at {example_rate} repaid over 10 years would cost {example_payment} each month. Your own "
    "figures will differ.",
    "Rates published on {old_date} ranged from {low_rate} to {high_rate} depending on credit history, school and repayment plan.",
    "Keep a copy of this page for your records. A duplicate can be had for {other_fee} and is sent by first class mail.",
    "Changes of address must be made in writing or online. A change that reaches us after {old_date} may not show on this page.",
)

NOTE = (
    "I will use the proceeds only for the cost of attendance at an eligible school, and will return within {days} days any amount "
    "that is not used for that purpose.",
    "If I fail to make a payment within 120 days after it is due, the Lender may declare the entire unpaid amount immediately due, "
    "to the extent that the law permits, and I will pay reasonable costs of collection.",
    "The Lender may sell or assign this Note without notice. My obligations stay the same, and any holder takes it subject to the "
    "claims and defenses that I could bring against the seller of educational services.",
    "No waiver by the holder of any right is a waiver of another right or of the same right later on. If one part of this agreement "
    "is found invalid, the others remain in force.",
    "I understand that I may cancel within {small} business days after approval by calling {phone}, and that no funds are sent "
    "before that time has passed.",
    "Unpaid interest that accrues while I am in school, in grace or in deferment may be added to principal when repayment begins.",
    "Notice to cosigner: you are being asked to guarantee this debt. If the borrower does not pay, you will have to. The creditor "
    "can collect from you without first trying to collect from the borrower.",
    "This agreement is governed by federal law and, where that does not apply, by the law of the state in which the Lender is "
    "located. Venue for disputes up to {example} lies in small claims court.",
)

APPLICATION = (
    "By signing I certify that what I have stated is true and complete, and I authorize the lender, the school and their agents to "
    "verify it and to obtain a consumer report.",
    "Federal law requires us to obtain, verify and record information that identifies each person who opens an account.",
    "Income from alimony, child support or separate maintenance need not be revealed if you do not wish it to be considered.",
    "A self-certification form must be received before any funds are sent. Requests below {other_amount} are not accepted.",
)


def legal_text(ink: Ink, texts: tuple[str, ...], count: int) -> list[str]:
    """Some paragraphs of small print, with figures that belong to nothing."""
    rng: Random = ink.rng
    chosen = rng.sample(texts, min(count, len(texts)))
    anchor = ink.facts.fields["document_date"]
    return [
        text.format(
            days=rng.choice([10, 15, 30]),
            small=rng.choice([3, 4, 6]),
            fee=ink.money(Decimal(rng.choice([15, 25, 28, 35]))),
            other_fee=ink.money(Decimal(rng.choice([5, 12, 20]))),
            other_amount=ink.money(Decimal(1000)),
            small_rate=rng.choice(["0.25%", "0.50%", "one quarter of one percent"]),
            phone=phone(rng),
            box=rng.randint(1000, 99999),
            example=ink.money(Decimal(10000)),
            example_rate=rng.choice(["6%", "8.00%", "10%"]),
            example_payment=ink.money(Decimal(rng.choice([11102, 12133, 13215])) / 100),
            low_rate=f"{rng.randint(250, 490) / 100:.2f}%",
            high_rate=f"{rng.randint(1400, 1699) / 100:.2f}%",
            old_date=ink.date(anchor - timedelta(days=rng.randint(20, 300))),
        )
        for text in chosen
    ]


def phone(rng: Random) -> str:
    """A telephone number of the range reserved for fiction."""
    end = rng.randint(100, 199)
    return rng.choice([f"1-888-555-0{end}", f"(877) 555-0{end}", f"800.555.0{end}", f"1 (866) 555-0{end}"])
