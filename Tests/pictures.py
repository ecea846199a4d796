#!/usr/bin/env python3
"""Pictures of the explorer's main views in every theme, as PNG files to look at.

    python3 Tests/pictures.py FOLDER [--size 120x40] [--themes nord,dracula] [--colors truecolor,256,16,none] [--program PATH]

Runs `recollect demo` on sample data of its own for each theme and number of colours, walks through the views, and saves
THEME-VIEW.png; THEME.png has them side by side, and themes.png one view of all. Needs a built `recollect`, Python's
pyte and pillow, and a monospaced font (Debian: fonts-dejavu-core).
"""

import argparse
import fcntl
import os
import pathlib
import pty
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time

import pyte
from PIL import Image, ImageDraw, ImageFont

ROOT = pathlib.Path(__file__).resolve().parent.parent

# What is pressed to come to each view from the one before. The pause lets answers and the model come.
VIEWS = [
    ("browse", []),
    ("transcript", ["\r", "\r"]),
    ("context", ["c"]),
    ("search", ["\x1b", "\x1b", "s", "what did we promise Globex about pricing? channel:web -refund", "\r"]),
    ("hit", ["\r"]),
    ("info", ["\x1b", "i"]),
    ("help", ["q", "?"]),
    ("themes", ["\x1b", "T"]),
]

# The sixteen colours as xterm shows them: black, red, green, yellow, blue, magenta, cyan, white, then the bright ones.
SIXTEEN = [
    "000000", "cd0000", "00cd00", "cdcd00", "0000ee", "cd00cd", "00cdcd", "e5e5e5",
    "7f7f7f", "ff0000", "00ff00", "ffff00", "5c5cff", "ff00ff", "00ffff", "ffffff",
]
NAMES = ["black", "red", "green", "brown", "blue", "magenta", "cyan", "white"]
NAMED = {name: SIXTEEN[index] for index, name in enumerate(NAMES)}
NAMED |= {"bright" + name: SIXTEEN[index + 8] for index, name in enumerate(NAMES)}
NAMED["brightyellow"] = NAMED["brightbrown"]

TERMINALS = {
    "truecolor": {"TERM": "xterm-256color", "COLORTERM": "truecolor"},
    "256": {"TERM": "xterm-256color"},
    "16": {"TERM": "xterm-16color"},
    "none": {"TERM": "xterm-256color", "NO_COLOR": "1"},
}


