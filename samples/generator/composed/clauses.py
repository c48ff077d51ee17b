"""General clauses and headings that any maker's terms may have, in this project's own words."""

CLAUSES = (
    "If a payment is more than {any_term} late, a late charge of {any_money} or {any_rate} of the payment, whichever is less, may be added.",
    "A check, draft or electronic payment that is returned unpaid may be charged {any_money}.",
    "Interest rates offered between {any_date} and {any_date} ranged from {any_rate} to {any_rate}; the rate that you receive depends on your credit.",
    "A borrower who pays by automatic debit may have the rate reduced by {any_rate} while the debit is in effect.",
    "For example, a loan of {any_money} at {any_rate} repaid over {any_term} has a payment of about {any_money} a month.",
    "The variable rate equals an index plus a margin of {any_rate}, and can never exceed {any_rate}.",
    "You must be at least 18 years old, or 19 in some states, and a resident of the United States, to borrow without a cosigner.",
    "A cosigner may be released after {any_term} of consecutive payments on time, if the borrower then qualifies alone.",
    "You may cancel without penalty until midnight of the third business day after you receive the final disclosure.",
    "Deferment while enrolled at least half time is granted for up to {any_term}; interest continues to accrue.",
    "Forbearance is granted in periods of {any_term} and for not more than {any_term} over the life of the loan.",
    "We report to consumer reporting agencies. Late payments, missed payments and other defaults may be shown in your credit report.",
    "Notices are sent to the last address that we have. Notify us within {any_term} if you move, or call {any_phone}.",
    "Federal loans may have fixed rates from {any_rate} to {any_rate}; ask the financial aid office of your school about them.",
    "If you die or become totally and permanently disabled, the amount that remains is forgiven upon proof.",
    "In case of default all that is owed may become due at once, and reasonable costs of collection up to {any_rate} may be added.",
    "This agreement is governed by federal law and by the law of the state in which the creditor is located.",
    "The holder may assign this loan. Any holder is subject to the claims and defenses that you could assert against the seller.",
    "You may prepay the whole or any part at any time. A prepayment does not postpone the next payments unless you ask for it.",
    "Members of the armed forces and their dependents may be entitled to a rate of not more than {any_rate} and other protections.",
    "This statement was prepared by {any_name} for {any_organisation} and supersedes that of {any_date}.",
    "If you believe that there is an error, write to us within {any_term} of the first statement on which it appeared.",
    "Payments received after 5:00 p.m. are credited as of the following business day.",
    "Send disputes about the accuracy of information to {any_organisation}, Attention: Credit Reporting, or call {any_phone}.",
    "Unless you instruct us otherwise, money in excess of what is due goes to the loan with the highest rate first.",
    "An origination fee of up to {any_rate} of the amount requested may be deducted from each disbursement.",
    "Income-driven plans may lower the payment to {any_money}; the total cost may rise because you pay for longer.",
    "The school certifies the cost of attendance; an amount above it, for instance {any_money}, is not disbursed.",
)
HEADS = (
    "Late Charges", "Prepayment", "Default", "Governing Law", "Notices", "Interest", "Fees", "Cosigner", "Assignment", "Disbursement", "Deferment",
    "Forbearance", "Credit Reporting", "Definitions", "Promise to Pay", "Collection Costs", "Cancellation", "Use of Proceeds", "Variable Rate",
    "Repayment", "Your Rights", "General", "Privacy", "Arbitration", "Military Service", "Additional Terms", "Important Information", "Electronic Payments",
)  # fmt: skip
MESSAGES = (
    "Sign up for paperless statements and never lose one again.", "Pay online at any hour, free of charge.", "Do not send cash.",
    "Please write your account number on your check.", "See the reverse side for important information.", "Thank you for your business.",
    "Please allow 5 to 7 business days for mailed payments.", "Has your address changed? Please mark the box and complete the back.",
)  # fmt: skip
FOOTS = ("Page {}", "- {} -", "{}", "Page {} of the agreement", "Rev. 03/19 - Page {}", "p. {}")
ALTERNATIVES = (
    ("Direct Subsidized Loan", "Undergraduate students"), ("Direct Unsubsidized Loan", "Undergraduate students"), ("Direct Unsubsidized Loan", "Graduate students"),
    ("Direct PLUS Loan", "Parents and graduate students"), ("Perkins Loan", "All students with need"),
)  # fmt: skip
