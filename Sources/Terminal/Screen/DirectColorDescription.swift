// A terminfo entry for xterm-like terminals with 24-bit colour, written in the compiled form of term(5). ncurses takes it from the
// variable TERMINFO, so that truecolor needs no package (most systems lack the "-direct" entries), and terminals
// whose own entry is not installed here (kitty, ghostty over ssh) still work.

/// Only what ncurses uses to draw: keys are decoded elsewhere. Features that tmux lacks in its own entry (bce, rep) are left out.
enum DirectColorDescription {
  /// What to pass to `newterm` while `TERMINFO` is `environmentValue`.
  static let name = "recollect-direct"

  /// ncurses reads compiled entries in hexadecimal after `hex:`.
  static var environmentValue: String {
    let digits = Array("0123456789ABCDEF".utf8)
    var text = Array("hex:".utf8)
    for byte in compiled {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Indices into term.h's arrays.
  private static let booleans: [Int] = [
    1,  // am: the cursor wraps at the right edge
    4,  // xenl: but only with the next character
    13,  // mir: moves safely in insert mode
    14,  // msgr: moves safely in standout mode
  ]

  private static let numbers: [(index: Int, value: Int32)] = [
    (0, 80),  // cols
    (2, 24),  // lines
    (13, 0x100_0000),  // colors
    (14, 0x7FFF),  // pairs
  ]

  private static let strings: [(index: Int, value: String)] = [
    (1, "\u{7}"),  // bel
    (2, "\r"),  // cr
    (3, "\u{1B}[%i%p1%d;%p2%dr"),  // csr
    (5, "\u{1B}[H\u{1B}[2J"),  // clear
    (6, "\u{1B}[K"),  // el
    (7, "\u{1B}[J"),  // ed
    (8, "\u{1B}[%i%p1%dG"),  // hpa
    (10, "\u{1B}[%i%p1%d;%p2%dH"),  // cup
    (11, "\n"),  // cud1
    (12, "\u{1B}[H"),  // home
    (13, "\u{1B}[?25l"),  // civis
    (14, "\u{8}"),  // cub1
    (16, "\u{1B}[?25h"),  // cnorm
    (17, "\u{1B}[C"),  // cuf1
    (19, "\u{1B}[A"),  // cuu1
    (21, "\u{1B}[P"),  // dch1
    (22, "\u{1B}[M"),  // dl1
    (27, "\u{1B}[1m"),  // bold
    (28, "\u{1B}[?1049h"),  // smcup
    (30, "\u{1B}[2m"),  // dim
    (34, "\u{1B}[7m"),  // rev
    (35, "\u{1B}[7m"),  // smso
    (36, "\u{1B}[4m"),  // smul
    (37, "\u{1B}[%p1%dX"),  // ech
    (39, "\u{1B}[m"),  // sgr0
    (40, "\u{1B}[?1049l"),  // rmcup
    (43, "\u{1B}[27m"),  // rmso
    (44, "\u{1B}[24m"),  // rmul
    (53, "\u{1B}[L"),  // il1
    (105, "\u{1B}[%p1%dP"),  // dch
    (106, "\u{1B}[%p1%dM"),  // dl
    (107, "\u{1B}[%p1%dB"),  // cud
    (108, "\u{1B}[%p1%d@"),  // ich
    (109, "\u{1B}[%p1%dS"),  // indn
    (110, "\u{1B}[%p1%dL"),  // il
    (111, "\u{1B}[%p1%dD"),  // cub
    (112, "\u{1B}[%p1%dC"),  // cuf
    (113, "\u{1B}[%p1%dT"),  // rin
    (114, "\u{1B}[%p1%dA"),  // cuu
    (126, "\u{1B}8"),  // rc
    (127, "\u{1B}[%i%p1%dd"),  // vpa
    (128, "\u{1B}7"),  // sc
    (129, "\n"),  // ind
    (130, "\u{1B}M"),  // ri
    // sgr: standout or reverse, underline, dim, bold
    (131, "\u{1B}[0%?%p6%t;1%;%?%p5%t;2%;%?%p2%t;4%;%?%p1%p3%|%t;7%;m"),
    (269, "\u{1B}[1K"),  // el1
    (297, "\u{1B}[39;49m"),  // op
    (311, "\u{1B}[3m"),  // sitm
    (321, "\u{1B}[23m"),  // ritm
    (359, color("38")),  // setaf
    (360, color("48")),  // setab
  ]

  /// What moves rows, by the names that terminfo has for it.
  static func string(named name: String) -> String? {
    let indices = [
      "csr": 3, "cup": 10, "sgr0": 39, "indn": 109, "rin": 113, "rc": 126, "sc": 128, "ind": 129, "ri": 130,
    ]
    return indices[name].flatMap { index in strings.first { $0.index == index }?.value }
  }

  private static func color(_ parameter: String) -> String {
    "\u{1B}[\(parameter);2;%p1%{65536}%/%d;%p1%{256}%/%{255}%&%d;%p1%{255}%&%dm"
  }

  /// term(5), the format with 32-bit numbers; then the extended part with the one flag `RGB`.
  private static var compiled: [UInt8] {
    let names = Array("\(name)|xterm-like terminal with 24-bit colour".utf8) + [0]
    let booleanCount = (booleans.max() ?? 0) + 1
    let numberCount = (numbers.map(\.index).max() ?? 0) + 1
    let stringCount = (strings.map(\.index).max() ?? 0) + 1
    var flags = [UInt8](repeating: 0, count: booleanCount)
    for index in booleans { flags[index] = 1 }
    var values = [Int32](repeating: -1, count: numberCount)
    for number in numbers { values[number.index] = number.value }
    var offsets = [Int16](repeating: -1, count: stringCount)
    var table: [UInt8] = []
    for string in strings {
      offsets[string.index] = Int16(table.count)
      table += Array(string.value.utf8) + [0]
    }
    var bytes: [UInt8] = []
    func short(_ value: Int) { bytes += [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)] }
    func align() { if bytes.count % 2 == 1 { bytes.append(0) } }
    let magic = 0x021E
    for value in [magic, names.count, booleanCount, numberCount, stringCount, table.count] { short(value) }
    bytes += names + flags
    align()
    for value in values { for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) } }
    for offset in offsets { short(Int(offset)) }
    bytes += table
    align()
    let flag = Array("RGB".utf8) + [0]
    // Extended: one boolean, no numbers, no strings, one name, the size of the names.
    for value in [1, 0, 0, 1, flag.count] { short(value) }
    bytes += [1, 0]
    short(0)
    return bytes + flag
  }
}
