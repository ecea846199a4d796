"""Vectors and exact neighbours in files, given or made by recollect's own encoder from generated sentences."""

from __future__ import annotations

import json
import os
import random
import subprocess
import tempfile
from dataclasses import dataclass

import numpy

TRUE_NEIGHBOURS = 100
HELD_OUT_QUERIES = 500


@dataclass(frozen=True)
class VectorFiles:
    """Paths of the vectors, the queries (both fbin) and the exact neighbours of each query (ibin)."""

    base: str
    query: str
    truth: str

    def load(self):
        """The three as matrices, mapped rather than read."""
        base, query = read_matrix(self.base, numpy.float32), read_matrix(self.query, numpy.float32)
        truth = read_matrix(self.truth, numpy.int32)
        if base.shape[1] != query.shape[1] or len(truth) != len(query):
            raise ValueError("base, queries and neighbours do not belong together")
        return base, query, truth


def read_matrix(path, kind):
    """A mapped matrix: u32 rows, u32 columns, then the values row after row."""
    rows, columns = (int(number) for number in numpy.fromfile(path, numpy.uint32, count=2))
    return numpy.memmap(path, kind, mode="r", offset=8, shape=(rows, columns))


def write_matrix(path, matrix):
    """Writes what `read_matrix` reads."""
    with open(path, "wb") as file:
        numpy.array(matrix.shape, numpy.uint32).tofile(file)
        numpy.ascontiguousarray(matrix).tofile(file)


