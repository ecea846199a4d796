// Colours and their neighbours: sRGB, the 256-colour palette, the 16 ANSI names, contrast.

import Glibc

/// An sRGB colour.
public struct Color: Hashable, Sendable {
  public var red: UInt8
  public var green: UInt8
  public var blue: UInt8

  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// `#rrggbb`; nil for anything else.
  public init?(hex: some StringProtocol) {
    let digits = hex.dropFirst()
    guard hex.first == "#", digits.utf8.count == 6, digits.allSatisfy(\.isHexDigit),
      let value = UInt32(digits, radix: 16)
    else { return nil }
    self.init(red: UInt8(value >> 16), green: UInt8(value >> 8 & 255), blue: UInt8(value & 255))
  }

  /// 0xRRGGBB.
  var value: Int32 { Int32(red) << 16 | Int32(green) << 8 | Int32(blue) }

  /// Relative luminance from 0 to 1 (WCAG 2.2).
  public var luminance: Double {
    func linear(_ channel: UInt8) -> Double {
      let value = Double(channel) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// From 1 to 21 (WCAG 2.2); body text needs 4.5.
  public func contrast(with other: Color) -> Double {
    let (bright, dark) = (max(luminance, other.luminance), min(luminance, other.luminance))
    return (bright + 0.05) / (dark + 0.05)
  }

  /// The nearest of the 6x6x6 cube (16 to 231) and the greys (232 to 255); the first sixteen belong to the user.
  public var nearestIndexed: UInt8 {
    func step(_ channel: UInt8) -> Int {
      let distances = Self.cubeLevels.map { abs($0 - Int(channel)) }
      return distances.indices.min { distances[$0] < distances[$1] } ?? 0
    }
    let (r, g, b) = (step(red), step(green), step(blue))
    let cube = 16 + 36 * r + 6 * g + b
    let grey = min(23, max(0, (Int(red) + Int(green) + Int(blue)) / 3 - 3) / 10)
    return distance(to: .indexed(232 + grey)) < distance(to: .indexed(cube)) ? UInt8(232 + grey) : UInt8(cube)
  }

  /// What a terminal shows for an index of the cube or the greys.
  public static func indexed(_ index: Int) -> Color {
    if index >= 232 {
      let level = UInt8(clamping: 8 + (index - 232) * 10)
      return Color(red: level, green: level, blue: level)
    }
    let offset = max(0, index - 16)
    return Color(
      red: UInt8(cubeLevels[offset / 36 % 6]), green: UInt8(cubeLevels[offset / 6 % 6]),
      blue: UInt8(cubeLevels[offset % 6]))
  }

  private static let cubeLevels = [0, 95, 135, 175, 215, 255]

  private func distance(to other: Color) -> Int {
    let (r, g, b) = (
      Int(red) - Int(other.red), Int(green) - Int(other.green), Int(blue) - Int(other.blue)
    )
    return r * r + g * g + b * b
  }
}

/// The colours every colour terminal has; what they look like is the user's choice.
public enum ANSIColor: Int, CaseIterable, Sendable, Hashable {
  /// The terminal's own foreground or background.
  case `default` = -1
  case black, red, green, yellow, blue, magenta, cyan, white
  case brightBlack, brightRed, brightGreen, brightYellow, brightBlue, brightMagenta, brightCyan, brightWhite

  /// As in a theme file: `bright-black`.
  public var name: String {
    guard rawValue >= 8, let base = ANSIColor(rawValue: rawValue - 8) else { return String(describing: self) }
    return "bright-" + base.name
  }

  public init?(name: String) {
    guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = found
  }
}
