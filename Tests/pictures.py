#!/usr/bin/env python3
"""Pictures of the explorer's views in every theme, as PNG files to look at.

    python3 Tests/pictures.py FOLDER [--sizes 80x24,200x60] [--themes nord,dracula] [--views search,help]
                              [--colors truecolor,256,16,none] [--locale C] [--program PATH] [--text]

Runs `recollect demo` on sample data of its own for each theme, size and number of colours, walks through the views, and
saves THEME-SIZE-VIEW.png; THEME-SIZE.png has them side by side, and VIEW-SIZE.png one view in all themes. With --text the
screens are printed too. A view whose command the program does not know is left out. Needs a built `recollect`, Python's
pyte and pillow, and a monospaced font (Debian: fonts-dejavu-core).
"""

import argparse
import fcntl
import json
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

SEARCH = ["s", "\x15", "what did we promise Globex about pricing? channel:web -refund", "\r"]

# Messages with all the markup there is, in the samples' first tenant.
MARKDOWN = """## What the **enterprise** tier costs

| Seats | Price a seat | Term |
|------:|:-------------|:----:|
| 50 | *24 euro* | 1 year |
| 400 | **18 euro** | 3 years |

1. Sign the [order form](https://lumenworks.example/order?id=4711)
2. Set up single sign-on:
   - Okta, or `entra`
   - something of your own: 日本語, العربية, हिन्दी, 👍🏽

```sh
lumen sso enable --provider okta
```

> Can you hold that price?

Until *31 January*, yes. See https://lumenworks.example/terms.
"""

