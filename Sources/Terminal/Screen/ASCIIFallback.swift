// What a cell shows where the locale is not UTF-8.

/// Maps cells to ASCII, column by column, so that views never have to know.
enum ASCIIFallback {
  /// The character for a cell's first scalar, in as many columns as the cell has.
  static func character(for scalar: UInt32) -> UInt32 {
    if scalar < 0x7F { return scalar }
    if let known = table[scalar] { return UInt32(known) }
    guard let value = Unicode.Scalar(scalar) else { return question }
    // "LATIN SMALL LETTER E WITH ACUTE" is an e.
    let words = (value.properties.name ?? "").split(separator: " ")
    if words.count >= 4, words[0] == "LATIN", words[2] == "LETTER", words[3].utf8.count == 1,
      let letter = words[3].utf8.first
    {
      return UInt32(words[1] == "SMALL" ? letter | 0x20 : letter)
    }
    return question
  }

  private static let question = UInt32(UInt8(ascii: "?"))

  private static let table: [UInt32: UInt8] = {
    let groups: [(ascii: Character, for: String)] = [
      ("-", "─━═‐‑‒–—―−"), ("|", "│┃║┆┊"), ("+", "┌┐└┘├┤┬┴┼╭╮╰╯╔╗╚╝╠╣╦╩╬"), (">", "▌▐▸▶►→❯›»"), ("<", "◂◀◄←❮‹«"),
      ("^", "▲↑△"), ("v", "▼↓▽"), ("#", "█▉▊▋▓"), ("=", "▍▅▆▇▒"), (":", "▎▏▃▄░"), (".", "▁▂·∙"), ("*", "•●◆■★✱✓✔"),
      ("o", "○◇□☆"), ("'", "‘’‚′"), ("\"", "“”„″"), ("~", "…≈"), ("x", "✗✘×✕"),
      (" ", "\u{A0}\u{2002}\u{2003}\u{2009}\u{202F}"),
      ("@", "✉"), ("!", "⚠¡"), ("s", "ß"), ("c", "©"), ("r", "®"), ("E", "€"), ("u", "µ"),
    ]
    var result: [UInt32: UInt8] = [:]
    for group in groups {
      for scalar in group.for.unicodeScalars { result[scalar.value] = group.ascii.asciiValue }
    }
    return result
  }()
}
