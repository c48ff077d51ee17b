"""Papers of other trades with dates, amounts and words that loan documents print too, and loan documents in rare wordings."""

from __future__ import annotations

from tests.page_factory import Row

OTHER_PAPERS: dict[str, list[Row | str]] = {
    "water bill": [
        "Milford Water District", "Your Water Bill", "", {54: "Account Number", 300: "4411-209"},
        {54: "Billing Date", 300: "03/02/2024"}, {54: "Due Date", 300: "03/22/2024"},
        {54: "Previous Balance", 300: "$48.20"}, {54: "Total Amount Due", 300: "$51.77"}, "",
        "Please detach this part and return it with your payment.",
    ],
    "telephone bill": [
        "Larkspur Wireless", "Monthly Statement", "", {54: "Statement Date", 300: "05/01/2024"},
        {54: "Account Number", 300: "88210034"}, {54: "Amount Due", 300: "$71.40"}, {54: "Pay By", 300: "05/21/2024"},
        "Past due amounts may incur a late charge.",
    ],
    "credit card statement": [
        "Ostrander Bank Card Services", "Account Statement", "", {54: "Statement Closing Date", 300: "06/12/2024"},
        {54: "New Balance", 300: "$1,204.88"}, {54: "Minimum Payment Due", 300: "$35.00"},
        {54: "Payment Due Date", 300: "07/09/2024"}, {54: "Credit Limit", 300: "$8,000.00"},
        {54: "Annual Percentage Rate", 300: "24.99%"}, {54: "Interest Charged", 300: "$21.13"},
        "Purchases", {54: "05/28", 120: "Brightwell Grocers", 300: "$64.10"}, {54: "06/02", 120: "Fuel Stop", 300: "$41.00"},
    ],
    "mortgage statement": [
        "Pinehollow Mortgage Servicing", "Mortgage Statement", "", {54: "Loan Number", 300: "0071182934"},
        {54: "Statement Date", 300: "02/18/2024"}, {54: "Payment Due Date", 300: "03/01/2024"},
        {54: "Amount Due", 300: "$2,118.04"}, {54: "Outstanding Principal", 300: "$287,410.22"},
        {54: "Interest Rate", 300: "6.125%"}, {54: "Escrow (Taxes and Insurance)", 300: "$512.33"},
        {54: "Property Address", 300: "18 Alder Court, Milford"}, {54: "Escrow Balance", 300: "$1,904.00"},
    ],
    "tuition bill": [
        "Eastbrook College", "Student Account Statement", "", {54: "Student Name", 300: "Mara Quist"},
        {54: "Student ID", 300: "20991822"}, {54: "Billing Date", 300: "08/01/2024"}, {54: "Tuition", 300: "$9,410.00"},
        {54: "Room and Board", 300: "$4,200.00"}, {54: "Student Activity Fee", 300: "$180.00"},
        {54: "Total Amount Due", 300: "$13,790.00"}, {54: "Due Date", 300: "08/25/2024"},
    ],
    "financial aid offer": [
        "Eastbrook College", "Financial Aid Offer", "", {54: "Student Name", 300: "Mara Quist"},
        {54: "Cost of Attendance", 300: "$31,200.00"}, {54: "Federal Pell Grant", 300: "$5,100.00"},
        {54: "Eastbrook Scholarship", 300: "$8,000.00"}, {54: "Federal Work-Study", 300: "$2,000.00"},
        {54: "Federal Direct Subsidized Loan", 300: "$3,500.00"}, "Accept or decline each award by May 1.",
    ],
    "wage statement": [
        "Form W-2 Wage and Tax Statement 2023", "", {54: "Employee's social security number", 300: "XXX-XX-1234"},
        {54: "Employer identification number", 300: "00-1234567"}, {54: "Wages, tips, other compensation", 300: "41,220.10"},
        {54: "Federal income tax withheld", 300: "4,108.00"}, {54: "Social security wages", 300: "41,220.10"},
        "Copy B To Be Filed With Employee's FEDERAL Tax Return", "OMB No. 1545-0008",
    ],
    "tuition tax form": [
        "Form 1098-T Tuition Statement 2023", "", {54: "FILER'S name", 300: "Eastbrook College"},
        {54: "STUDENT'S TIN", 300: "XXX-XX-1234"}, {54: "1 Payments received for qualified tuition", 300: "$9,410.00"},
        {54: "5 Scholarships or grants", 300: "$8,000.00"}, "Copy B For Student", "OMB No. 1545-1574",
    ],
    "mortgage interest form": [
        "Form 1098 Mortgage Interest Statement 2023", "", {54: "RECIPIENT'S/LENDER'S name", 300: "Pinehollow Mortgage"},
        {54: "PAYER'S/BORROWER'S name", 300: "Jo Alder"}, {54: "1 Mortgage interest received from borrower", 300: "$14,210.00"},
        {54: "2 Outstanding mortgage principal", 300: "$287,410.22"}, {54: "6 Points paid on purchase", 300: "$0.00"},
        "Copy B For Payer/Borrower", "OMB No. 1545-1380",
    ],
    "pay stub": [
        "Brightwell Grocers, Inc.", "Earnings Statement", "", {54: "Pay Period", 300: "04/01/2024 - 04/15/2024"},
        {54: "Pay Date", 300: "04/19/2024"}, {54: "Gross Pay", 300: "$1,802.00"}, {54: "Net Pay", 300: "$1,377.41"},
        {54: "Employee", 300: "Mara Quist"}, {54: "Year to Date", 300: "$12,614.00"},
    ],
    "job application": [
        "Employment Application", "", {54: "Applicant Name", 300: "Mara Quist"}, {54: "Date", 300: "04/19/2024"},
        {54: "Position Applied For", 300: "Night clerk"}, {54: "Current Employer", 300: "Brightwell Grocers"},
        {54: "Annual Income", 300: "$38,000"}, {54: "School", 300: "Eastbrook College"},
        "I certify that what I have stated is true and complete.", {54: "Applicant Signature", 300: "Date"},
    ],
    "admission application": [
        "Application for Admission", "Eastbrook College", "", {54: "Applicant Name", 300: "Mara Quist"},
        {54: "Application Date", 300: "01/11/2024"}, {54: "Expected Graduation", 300: "May 2028"},
        {54: "Citizenship", 300: "U.S. citizen"}, {54: "Application Fee", 300: "$60.00"},
    ],
    "credit card application": [
        "Ostrander Bank", "Credit Card Application", "", {54: "Applicant Name", 300: "Mara Quist"},
        {54: "Social Security Number", 300: "XXX-XX-1234"}, {54: "Gross Annual Income", 300: "$38,000.00"},
        {54: "Monthly Rent", 300: "$900.00"}, {54: "Employer", 300: "Brightwell Grocers"},
        "I certify that this is true. Annual percentage rate for purchases: 24.99%.",
    ],
    "car loan contract": [
        "Retail Installment Sale Contract", "", {54: "Buyer", 300: "Mara Quist"}, {54: "Seller", 300: "Pike Motors"},
        {54: "Vehicle", 300: "2021 sedan, 31,204 miles"}, {54: "Cash Price of Vehicle", 300: "$18,400.00"},
        {54: "Down Payment", 300: "$2,000.00"}, {54: "Trade-In", 300: "$1,500.00"},
        "You promise to pay the Seller. You give a security interest in the vehicle.",
    ],
    "insurance letter": [
        "Hartmoor Mutual Insurance", "Policy Renewal Notice", "", {54: "Policy Number", 300: "HM-209-118"},
        {54: "Premium Due", 300: "$412.00"}, {54: "Due Date", 300: "09/01/2024"}, {54: "Coverage Period", 300: "12 months"},
        "Your premium payment must reach us by the due date, or coverage ends.",
    ],
    "bank statement": [
        "Ostrander Bank", "Checking Account Statement", "", {54: "Statement Period", 300: "03/01/2024 - 03/31/2024"},
        {54: "Account Number", 300: "000118820"}, {54: "Beginning Balance", 300: "$1,911.20"},
        {54: "Ending Balance", 300: "$2,004.13"}, {54: "03/05", 120: "Loan payment", 300: "-$214.00"},
        {54: "03/15", 120: "Payroll", 300: "$1,377.41"},
    ],
    "lease": [
        "Residential Lease Agreement", "", "This agreement is between Alder Court Homes, the Landlord, and a Tenant.",
        "The Tenant promises to pay rent of $900.00 on the first day of each month for a term of 12 months.",
        {54: "Security Deposit", 300: "$900.00"}, {54: "Late Fee", 300: "$45.00"}, "In witness of which the parties sign.",
    ],
    "invoice": [
        "Pike Motors Service", "Invoice", "", {54: "Invoice Number", 300: "20411"}, {54: "Date", 300: "02/02/2024"},
        {54: "Brake pads", 300: "$180.00"}, {54: "Labor", 300: "$240.00"}, {54: "Amount Due", 300: "$420.00"},
        "Remit payment within 30 days.", {54: "Due Date", 300: "03/03/2024"},
    ],
    "class schedule": [
        "Eastbrook College", "Class Schedule", "", {54: "Student", 300: "Mara Quist"}, {54: "Term", 300: "Fall 2024"},
        {54: "MATH 101", 200: "Mon 9:00", 300: "Room 12"}, {54: "HIST 210", 200: "Tue 11:00", 300: "Room 4"},
    ],
    "letter about a loan": [
        "Dear Ms. Quist,", "", "Thank you for your call of March 2 about student loans. We do not lend, but our counselors",
        "can explain how payments, interest and repayment plans work. The service costs $25.00 a meeting.",
        "Our next free evening is 04/12/2024.", "", "Milford Community Advice",
    ],
    "advice on loans": [
        "Five Ways to Pay Off Student Loans Faster", "", "Pay more than the amount due each month. A payment of $20.00 more",
        "saves interest. Ask your servicer how an extra payment is applied to principal. Refinance when rates fall.",
        "Sign up for automatic debit: many lenders lower the interest rate by 0.25%.", "Milford Community Advice, June 2024",
    ],
    "deferment request": [
        "In-School Deferment Request", "", {54: "Borrower Name", 300: "Mara Quist"}, {54: "Account Number", 300: "211-517913-2"},
        {54: "School", 300: "Eastbrook College"}, "I request that my loans be deferred while I am enrolled at least half time.",
        {54: "Enrollment begins", 300: "08/25/2024"}, {54: "Borrower Signature", 300: "Date"},
    ],
    "transfer of servicing": [
        "Notice of Transfer of Servicing", "", "The servicing of your student loan moves from Stillbrook Servicing to",
        "Redbarn Loan Center on 04/01/2024. Send no payment to Stillbrook Servicing after that date.",
        {54: "Account Number", 300: "211-517913-2"}, {54: "Borrower", 300: "Mara Quist"},
    ],
    "denial letter": [
        "Notice of Adverse Action", "Calder Lending", "", "Dear Mara Quist,", "We cannot approve your application for credit.",
        "Income insufficient for the amount of credit requested. You have the right to a free copy of your report.",
        {54: "Date", 300: "02/02/2024"},
    ],
    "loan assignment for a car": [
        "Auto Loan Statement", "Pike Finance", "", {54: "Loan Number", 300: "20411"}, {54: "Payment Due Date", 300: "03/03/2024"},
        {54: "Amount Due", 300: "$420.00"}, {54: "Principal Balance", 300: "$14,204.12"}, {54: "Vehicle", 300: "2021 sedan"},
    ],
    "business loan application": [
        "Business Loan Application", "Ostrander Bank", "", {54: "Business Name", 300: "Brightwell Grocers"},
        {54: "Loan Amount Requested", 300: "$80,000.00"}, {54: "Annual Sales", 300: "$410,000.00"},
        {54: "Application Date", 300: "02/02/2024"}, {54: "Use of Funds", 300: "Equipment"},
    ],
}  # fmt: skip