def exact_neighbours(base, queries, count):
    """The row numbers with the greatest inner products, best first."""
    count = min(count, len(base))
    neighbours = numpy.empty((len(queries), count), numpy.int32)
    for start in range(0, len(queries), 100):
        scores = queries[start:start + 100] @ base.T
        best = numpy.argpartition(-scores, count - 1, axis=1)[:, :count]
        order = numpy.argsort(-numpy.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
        neighbours[start:start + 100] = numpy.take_along_axis(best, order, axis=1)
    return neighbours


def first_queries(files, count, folder):
    """The same vectors with only the first queries."""
    _, queries, truth = files.load()
    fewer = VectorFiles(files.base, os.path.join(folder, "first.fbin"), os.path.join(folder, "first.ibin"))
    write_matrix(fewer.query, queries[:count])
    write_matrix(fewer.truth, truth[:count])
    return fewer


# Sentences ------------------------------------------------------------------------------------------------------------

TEMPLATES = [
    "{person} from {company} asked whether {amount} for {seats} seats is still on the table.",
    "Our {plan} plan comes to {amount} a year with {seats} seats, and the quote is good until {date}.",
    "{company} wants {discount} off before they sign; {person} has to take it to finance by {date}.",
    "Could you send {person} the security questionnaire ahead of the {topic} review on {date}?",
    "The {topic} call with {person} moved to {date}, same link.",
    "{person}: legal returned the redlines on {topic}, we are aiming to close by {date}.",
    "We promised {company} a price of {amount} if they commit to {seats} users by {date}.",
    "{company} is comparing us with {rival}; their offer is {amount} for {seats} licenses.",
    "What happens to our {product} integration when we move from {plan} to enterprise?",
    "Thanks {person}, the demo of {product} landed well, {company} wants a pilot from {date}.",
    "Budget at {company} is frozen until {date}, so {person} suggests starting with {seats} seats.",
    "Hi {person}, following up on {topic}: did the team get a chance to look at the {product} proposal?",
    "The renewal of {company} is due on {date}, worth {amount}; {person} is the economic buyer.",
    "{person} worries about {topic} and asked for a reference customer who also uses {product}.",
    "I would rather pay {amount} once than monthly, said {person} when we talked about {topic}.",
    "Procurement at {company} needs a purchase order for {amount} and a W-9 before {date}.",
    "Is {product} available in the EU region? {company} cannot sign without {topic}.",
    "{person} churned from {rival} because of {topic}; pitch the {plan} plan at {amount}.",
    "Support said the {product} outage on {date} hit {seats} people at {company}, expect questions about {topic}.",
    "Let's offer {company} {discount} for a three year term, that still leaves {amount}.",
    "Champion at {company} is {person}, blocker is whoever owns {topic}.",
    "{person} will be out until {date}, please loop in procurement about the {amount} invoice.",
    "After the trial {seats} of the users at {company} were active in {product} every week.",
    "Notes from {date}: {person} liked {product}, disliked the price of {amount}, and asked about {topic}.",
]
SLOTS = {
    "person": (
        "Anna Meyer|Dan Whitford|Priya Raman|Tomás Ortega|Grace Liu|Oluwaseun Ade|Marta Kowalska|Jonas Berg|"
        "Leila Haddad|Kenji Mori|Sofia Rossi|Peter Novak|Amara Diallo|Ruth Cohen|Viktor Petrov|Hannah Schmidt|"
        "Luis Campos|Emily Stone"
    ).split("|"),
    "company": (
        "Globex|Initech|Northwind Freight|Bluefin Labs|Cobalt Health|Redwood Bank|Harbor Logistics|Sunfield Energy|"
        "Pinecrest Schools|Atlas Robotics|Maple Insurance|Quarry Metals|Brightside Media|Fjord Shipping|Tandem Travel"
    ).split("|"),
    "product": (
        "Salesforce sync|call recording|the analytics dashboard|email sequences|the mobile app|lead scoring|"
        "the data warehouse export|single sign-on|the Slack connector|the forecasting module"
    ).split("|"),
    "topic": (
        "data residency|the termination clause|onboarding time|price protection|user provisioning|uptime guarantees|"
        "audit logs|the migration plan|payment terms|API rate limits|training for new hires|GDPR"
    ).split("|"),
    "plan": "starter|team|business|growth".split("|"),
    "rival": "HubSpot|Pipedrive|Zoho|a home-grown tool|spreadsheets".split("|"),
}
MONTHS = "January February March April May June July August September October November December".split()


def sales_sentence(source):
    """One sentence of a conversation about a sale."""
    words = {name: source.choice(choices) for name, choices in SLOTS.items()}
    words["amount"] = f"${source.randint(8, 1900) * 50:,}"
    words["seats"] = source.randint(3, 900)
    words["discount"] = f"{source.randint(3, 35)}%"
    words["date"] = f"{source.randint(1, 28)} {source.choice(MONTHS)}"
    return source.choice(TEMPLATES).format(**words)


def sales_sentences(count, seed):
    """Distinct sentences, the same ones for the same seed."""
    source = random.Random(seed)
    found = {}
    while len(found) < count:
        found[sales_sentence(source)] = None
    return list(found)


# Embedding ------------------------------------------------------------------------------------------------------------

def embed(recollect, sentences):
    """Vectors of sentences by `recollect model encode`: a JSON string a line in, {"tokens", "vector"} a line out."""
    vectors = []
    with tempfile.TemporaryFile("w+", encoding="utf-8") as lines:
        lines.writelines(json.dumps(sentence) + "\n" for sentence in sentences)
        lines.flush()
        lines.seek(0)
        command = [recollect, "model", "encode"]
        with subprocess.Popen(command, stdin=lines, stdout=subprocess.PIPE, text=True, encoding="utf-8") as encoder:
            for line in encoder.stdout:
                vectors.append(numpy.array(json.loads(line)["vector"], numpy.float32))
    if encoder.returncode != 0 or len(vectors) != len(sentences):
        raise RuntimeError(f"{recollect} model encode answered {len(vectors)} of {len(sentences)} sentences")
    return numpy.stack(vectors)


def make_vector_files(folder, recollect, count, seed, say):
    """Files of embedded sentences: `count` of them as the base, 500 others as queries."""
    say(f"embedding {count + HELD_OUT_QUERIES} sentences with {recollect}")
    vectors = embed(recollect, sales_sentences(count + HELD_OUT_QUERIES, seed))
    base, queries = vectors[:count], vectors[count:]
    files = VectorFiles(*(os.path.join(folder, name) for name in ("base.fbin", "query.fbin", "truth.ibin")))
    write_matrix(files.base, base)
    write_matrix(files.query, queries)
    write_matrix(files.truth, exact_neighbours(base, queries, TRUE_NEIGHBOURS))
    return files
