// Whether people can read the built-in themes: contrast in full colour and in 256, and what colour blindness leaves.

import Foundation
import Testing

@testable import Terminal

@Suite struct ThemeContrastTests {
  /// Everything a text can stand on: pages, boxes, bars, fields, selections, chips.
  private static let grounds: [Role?] = [
    nil, .text, .overlay, .header, .keyDescription, .input, .selection, .selectionInactive, .chip, .chipExcluded,
    .code,
  ]

  @Test(arguments: ThemeLibrary().identifiers)
  func `Every role can be read on every ground, in full colour and in 256`(identifier: String) throws {
    let theme = try ThemeLibrary().theme(identifier)
    let floor = theme.kind == .highContrast ? 7.0 : 4.5
    for role in Role.allCases {
      // Frames stand on pages and boxes only, and on chips there is nothing but the chip's own text.
      let isFrame = [.border, .borderFocused, .scrollbar].contains(role)
      for ground in isFrame ? [nil, .text, .overlay] : Self.grounds {
        let look = theme.look(for: Style(role, on: ground))
        let foreground = try #require(look.foreground, "\(role.name)")
        let background = try #require(look.background, "\(role.name)")
        let place = "\(role.name) on \(ground?.name ?? "itself")"
        #expect(foreground.contrast(with: background) >= floor, "\(place)")
        let indexed = look.indexed(contrast: theme.contrast)
        let indexedText = Color.indexed(Int(try #require(indexed.foreground)))
        let indexedGround = Color.indexed(Int(try #require(indexed.background)))
        #expect(indexedText.contrast(with: indexedGround) >= floor, "\(place) with 256 colours")
        if look.ansiBackground != .default { #expect(look.ansiForeground != look.ansiBackground, "\(place)") }
      }
    }
  }

  @Test(arguments: ThemeLibrary().identifiers)
  func `The selected row stands out, with any number of colours`(identifier: String) throws {
    let theme = try ThemeLibrary().theme(identifier)
    let selected = theme.look(for: Style(.text, on: .selection))
    for ground in [Role.text, .overlay] {
      let plain = theme.look(for: Style(.text, on: ground))
      let colors = try (#require(selected.background), #require(plain.background))
      #expect(colors.0.lab.distance(to: colors.1.lab) > 6, "selection and \(ground.name)")
      #expect(colors.0.nearestIndexed != colors.1.nearestIndexed, "selection and \(ground.name) with 256 colours")
      #expect(selected.ansiBackground != plain.ansiBackground)
      #expect(selected.mono != plain.mono)
    }
  }

  /// Pairs that mean opposite things, or stand side by side.
  private static let opposites: [(Role, Role)] = [
    (.user, .assistant), (.success, .error), (.success, .warning), (.chip, .chipExcluded), (.text, .match),
    (.barSemantic, .barKeyword), (.histogram, .histogramSelected), (.text, .error),
  ]

  @Test(arguments: ThemeLibrary().identifiers.filter { $0.hasPrefix("okabe-ito") })
  func `A theme for the colour-blind tells opposites apart whatever the eye lacks`(identifier: String) throws {
    let theme = try ThemeLibrary().theme(identifier)
    for (left, right) in Self.opposites {
      for vision in Vision.allCases {
        let (first, second) = (theme.look(for: Style(left)), theme.look(for: Style(right)))
        let colors = try (#require(first.foreground), #require(second.foreground))
        let distance = vision.seen(colors.0).distance(to: vision.seen(colors.1))
        let marks = first.attributes.symmetricDifference(second.attributes)
        let isMarked = marks.contains(.underline) || marks.contains(.reverse)
        #expect(distance > (isMarked ? 10 : 20), "\(left.name) and \(right.name) in \(vision)")
      }
    }
  }

  @Test func `What a file leaves unsaid follows from its colours`() throws {
    var file = ThemeFile(
      identifier: "test", file: "test.toml",
      source: """
        [roles]
        text = { fg = "#f0f0f0", bg = "#101010" }
        user = { fg = "#60d070" }
        muted = { fg = "#909090" }
        error = { fg = "#ff6060", attrs = ["italic"] }
        tenant = { fg = "#f0b050" }
        channel = { fg = "#50c8d8" }
        accent = { fg = "#70a0ff" }
        assistant = { fg = "#d0a0ff" }
        selection = { fg = "#ffffff", bg = "#303050" }
        chip = { fg = "#70a0ff", bg = "#202040", ansi = ["white", "magenta"], mono = ["bold"] }
        """)
    let theme = try file.theme()
    let expected: [(Role, ANSIColor)] = [
      (.text, .default), (.user, .green), (.muted, .brightBlack), (.error, .red), (.tenant, .yellow),
      (.channel, .cyan), (.accent, .blue), (.assistant, .magenta), (.selection, .black), (.chip, .white),
    ]
    for (role, color) in expected { #expect(theme[role].ansiForeground == color, "\(role.name)") }
    #expect(theme[.selection].ansiBackground == .cyan)
    #expect(theme[.chip].ansiBackground == .magenta)
    #expect(theme[.chip].mono == .bold)
    #expect(theme[.selection].mono == .reverse)
    #expect(theme[.error].mono == [.italic, .bold, .reverse])
    #expect(theme[.error].ansiAttributes == .italic)
  }

  @Test func `A colour of 256 gives way only where it could not be read`() throws {
    let ground = try #require(Color(hex: "#202020"))
    let grey = try #require(Color(hex: "#808080"))
    let bright = try #require(Color(hex: "#87d7ff"))
    #expect(bright.nearestIndexed(on: ground, from: ground, contrast: 4.5) == bright.nearestIndexed)
    // A theme that asks for less than 4.5 gets it, and no less.
    let wanted = min(4.5, grey.contrast(with: ground))
    let chosen = Color.indexed(Int(grey.nearestIndexed(on: ground, from: ground, contrast: 4.5)))
    #expect(chosen.contrast(with: ground) >= wanted)
    #expect(Color.indexed(231).lab.lightness > 99.9)
    #expect(Color.indexed(196).lab.distance(to: LabColor(lightness: 53.24, a: 80.09, b: 67.20)) < 0.1)
  }

  @Test func `A list of themes says what each is, and what is wrong with one that cannot be used`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "themes-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "broken.toml")
    try "[roles]\nusr = 1\n".write(to: file, atomically: true, encoding: .utf8)
    let library = ThemeLibrary(userFolder: folder.path)
    let summaries = library.summaries()
    #expect(Set(summaries.map(\.identifier)) == Set(library.identifiers))
    #expect(summaries.map(\.group.rawValue) == summaries.map(\.group.rawValue).sorted())
    func caption(_ identifier: String) -> String? { summaries.first { $0.identifier == identifier }?.caption }
    #expect(caption("midnight") == "dark")
    #expect(caption("solarized-light") == "light")
    #expect(caption("high-contrast-dark") == "high contrast, dark")
    #expect(caption("high-contrast-light") == "high contrast, light")
    let problem = try #require(summaries.first { $0.identifier == "broken" }?.problem)
    #expect(problem.hasPrefix(file.path + ":2:1"))
    for summary in summaries where summary.identifier != "broken" { #expect(summary.problem == nil) }

    let before = library.stamps()
    #expect(library.stamps() == before)
    try "[roles]\ntext = { fg = \"#ffffff\" }\n".write(to: file, atomically: true, encoding: .utf8)
    #expect(library.stamps().changes(since: before) == ["broken"])
    try FileManager.default.removeItem(at: file)
    #expect(library.stamps().changes(since: before) == ["broken"])
  }
}

/// What is left of a colour. Full dichromacy after Viénot, Brettel, Mollon 1999 (protan, deutan), in linear light.
private enum Vision: CaseIterable {
  case full, protanope, deuteranope

  func seen(_ color: Color) -> LabColor {
    func linear(_ channel: UInt8) -> Double {
      let value = Double(channel) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    func channel(_ value: Double) -> UInt8 {
      let value = min(1, max(0, value))
      return UInt8((255 * (value <= 0.0031308 ? value * 12.92 : 1.055 * pow(value, 1 / 2.4) - 0.055)).rounded())
    }
    let (r, g, b) = (linear(color.red), linear(color.green), linear(color.blue))
    switch self {
    case .full: return color.lab
    case .protanope:
      let shared = 0.11238 * r + 0.88762 * g
      return Color(
        red: channel(shared), green: channel(shared), blue: channel(0.00401 * r - 0.00401 * g + b)
      ).lab
    case .deuteranope:
      let shared = 0.29275 * r + 0.70725 * g
      return Color(
        red: channel(shared), green: channel(shared), blue: channel(-0.02234 * r + 0.02234 * g + b)
      ).lab
    }
  }
}