RARE_WORDINGS: dict[str, list[tuple[str, list[Row | str]]]] = {
    "billing_statement": [
        ("a bill of two words", [
            "Stillbrook Servicing", "Your Loan Bill", "", {54: "Total Now Due", 300: "$287.08"},
            {54: "Date Payment Due", 300: "11/03/2025"}, {54: "Current Balance", 300: "$32,742.00"},
            {54: "Loan ID", 300: "211-517913-2"}, {54: "Interest Accrued", 300: "$133.56"},
            {54: "Previously Billed and Unpaid", 300: "$0.00"},
        ]),
        ("an invoice", [
            "Stillbrook Servicing", "Student Loan Invoice", "", {54: "Invoice Date", 300: "10/19/2025"},
            {54: "Pay This Much", 300: "$287.08"}, {54: "No Later Than", 300: "11/03/2025"},
            {54: "Principal Balance", 300: "$32,742.00"}, {54: "Loan Account", 300: "211-517913-2"},
        ]),
        ("a reminder", [
            "Stillbrook Servicing", "Your Education Loan Payment Is Coming Up", "", {54: "Payment Due", 300: "11/03/2025"},
            {54: "Amount Due", 300: "$287.08"}, {54: "Outstanding Balance", 300: "$32,742.00"},
            {54: "Account Number", 300: "211-517913-2"}, {54: "Past Due Amount", 300: "$0.00"},
        ]),
    ],
    "promissory_note": [
        ("a note and agreement", [
            "NOTE AND LOAN AGREEMENT", "", {54: "Original Principal Amount", 300: "$27,500.57"},
            "LEILA ORDWAY, the Borrower, agrees to repay to Calder Lending, the Lender, its successors and assigns,",
            "$27,500.57 with interest at a fixed rate of 7.13% per year in 96 monthly installments of $387.91.",
            "The Lender may sell or assign this Note without notice.", {54: "Borrower's Signature", 300: "Date"},
        ]),
        ("a title over two lines", [
            "Student Loan Promissory", "Note", "", {54: "Principal Sum", 300: "$12,600.00"}, {54: "Rate", 300: "4.09%"},
            "I will repay the Principal Sum with interest to the Lender.", {54: "Borrower's Signature", 300: "Date"},
        ]),
    ],
    "loan_application": [
        ("a summary", [
            "Application Summary", "Wrenfield Bank", "", {54: "Submitted On", 300: "7 April 2023"},
            {54: "Borrower Name", 300: "Mei Cho"}, {54: "School", 300: "The Dunmore School of Law"},
            {54: "Amount You Wish to Borrow", 300: "$61,883.00"}, {54: "Term Requested", 300: "36 months"},
            {54: "Gross Annual Income", 300: "$12,000.00"}, {54: "Other Financial Aid", 300: "$3,400.00"},
        ]),
        ("a request", [
            "Request to Borrow for Education", "Wrenfield Bank", "", {54: "Date of Request", 300: "7 April 2023"},
            {54: "Student Borrower", 300: "Mei Cho"}, {54: "College", 300: "Dunmore College"},
            {54: "How much would you like to borrow?", 300: "$61,883.00"}, {54: "Rate preference", 300: "Fixed"},
            {54: "Yearly income", 300: "$12,000.00"},
        ]),
    ],
    "loan_disclosure": [
        ("what a loan costs", [
            "The Cost of Your Student Loan", "Calder Lending", "", {54: "APR", 300: "7.41%"},
            {54: "Amount You Receive", 300: "$12,000.00"}, {54: "Finance Charge", 300: "$4,802.10"},
            {54: "Total of All Payments", 300: "$16,802.10"}, {54: "Interest Rate", 300: "7.13%"},
            {54: "Borrower", 300: "Mei Cho"},
        ]),
    ],
    "payoff_letter": [
        ("closing an account", [
            "Stillbrook Servicing", "What It Takes to Pay Off Your Loan", "", "You asked how much closes your student loan.",
            {54: "Amount to pay off your loan", 300: "$32,801.77"}, {54: "Good until", 300: "11/30/2025"},
            {54: "Each further day adds", 300: "$6.38"}, {54: "Loan Number", 300: "211-517913-2"},
        ]),
    ],
    "repayment_schedule": [
        ("a plan of payments", [
            "Your Loan Payment Plan", "Stillbrook Servicing", "", {54: "Loan Amount", 300: "$12,000.00"},
            {54: "No.", 120: "Due Date", 220: "Payment", 300: "Principal", 380: "Interest", 460: "Balance"},
            {54: "1", 120: "01/01/2025", 220: "$1,030.00", 300: "$980.00", 380: "$50.00", 460: "$11,020.00"},
            {54: "2", 120: "02/01/2025", 220: "$1,030.00", 300: "$984.08", 380: "$45.92", 460: "$10,035.92"},
            {54: "3", 120: "03/01/2025", 220: "$1,030.00", 300: "$988.18", 380: "$41.82", 460: "$9,047.74"},
            {54: "4", 120: "04/01/2025", 220: "$1,030.00", 300: "$992.30", 380: "$37.70", 460: "$8,055.44"},
        ]),
    ],
}  # fmt: skip
