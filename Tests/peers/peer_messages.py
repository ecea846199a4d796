"""Messages for comparisons: made up, the same ones each time, of lengths that differ as messages' do."""

import random

OPENINGS = ["Hi Anna,", "Thanks for the call.", "Quick question:", "As discussed,", "Hello team,", "Good morning!", ""]
CLAUSES = [
    "the enterprise price needs the approval of our procurement team", "can you send the redlines before Thursday",
    "we would renew for 36 months at a discount of 12%", "single sign-on was promised with the pilot",
    "the migration from Salesforce took longer than expected", "our security review is blocked by the audit report",
    "does the webhook retry when the endpoint times out", "I'll follow up with the onboarding plan",
    "the quote of $1,200.50 per seat does not include support", "their champion left the company in March",
    "legal asked for the data processing agreement again", "the demo went well with the VP of operations",
    "how many seats are unused this quarter", "integration with HubSpot is a blocker for us",
]


def messages(count, seed=20261124):
    """About 39 word pieces each on average: one to six clauses."""
    rng = random.Random(seed)
    texts = []
    for _ in range(count):
        parts = [rng.choice(CLAUSES) for _ in range(rng.randint(1, 6))]
        texts.append((rng.choice(OPENINGS) + " " + rng.choice([", ", ". ", " and "]).join(parts) + ".").strip())
    return texts