class Terminal:
    """A program on a pseudo terminal, and what it shows."""

    def __init__(self, command, columns, rows, environment):
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.process, self.descriptor = pty.fork()
        if self.process == 0:
            for name in ("COLORTERM", "NO_COLOR"):
                os.environ.pop(name, None)
            os.environ.update(LANG="C.UTF-8", **environment)
            os.execvp(command[0], command)
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def settle(self, quiet=0.25, limit=20.0):
        """Reads until nothing has come for a while."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if not select.select([self.descriptor], [], [], quiet)[0]:
                return
            try:
                received = os.read(self.descriptor, 1 << 16)
            except OSError:
                return
            self.stream.feed(received)

    def wait_for(self, text, limit=60.0):
        end = time.monotonic() + limit
        while not any(text in line for line in self.screen.display):
            if time.monotonic() > end:
                sys.exit("the explorer did not show %r; it shows:\n%s" % (text, "\n".join(self.screen.display)))
            self.settle(0.1, 1.0)

    def press(self, keys):
        os.write(self.descriptor, keys.encode())
        # Longer than a lone escape is waited for, or the next key would join it.
        self.settle(0.12)

    def close(self):
        os.kill(self.process, signal.SIGHUP)
        os.waitpid(self.process, 0)
        os.close(self.descriptor)


class Painter:
    """Draws a screen as a terminal would."""

    def __init__(self, font_size, light):
        self.regular = self.font("DejaVuSansMono.ttf", font_size)
        self.bold = self.font("DejaVuSansMono-Bold.ttf", font_size)
        self.width, self.height = round(self.regular.getlength("M")), round(font_size * 1.25)
        self.foreground, self.background = ("#1c1c1c", "#ffffff") if light else ("#d8d8d8", "#101010")

    @staticmethod
    def font(name, size):
        path = pathlib.Path("/usr/share/fonts/truetype/dejavu") / name
        if not path.exists():
            sys.exit(f"there is no font {path}: apt-get install fonts-dejavu-core")
        return ImageFont.truetype(str(path), size)

    def color(self, name, default):
        if name == "default":
            return default
        return "#" + NAMED.get(name, name)

    def paint(self, screen):
        image = Image.new("RGB", (screen.columns * self.width, screen.lines * self.height), self.background)
        draw = ImageDraw.Draw(image)
        for y in range(screen.lines):
            for x in range(screen.columns):
                self.cell(draw, screen.buffer[y][x], x * self.width, y * self.height)
        return image

    def cell(self, draw, cell, x, y):
        foreground = self.color(cell.fg, self.foreground)
        background = self.color(cell.bg, self.background)
        if cell.reverse:
            foreground, background = background, foreground
        draw.rectangle([x, y, x + self.width - 1, y + self.height - 1], fill=background)
        if cell.data.strip():
            draw.text((x, y), cell.data, font=self.bold if cell.bold else self.regular, fill=foreground)
        if cell.underscore:
            draw.line([x, y + self.height - 2, x + self.width - 1, y + self.height - 2], fill=foreground)


def tiles(images, columns):
    """Images of one size beside and below each other."""
    width, height = images[0].size
    rows = (len(images) + columns - 1) // columns
    sheet = Image.new("RGB", (columns * (width + 8), rows * (height + 8)), "#888888")
    for index, image in enumerate(images):
        sheet.paste(image, (index % columns * (width + 8), index // columns * (height + 8)))
    return sheet


def program(path):
    if path:
        return path
    shown = subprocess.run(
        ["swift", "build", "--show-bin-path"], cwd=ROOT, capture_output=True, text=True, check=True)
    return str(pathlib.Path(shown.stdout.strip()) / "recollect")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--size", default="120x40")
    parser.add_argument("--font-size", type=int, default=14)
    parser.add_argument("--themes", help="names with commas between; all where left out")
    parser.add_argument("--colors", default="truecolor", help="with commas between: " + ", ".join(TERMINALS))
    parser.add_argument("--program")
    arguments = parser.parse_args()
    columns, rows = (int(part) for part in arguments.size.split("x"))
    files = sorted((ROOT / "Themes").glob("*.toml"))
    themes = arguments.themes.split(",") if arguments.themes else [file.stem for file in files]
    binary = program(arguments.program)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    overview = []
    with tempfile.TemporaryDirectory() as data:
        for theme in themes:
            for colors in arguments.colors.split(","):
                name = theme if colors == "truecolor" else f"{theme}-{colors}"
                light = any(word in theme for word in ("light", "latte")) and colors != "none"
                painter = Painter(arguments.font_size, light)
                command = [binary, "demo", "--data", data, "--theme", theme]
                terminal = Terminal(command, columns, rows, TERMINALS[colors])
                terminal.wait_for("Sessions")
                pictures = []
                for view, keys in VIEWS:
                    for key in keys:
                        terminal.press(key)
                    terminal.settle(0.4)
                    picture = painter.paint(terminal.screen)
                    picture.save(arguments.folder / f"{name}-{view}.png")
                    pictures.append(picture)
                terminal.close()
                tiles(pictures, 2).save(arguments.folder / f"{name}.png")
                overview.append(pictures[3])
                print(arguments.folder / f"{name}.png", flush=True)
    tiles(overview, 3).save(arguments.folder / "themes.png")


if __name__ == "__main__":
    main()
