// Bytes to events.

import Testing

@testable import Terminal

@Suite struct InputDecoderTests {
  private static let escape = "\u{1B}"

  private static let keys: [(bytes: String, name: String)] = [
    ("a", "a"), ("Z", "Z"), (" ", "space"), ("é", "é"), ("日", "日"), ("\r", "enter"), ("\n", "enter"), ("\t", "tab"),
    ("\u{7F}", "backspace"), ("\u{8}", "backspace"), ("\u{1}", "ctrl-a"), ("\u{1A}", "ctrl-z"), ("\u{0}", "ctrl-space"),
    ("\u{1F}", "ctrl-_"), ("\(escape)[A", "up"), ("\(escape)OA", "up"), ("\(escape)[1;5C", "ctrl-right"),
    ("\(escape)[1;2D", "shift-left"), ("\(escape)[1;3B", "alt-down"), ("\(escape)[1;8A", "ctrl-alt-shift-up"),
    ("\(escape)[Z", "shift-tab"), ("\(escape)[H", "home"), ("\(escape)OF", "end"), ("\(escape)[1~", "home"),
    ("\(escape)[3~", "delete"), ("\(escape)[3;5~", "ctrl-delete"), ("\(escape)[5~", "page-up"),
    ("\(escape)[6~", "page-down"), ("\(escape)[2~", "insert"), ("\(escape)OP", "f1"), ("\(escape)[[A", "f1"),
    ("\(escape)[11~", "f1"), ("\(escape)[15~", "f5"), ("\(escape)[21~", "f10"), ("\(escape)[24~", "f12"),
    ("\(escape)[1;2P", "shift-f1"), ("\(escape)[24;2~", "shift-f12"), ("\(escape)x", "alt-x"),
    ("\(escape)é", "alt-é"), ("\(escape)\r", "alt-enter"), ("\(escape)\u{7F}", "alt-backspace"),
    ("\(escape)[97;5u", "ctrl-a"), ("\(escape)[13;2u", "shift-enter"), ("\(escape)[97;2u", "A"),
    ("\(escape)OM", "enter"), ("\(escape)[1;5R", "ctrl-f3"),
  ]

  @Test func `Every key is decoded, whole or byte by byte, and has a name that leads back to it`() throws {
    for (bytes, name) in Self.keys {
      let key = try #require(Key(name: name), "\(name)")
      #expect(key.description == name)
      var decoder = InputDecoder()
      #expect(decoder.feed(bytes.utf8) == [.key(key)], "\(bytes.debugDescription)")
      #expect(!decoder.isWaiting)
      var pieces: [Input] = []
      for byte in bytes.utf8 { pieces += decoder.feed([byte]) }
      #expect(pieces == [.key(key)], "\(bytes.debugDescription) in pieces")
    }
    #expect(Key(name: "nonsense") == nil)
    #expect(Key(name: "") == nil)
    #expect(Key(name: "ctrl-") == nil)
    #expect(Key(name: "-") == .character("-"))
    #expect(Key(name: "esc") == Key(.escape))
  }

  @Test func `A lone escape is the Escape key only after the delay`() {
    var decoder = InputDecoder()
    #expect(decoder.feed([0x1B]).isEmpty)
    #expect(decoder.isWaiting)
    #expect(decoder.flush() == [.key(Key(.escape))])
    #expect(!decoder.isWaiting)
    #expect(decoder.feed([0x1B]).isEmpty)
    #expect(decoder.feed("[A".utf8) == [.key(Key(.up))])
    #expect(decoder.feed([0x1B, 0x1B]) == [.key(Key(.escape))])
    #expect(decoder.flush() == [.key(Key(.escape))])
    #expect(decoder.feed("\u{1B}[".utf8).isEmpty)
    #expect(decoder.flush() == [.key(.alt("["))])
    #expect(decoder.feed("\u{1B}O".utf8).isEmpty)
    #expect(decoder.flush() == [.key(.alt("O"))])
  }

  @Test func `Bytes that are no UTF-8 become one replacement each, and never a control`() {
    var decoder = InputDecoder()
    #expect(decoder.feed([0xFF, 0x61]) == [.key(.character("\u{FFFD}")), .key(.character("a"))])
    #expect(decoder.feed([0xE6, 0x97, 0x61]) == [.key(.character("\u{FFFD}")), .key(.character("a"))])
    #expect(decoder.feed([0xC2, 0x9B]) == [.key(.character("\u{FFFD}"))])
    #expect(decoder.feed([0xE6, 0x97]).isEmpty)
    #expect(decoder.flush() == [.key(.character("\u{FFFD}"))])
  }

