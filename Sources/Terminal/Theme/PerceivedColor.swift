// Colours as the eye tells them apart, and the choice among 256 that can still be read.

import Glibc

/// A colour in CIELAB under D65: equal distances look about equally different.
public struct LabColor: Sendable, Equatable {
  /// 0 is black, 100 white.
  public var lightness: Double
  public var a: Double
  public var b: Double

  /// The colour difference of CIE 1976; 2 is just noticeable.
  public func distance(to other: LabColor) -> Double {
    let (l, a, b) = (lightness - other.lightness, a - other.a, b - other.b)
    return (l * l + a * a + b * b).squareRoot()
  }
}

extension Color {
  public var lab: LabColor {
    func linear(_ channel: UInt8) -> Double {
      let value = Double(channel) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    func root(_ value: Double) -> Double { value > 216.0 / 24389 ? cbrt(value) : (24389.0 / 27 * value + 16) / 116 }
    let (r, g, b) = (linear(red), linear(green), linear(blue))
    let x = root((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047)
    let y = root(0.2126729 * r + 0.7151522 * g + 0.0721750 * b)
    let z = root((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883)
    return LabColor(lightness: 116 * y - 16, a: 500 * (x - y), b: 200 * (y - z))
  }

  /// The nearest of the 256 colours that can be read on a ground as well as the colour itself can, up to `contrast`.
  /// With few greys and six levels a channel, the nearest alone often loses what a theme took care of.
  /// - Parameter ground: what the terminal shows behind it.
  public func nearestIndexed(on ground: Color, from own: Color, contrast: Double) -> UInt8 {
    let nearest = nearestIndexed
    // A theme that states less gets what it states.
    let wanted = min(contrast, self.contrast(with: own))
    func fits(_ index: Int) -> Bool { Color.indexed(index).contrast(with: ground) >= wanted }
    if fits(Int(nearest)) { return nearest }
    let lab = self.lab
    let candidates = (16...255).filter(fits)
    let best = candidates.min {
      Self.indexedLab[$0 - 16].distance(to: lab) < Self.indexedLab[$1 - 16].distance(to: lab)
    }
    return best.map { UInt8($0) } ?? nearest
  }

  private static let indexedLab = (16...255).map { Color.indexed($0).lab }
}

extension Look {
  /// Foreground and background among the 256 colours; nil is the terminal's own.
  public func indexed(contrast: Double) -> (foreground: UInt8?, background: UInt8?) {
    guard let background else { return (foreground?.nearestIndexed, nil) }
    let ground = background.nearestIndexed
    let text = foreground?.nearestIndexed(
      on: .indexed(Int(ground)), from: background, contrast: contrast)
    return (text, ground)
  }
}
