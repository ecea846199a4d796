// Which colours of a frame are left out.

import Testing

@testable import Terminal

@Suite struct RepeatedColorsTests {
  private func sent(_ frame: String) -> String {
    String(decoding: RepeatedColors.removed(from: Array(frame.utf8)[...]), as: UTF8.self)
  }

  @Test func aColourThatIsSetIsNotSetAgain() {
    #expect(
      sent("\u{1B}[38;5;1m\u{1B}[48;5;2ma\u{1B}[38;5;3m\u{1B}[48;5;2mb\u{1B}[38;5;3m\u{1B}[48;5;4mc")
        == "\u{1B}[38;5;1m\u{1B}[48;5;2ma\u{1B}[38;5;3mb\u{1B}[48;5;4mc")
    #expect(sent("\u{1B}[38;2;1;2;3ma\u{1B}[5;7H\u{1B}[38;2;1;2;3mb") == "\u{1B}[38;2;1;2;3ma\u{1B}[5;7Hb")
  }

  @Test(arguments: [
    "\u{1B}[m", "\u{1B}[0;1m", "\u{1B}[39;49m", "\u{1B}[31m", "\u{1B}[38:5:9m", "\u{1B}[38;5;9;48;5;9m",
  ])
  func whateverElseIsSetMakesColoursUnknown(between: String) {
    let frame = "\u{1B}[38;5;1m\u{1B}[48;5;2ma\(between)\u{1B}[38;5;1m\u{1B}[48;5;2mb"
    #expect(sent(frame) == frame)
  }

  @Test func textAndOtherSequencesPassAsTheyAre() {
    let frame = "a[38;5;1m │é\u{1B}[K\u{1B}(B\u{1B}[12;3H\u{1B}[62X\u{1B}[38;5\u{1B}"
    #expect(sent(frame) == frame)
  }
}