  private static let reports: [(String, Mouse.Action, Int, Int, Key.Modifiers)] = [
    ("0;5;3M", .press(.left), 4, 2, []), ("0;5;3m", .release(.left), 4, 2, []),
    ("2;1;1M", .press(.right), 0, 0, []), ("32;10;2M", .drag(.left), 9, 1, []), ("64;3;4M", .scrollUp, 2, 3, []),
    ("65;3;4M", .scrollDown, 2, 3, []), ("66;3;4M", .scrollLeft, 2, 3, []),
    ("16;300;200M", .press(.left), 299, 199, .control),
    ("4;1;1M", .press(.left), 0, 0, .shift),
  ]

  @Test(arguments: reports)
  func `Mouse reports have a button, a place and modifiers`(
    report: String, action: Mouse.Action, x: Int, y: Int, modifiers: Key.Modifiers
  ) {
    var decoder = InputDecoder()
    #expect(
      decoder.feed("\u{1B}[<\(report)".utf8) == [.mouse(Mouse(action, x: x, y: y, modifiers: modifiers))])
  }

  @Test(arguments: ["0;0;1M", "0;1M", "3;1;1M", "128;1;1M", "0;99999999999999999999;1M\u{1B}[A", ";;M"])
  func `Malformed mouse reports do no harm`(report: String) {
    var decoder = InputDecoder()
    _ = decoder.feed("\u{1B}[<\(report)".utf8)
    #expect(decoder.feed("j".utf8) == [.key(.character("j"))])
  }

  @Test func `A paste is one event without controls, however it is cut`() {
    let paste = "\u{1B}[200~line\r\ntwo\rthree\u{1B}[2\u{7}x\t\u{1B}\u{1B}[201~q"
    let expected: [Input] = [.paste("line\ntwo\nthree[2x\t"), .key(.character("q"))]
    var whole = InputDecoder()
    #expect(whole.feed(paste.utf8) == expected)
    for cut in 1..<paste.utf8.count {
      var decoder = InputDecoder()
      let bytes = Array(paste.utf8)
      let first = decoder.feed(bytes[..<cut])
      if cut > 6, cut < bytes.count - 1 { #expect(!decoder.isWaiting) }
      #expect(first + decoder.feed(bytes[cut...]) == expected, "cut at \(cut)")
    }
  }

  @Test func `A paste of a megabyte is one event`() {
    let text = String(repeating: "pasted text\u{1B}[20", count: 65_536)
    var decoder = InputDecoder()
    var events: [Input] = []
    let bytes = Array("\u{1B}[200~\(text)\u{1B}[201~".utf8)
    for start in stride(from: 0, to: bytes.count, by: 4096) {
      events += decoder.feed(bytes[start..<min(start + 4096, bytes.count)])
    }
    #expect(events == [.paste(text.replacing("\u{1B}", with: ""))])
  }

  @Test func `Focus is reported, and replies to queries are not mistaken for keys`() {
    var decoder = InputDecoder()
    #expect(decoder.feed("\u{1B}[I\u{1B}[O".utf8) == [.focus(true), .focus(false)])
    let replies = [
      "\u{1B}]11;rgb:1a1a/1b1b/2626\u{1B}\\", "\u{1B}]10;rgb:00/00/00\u{7}", "\u{1B}P>|xterm(379)\u{1B}\\",
      "\u{1B}_Gi=1;OK\u{1B}\\", "\u{1B}[?62;22c", "\u{1B}[>1;6003;0c", "\u{1B}[?2026;2$y", "\u{1B}^private\u{1B}\\",
    ]
    for reply in replies {
      #expect(decoder.feed(reply.utf8).isEmpty, "\(reply.debugDescription)")
      #expect(decoder.feed("k".utf8) == [.key(.character("k"))], "\(reply.debugDescription)")
    }
  }

  @Test func `Any bytes at all leave the decoder ready for the next key`() {
    var state: UInt64 = 7
    for _ in 0..<2000 {
      var decoder = InputDecoder()
      var bytes: [UInt8] = []
      for _ in 0..<24 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let byte = UInt8(truncatingIfNeeded: state >> 40)
        bytes.append(byte < 64 ? [0x1B, 0x5B, 0x4F, 0x3B, 0x3C, 0x7E, 0x31, 0x4D][Int(byte) % 8] : byte)
      }
      for input in decoder.feed(bytes) + decoder.flush() {
        if case .key(let key) = input, case .character(let character) = key.code {
          #expect(character.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
        }
      }
      _ = decoder.feed("\u{1B}[201~".utf8)
      _ = decoder.flush()
      let next = decoder.feed("j".utf8)
      #expect(next == [.key(.character("j"))], "\(bytes)")
    }
  }

  @Test func `What a terminal says of its modes is kept, and is no key`() {
    var decoder = InputDecoder()
    #expect(decoder.feed("\u{1B}[?69;2$y\u{1B}[?2026;0$y\u{1B}[?69;1y".utf8).isEmpty)
    let reports = decoder.takeModeReports()
    #expect(reports == [ModeReport(mode: 69, state: 2), ModeReport(mode: 2026, state: 0)])
    #expect(reports.map(\.isAvailable) == [true, false])
    #expect(decoder.takeModeReports().isEmpty)
  }
}
