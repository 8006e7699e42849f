"""What people write into subjects, next steps and dispositions."""

from typing import Final


PRODUCTS: Final = (
    ("Route Planner", 4_800),
    ("Fleet Sensors", 220),
    ("Depot Console", 12_500),
    ("Driver App", 95),
    ("Analytics Add-on", 3_100),
    ("Onboarding Package", 6_000),
)
NEEDS: Final = (
    "route planning",
    "fleet sensors",
    "depot rollout",
    "driver app",
    "analytics",
    "platform migration",
    "cold chain pilot",
)
INDUSTRIES: Final = (
    "Manufacturing",
    "Transportation",
    "Retail",
    "Healthcare",
    "Agriculture",
    "Energy",
)
#: What an account is to us, and how often.
ACCOUNT_TYPES: Final = (
    ("Prospect", 0.6),
    ("Customer - Direct", 0.27),
    ("Customer - Channel", 0.08),
    ("Channel Partner / Reseller", 0.05),
)
TITLES: Final = (
    "Head of Logistics",
    "Fleet Manager",
    "IT Manager",
    "Operations Analyst",
    "Purchasing Lead",
    "Depot Supervisor",
)
DECIDING_TITLES: Final = ("CFO", "COO", "VP Operations", "Managing Director")
#: The contact roles of those who decide.
DECIDING: Final = ("Decision Maker", "Economic Buyer", "Executive Sponsor")
LEAD_SOURCES: Final = ("Web", "Phone Inquiry", "Partner Referral", "Trade Show")
LOSS_REASONS: Final = (
    ("No decision", 0.34),
    ("Price", 0.24),
    ("Competitor", 0.22),
    ("No budget", 0.12),
    ("Other", 0.08),
)

CALL_SUBJECTS: Final = (
    "Call",
    "Call about requirements",
    "Follow-up call",
    "Call about the quote",
    "Check-in",
)
MAIL_SUBJECTS: Final = (
    "Next steps",
    "Our proposal",
    "Checking in",
    "Answers to your questions",
    "Quick question about the depots",
    "Draft contract",
)
BUYER_SUBJECTS: Final = (
    "A question from our side",
    "Updated requirements",
    "Who should join from your team?",
    "Security questionnaire",
)
MEETING_SUBJECTS: Final = (
    "Discovery meeting",
    "Product demo",
    "Requirements workshop",
    "Proposal review",
    "Contract review",
)
TASK_SUBJECTS: Final = (
    "Send the quote",
    "Follow up",
    "Prepare the demo",
    "Ask for the org chart",
    "Get security answers",
)
DISPOSITIONS: Final = (
    ("Left voicemail", 0.5),
    ("No answer", 0.35),
    ("Busy", 0.1),
    ("Wrong number", 0.05),
)

NEXT_STEPS: Final = (
    "Demo for the depot leads",
    "Send pricing for 40 vehicles",
    "Review contract with legal",
    "Reference call with a similar fleet",
    "Agree pilot scope with IT",
    "Meet CFO about budget",
    "Collect requirements from operations",
    "Security review of the integration",
)
#: Next steps that say nothing.
BOILERPLATE: Final = ("Follow up", "tbd", "Waiting", "ping", "Touch base", "n/a", "-")
#: A next step with a day in it, which soon is over.
DATED: Final = "Call {who} on {day}"

#: What is left in a field by people who had to write something.
PLACEHOLDER_AMOUNTS: Final = (1.0, 10.0, 100.0, 999_999.0)
