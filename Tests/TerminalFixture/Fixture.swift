// The smallest program that uses all of `Terminal`: what the pseudo-terminal tests look at. Each key does one thing and the
// bottom row names the last event.

import Glibc
import Terminal

struct FixtureState {
  var size = Size(columns: 0, rows: 0)
  var selected = 0
  var note = "ready"
  var isTyping = false
  var typed = ""
  var deadline: ContinuousClock.Instant?
  var isHostile = false
  /// A list that scrolls beside a pane that changes with every third key.
  var hasPanes = false
  var repaints = 0
}

enum FixtureEffect {
  case count
}

@main
enum Fixture {
  static let hostile =
    "\u{1B}]0;pwned\u{07}\u{1B}[31mred \u{9B}31m \u{202E}abc\u{7F} 日本 👨‍👩‍👧‍👦 e\u{301} ❤️ 🇫🇷 👍🏽 नमस्ते مرحبا|"

  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    if arguments.contains("--printable") {
      print(SafeText.printable(hostile + "\r\nnext\tline"))
      return
    }
    do {
      let name = arguments.first { !$0.hasPrefix("-") } ?? ThemeLibrary.defaultIdentifier
      let theme = try ThemeLibrary().theme(name)
      let screen = try Screen.open(theme: theme)
      var state = FixtureState()
      state.isHostile = arguments.contains("--hostile")
      state.hasPanes = arguments.contains("--panes")
      state.note = "ready \(screen.depth)"
      let application = Application<FixtureState, String, FixtureEffect>(
        state: state, update: update, view: view, perform: perform, deadline: { $0.deadline })
      let result = EventLoop.run(application, on: screen)
      if case .signal(let number) = result.outcome { exit(128 + number) }
      print("left with \(result.state.note)")
    } catch let error as ScreenError {
      complain("\(error)\n")
      exit(error.exitCode)
    } catch {
      complain("\(error)\n")
      exit(1)
    }
  }

  static func update(_ state: inout FixtureState, _ event: Event<String>) -> [Command<FixtureEffect>] {
    switch event {
    case .resized(let size): state.size = size
    case .message(let text): state.note = text
    case .deadline: state.note = "deadline passed"
    case .continued: state.note = "continued"
    case .finished(let status): state.note = "child ended with \(status)"
    case .input(.key(let key)) where state.isTyping && (key.typed != nil || key.code == .enter):
      if let character = key.typed { state.typed.append(character) } else { state.isTyping = false }
    case .input(.key(let key)): return press(key, &state)
    case .input(.paste(let text)): state.note = "pasted \(text.utf8.count) bytes"
    case .input(.mouse(let mouse)): state.note = "mouse \(mouse.action) \(mouse.x),\(mouse.y)"
    case .input(.focus(let isIn)): state.note = "focus \(isIn)"
    }
    return []
  }

  static func press(_ key: Key, _ state: inout FixtureState) -> [Command<FixtureEffect>] {
    switch key.description {
    case "q": return [.quit]
    case "j", "down": state.selected += 1
    case "k", "up": state.selected = max(0, state.selected - 1)
    case "n": return []
    case "/": state.isTyping = true
    case "t": return [.perform(.count)]
    case "d": state.deadline = .now + .milliseconds(1)
    case "e":
      return [.run(["/bin/sh", "-c", "trap 'echo interrupted; exit 3' INT; echo child is here; read answer; exit 4"])]
    case "y": return [.copy("copied text")]
    case "m": return [.setMouse(false)]
    case "J": state.selected += 3
    case "K": state.selected = max(0, state.selected - 3)
    case "ctrl-l":
      state.repaints += 1
      return [.redraw]
    case "l": return (try? ThemeLibrary().theme("daylight")).map { [.setTheme($0)] } ?? []
    case "ctrl-z": return [.suspend]
    case "x": complain("a warning on standard error\n")
    // The two ways a Swift program crashes, wanted here.
    case "f": fatalError("wanted by the test")
    case "o": state.selected = overflow(state.selected)
    default: state.note = "key \(key)"
    }
    return []
  }

  static func view(_ state: FixtureState, _ surface: inout Surface) {
    let area = surface.bounds
    if state.hasPanes { return drawPanes(state, &surface) }
    surface.put("fixture \(area.width)x\(area.height)", x: 0, y: 0, style: Style(.title))
    for y in 1..<max(1, area.height - 1) {
      let isSelected = y - 1 == state.selected
      let row = area.row(y)
      surface.fill(row, style: isSelected ? Style(.selection) : .text)
      let text = state.isHostile && y == 1 ? hostile : "row \(y - 1)"
      surface.put(text, x: 1, y: y, style: isSelected ? Style(.selection) : .text, clip: row)
    }
    surface.cursor = Point(x: 0, y: state.selected + 1)
    let status = area.row(area.height - 1)
    surface.fill(status, style: Style(.status))
    if state.isTyping {
      let end = surface.put("/\(state.typed)", x: 0, y: status.y, style: Style(.input), clip: status)
      surface.cursor = Point(x: end, y: status.y)
      surface.isCursorVisible = true
    } else {
      surface.put("\(state.note) · selected \(state.selected)", x: 0, y: status.y, style: Style(.status), clip: status)
    }
  }

  /// The selected row is in the middle of the list; wide characters stand here and there.
  static func drawPanes(_ state: FixtureState, _ surface: inout Surface) {
    let area = surface.bounds
    let middle = area.width / 2
    let left = Rect(x: 0, y: 1, width: middle, height: area.height - 2)
    let right = Rect(x: middle, y: 1, width: area.width - middle, height: area.height - 2)
    surface.put("panes", x: 0, y: 0, style: Style(.title))
    for y in left.y..<left.maxY {
      let number = state.selected + y
      let style = y == left.height / 2 ? Style(.selection) : .text
      surface.fill(left.row(y - left.y), style: style)
      surface.put("│", x: 0, y: y, style: Style(.border), clip: left)
      let text = "row \(number) " + String(repeating: number % 3 == 0 ? "日本" : "ab\(number)", count: 5 + number % 7)
      surface.put(text, x: 2, y: y, style: style.adding(number % 4 == 0 ? .bold : []), clip: left)
      let page = state.selected / 3
      surface.put("│ page \(page), \(String(repeating: "x", count: (page + y) % 9))", x: right.x, y: y, clip: right)
    }
    surface.put(
      "painted \(state.repaints), selected \(state.selected)", x: 0, y: area.height - 1, style: Style(.status))
  }

  static func perform(_ effect: FixtureEffect, _ inbox: Inbox<String>) {
    Task.detached {
      for number in 1...1000 { inbox.post("counted \(number)") }
    }
  }

  static func complain(_ line: String) {
    let bytes = Array(line.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }

  @inline(never)
  static func overflow(_ depth: Int) -> Int { depth == Int.max ? 0 : overflow(depth + 1) + overflow(depth + 2) }
}
