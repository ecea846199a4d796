#!/usr/bin/env python3
"""Compares recollect's encoder with ONNX Runtime: same model, same messages, one thread, one run.

Each engine is measured in every round, one after the other, and its fastest round counts. ONNX Runtime gets the model
as plain operators, which it fuses as it can, and written with its own fused ones (attention, bias and GELU, skip and
layer normalisation); in 8 bits, as its dynamic quantization makes it, with a scale per tensor and per channel. Its
batches are of messages of similar length, so that little is padding. Its best configuration counts for each precision.

Seconds are of processor time, over all threads. recollect's include cutting texts into tokens and pooling; ONNX
Runtime's do not.

The packages come from the Python Package Index, into a virtual environment of this script's own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "reference"))

from peer_environment import continue_with, default_environment, installed_python

PACKAGES = ["numpy==2.4.6", "onnx==1.23.2", "onnxruntime==1.32.0", "tokenizers==0.23.3"]
EXAMPLES = """\
examples:
  encoder_peers.py --recollect .build/release/recollect-bench
  encoder_peers.py --rounds 3 --batch 1 --batch 32 --json peers.json
  encoder_peers.py --python ~/venv/bin/python
"""


def say(text):
    """Progress, beside the table."""
    print(text, file=sys.stderr, flush=True)


# Measuring ------------------------------------------------------------------------------------------------------------

class Fastest:
    """Messages a second of processor time by engine and batch, of the fastest round."""

    def __init__(self):
        self.speeds = {}

    def add(self, precision, engine, batch, speed):
        """Counts one round."""
        key = (precision, engine, batch)
        self.speeds[key] = max(speed, self.speeds.get(key, 0.0))

    def best(self, precision, is_own, batch=None):
        """The fastest of recollect, or of all others, at a batch size or at any: speed, engine and batch."""
        return max((speed, engine, b) for (p, engine, b), speed in self.speeds.items()
                   if p == precision and (engine == "recollect") == is_own and batch in (None, b))


def recollect_round(options, texts, fastest):
    """One round of recollect's own benchmark, in a process of its own."""
    command = [options.recollect, "encoder", "--model", options.model, "--texts", texts, "--threads", "1", "--json",
               "--rounds", "1"]
    for batch in options.batch:
        command += ["--batch", str(batch)]
    report = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    for result in report["results"]:
        for speed in result["speeds"]:
            fastest.add(result["precision"], "recollect", speed["batch"], speed["messages_per_cpu_s"])
    return report


def onnx_round(sessions, tokens, batches, fastest):
    """One round of each of ONNX Runtime's configurations."""
    from peer_bert import padded

    for (precision, name), session in sessions.items():
        for batch in batches:
            inputs = [padded(tokens[at:at + batch]) for at in range(0, len(tokens), batch)]
            session.run(None, inputs[0])
            started = time.process_time()
            for feed in inputs:
                session.run(None, feed)
            fastest.add(precision, name, batch, len(tokens) / (time.process_time() - started))


def compare(options):
    """Measures all rounds, and prints the table."""
    from encoder_reference import reference_tokenizer
    from peer_bert import onnx_sessions
    from peer_messages import messages

    texts = messages(options.messages)
    encode = reference_tokenizer(options.model)
    tokens = sorted((encode(text) for text in texts), key=len)
    fastest = Fastest()
    with tempfile.TemporaryDirectory(prefix="recollect-peers-") as folder:
        path = os.path.join(folder, "messages.txt")
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(texts) + "\n")
        sessions = onnx_sessions(options.model, folder)
        for number in range(options.rounds):
            say(f"round {number + 1} of {options.rounds}")
            report = recollect_round(options, path, fastest)
            onnx_round(sessions, tokens, options.batch, fastest)
    mean = sum(map(len, tokens)) / len(tokens)
    print(f"{len(texts)} messages of {mean:.1f} tokens, one thread, {report['instructions']}, "
          f"{options.rounds} rounds\n\n{table(options, fastest)}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"tokens_per_message": mean, "instructions": report["instructions"], "packages": PACKAGES,
                       "results": [{"precision": p, "engine": e, "batch": b, "messages_per_cpu_s": speed}
                                   for (p, e, b), speed in sorted(fastest.speeds.items())]}, file, indent=2)


def table(options, fastest):
    """Messages a second of processor time, and recollect's beside ONNX Runtime's best."""
    lines = ["| precision | batch | recollect | ONNX Runtime | its configuration | ratio | ratio to its best of any batch |",
             "|---|---:|---:|---:|---|---:|---:|"]
    for precision in ("float32", "int8"):
        for batch in options.batch:
            own, _, _ = fastest.best(precision, True, batch)
            peer, name, _ = fastest.best(precision, False, batch)
            best, _, _ = fastest.best(precision, False)
            lines.append(f"| {precision} | {batch} | {own:.0f} | {peer:.0f} | {name} | {own / peer:.2f} | {own / best:.2f} |")
    return "\n".join(lines) + "\n\nMessages per second of processor time."


def parse_arguments():
    """The command line."""
    from encoder_reference import default_model

    parser = argparse.ArgumentParser(description=__doc__, epilog=EXAMPLES,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recollect", default=os.path.join(HERE, "..", "..", ".build", "release", "recollect-bench"),
                        help="recollect-bench, built for release")
    parser.add_argument("--model", default=default_model(), help="the model's folder")
    parser.add_argument("--messages", type=int, default=256)
    parser.add_argument("--batch", type=int, action="append", help="messages a call; several times for several")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", help="write all figures to this file too")
    parser.add_argument("--python", help="an interpreter that has the packages, instead of a virtual environment")
    parser.add_argument("--environment", default=default_environment("encoder-peers-venv"), help="the virtual environment's folder")
    parser.add_argument("--no-install", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.batch = options.batch or [1, 32]
    return options


def main():
    """Prepares what the comparison needs, and compares."""
    options = parse_arguments()
    if not options.no_install:
        continue_with(options.python or installed_python(options.environment, PACKAGES))
    try:
        compare(options)
    except (OSError, RuntimeError, ValueError, subprocess.CalledProcessError) as problem:
        sys.exit(f"encoder_peers.py: {problem}")


if __name__ == "__main__":
    main()