# How to come to each view: every one begins at the list of sessions. `:name` runs a command, and a view is left out where
# there is none of that name.
VIEWS = [
    ("tenants", ["\x1b"]),
    ("sessions", []),
    ("filter", ["/", "channel:email"]),
    ("channels", ["v"]),
    ("transcript", ["\r"]),
    ("markdown", [":filter markdown\r", "\r"]),
    ("context", ["c"]),
    ("search-start", ["s", "\x15"]),
    ("search", SEARCH),
    ("hit", SEARCH + ["\r"]),
    ("grouped", SEARCH + [":group\r"]),
    ("inspector", SEARCH + [":inspect\r"]),
    ("save-search", SEARCH + [":save-search pricing\r", ":saved\r"]),
    ("timeline", ["t"]),
    ("info", ["i"]),
    ("person", ["\r", ":person\r"]),
    ("bookmarks", [":bookmark\r", ":bookmarks\r"]),
    ("tag", [":tag\r"]),
    ("note", [":note\r"]),
    ("export", [":export\r"]),
    ("delete", [":delete-session\r"]),
    ("command", [":", "s"]),
    ("help", ["?"]),
    ("themes", ["T"]),
    ("error", [":nonsense\r"]),
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


class Screen(pyte.Screen):
    """pyte's, which knows no scrolling by a number of lines and no repetition."""

    def draw(self, data):
        super().draw(data)
        self.last = data[-1:]

    def scroll_up(self, count=1):
        self.scroll(count or 1, self.delete_lines)

    def scroll_down(self, count=1):
        self.scroll(count or 1, self.insert_lines)

    def scroll(self, count, change):
        kept = self.cursor.y
        self.cursor.y = self.margins.top if self.margins else 0
        x = self.cursor.x
        change(count)
        self.cursor.x, self.cursor.y = x, kept

    def repeat(self, count=1):
        self.draw(self.last * (count or 1))


class Stream(pyte.ByteStream):
    csi = pyte.ByteStream.csi | {"S": "scroll_up", "T": "scroll_down", "b": "repeat"}


class Terminal:
    """A program on a pseudo terminal, and what it shows."""

    def __init__(self, command, columns, rows, environment):
        self.screen = Screen(columns, rows)
        self.stream = Stream(self.screen)
        self.process, self.descriptor = pty.fork()
        if self.process == 0:
            for name in ("COLORTERM", "NO_COLOR"):
                os.environ.pop(name, None)
            os.environ.update(environment)
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
        while not self.shows(text):
            if time.monotonic() > end:
                sys.exit("the explorer did not show %r; it shows:\n%s" % (text, "\n".join(self.screen.display)))
            self.settle(0.1, 1.0)

    def press(self, keys):
        os.write(self.descriptor, keys.encode())
        # Longer than a lone escape is waited for, or the next key would join it.
        self.settle(0.12)

    def shows(self, text):
        return any(text in line for line in self.screen.display)

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


def add_markdown(binary, data):
    """A session whose messages have markup, in the tenant that the explorer opens first."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "markdown.jsonl"
        lines = [
            {"session_id": "markdown", "channel": "web", "role": role, "author": author, "content": content,
             "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 600 + index)),
             "message_id": f"markdown-{index}"}
            for index, (role, author, content) in enumerate([
                ("user", "Dana Whitfield", "What would the *enterprise* tier cost us, in markdown?"),
                ("assistant", "Agent", MARKDOWN)])
        ]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        subprocess.run(
            [binary, "import", "--tenant", "lumenworks", "--data", data, str(path)], check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def explore(command, columns, rows, environment, views, take):
    """Walks through views, each in an explorer of its own: none can depend on what the one before left behind."""
    for view, keys in views:
        terminal = Terminal(command, columns, rows, environment)
        terminal.wait_for("Sessions")
        terminal.settle(0.3)
        known = True
        for key in keys:
            terminal.press(key)
            known = known and not (view != "error" and terminal.shows("there is no command"))
        terminal.settle(0.3)
        if known:
            take(view, terminal.screen)
        terminal.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--sizes", default="80x24,120x40,200x60", help="with commas between")
    parser.add_argument("--font-size", type=int, default=14)
    parser.add_argument("--themes", help="names with commas between; all where left out")
    parser.add_argument("--views", help="names with commas between; all where left out: " + ", ".join(n for n, _ in VIEWS))
    parser.add_argument("--colors", default="truecolor", help="with commas between: " + ", ".join(TERMINALS))
    parser.add_argument("--locale", default="C.UTF-8")
    parser.add_argument("--program")
    parser.add_argument("--text", action="store_true", help="print the screens too")
    arguments = parser.parse_args()
    files = sorted((ROOT / "Themes").glob("*.toml"))
    themes = arguments.themes.split(",") if arguments.themes else [file.stem for file in files]
    wanted = arguments.views.split(",") if arguments.views else [name for name, _ in VIEWS]
    views = [(name, keys) for name, keys in VIEWS if name in wanted]
    binary = program(arguments.program)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    sheets = {}
    with tempfile.TemporaryDirectory() as data, tempfile.TemporaryDirectory() as state:
        subprocess.run([binary, "demo", "--data", data, "--no-explorer"], check=True, stdout=subprocess.DEVNULL)
        add_markdown(binary, data)
        for size in arguments.sizes.split(","):
            columns, rows = (int(part) for part in size.split("x"))
            for theme in themes:
                for colors in arguments.colors.split(","):
                    name = f"{theme}-{size}" if colors == "truecolor" else f"{theme}-{colors}-{size}"
                    light = any(word in theme for word in ("light", "latte")) and colors != "none"
                    painter = Painter(arguments.font_size, light)
                    command = [
                        binary, "explore", "--data", data, "--tenant", "lumenworks", "--theme", theme, "--no-config"]
                    environment = TERMINALS[colors] | {
                        "LANG": arguments.locale, "LC_ALL": arguments.locale, "XDG_STATE_HOME": state}
                    pictures = []

                    def take(view, screen):
                        picture = painter.paint(screen)
                        picture.save(arguments.folder / f"{name}-{view}.png")
                        pictures.append(picture)
                        sheets.setdefault(f"{view}-{size}", []).append(picture)
                        if arguments.text:
                            print(f"=== {name} {view}", *(line.rstrip() for line in screen.display), sep="\n")

                    explore(command, columns, rows, environment, views, take)
                    tiles(pictures, 3).save(arguments.folder / f"{name}.png")
                    print(arguments.folder / f"{name}.png", flush=True)
    for name, pictures in sheets.items():
        tiles(pictures, 4).save(arguments.folder / f"{name}.png")


if __name__ == "__main__":
    main()
