// Which colours and attributes of a frame are set again.

import Testing

@testable import Terminal

@Suite struct RenditionFilterTests {
  private func sent(_ frame: String) -> String {
    String(decoding: RenditionFilter.applied(to: Array(frame.utf8)[...]), as: UTF8.self)
      .replacing("\u{1B}", with: "^")
  }

  @Test func aColourThatIsSetIsNotSetAgain() {
    #expect(
      sent("\u{1B}[38;5;1m\u{1B}[48;5;2ma\u{1B}[38;5;3m\u{1B}[48;5;2mb\u{1B}[38;5;3m\u{1B}[48;5;4mc")
        == "^[38;5;1;48;5;2ma^[38;5;3mb^[48;5;4mc")
    #expect(sent("\u{1B}[38;2;1;2;3ma\u{1B}[5;7H\u{1B}[38;2;1;2;3mb") == "^[38;2;1;2;3ma^[5;7Hb")
    #expect(sent("\u{1B}[31;42ma\u{1B}[31;43mb\u{1B}[97mc") == "^[31;42ma^[43mb^[97mc")
  }

  @Test func anAttributeIsTakenAwayAlone() {
    let bold = "\u{1B}(B\u{1B}[0;1m\u{1B}[38;5;1m\u{1B}[48;5;2m"
    let plain = "\u{1B}(B\u{1B}[m\u{1B}[38;5;1m\u{1B}[48;5;2m"
    #expect(sent("\(plain)a\(bold)b\(plain)c") == "^(B^[22;23;24;27;38;5;1;48;5;2ma^[1mb^[22mc")
    #expect(sent("\u{1B}[0;1;2;31ma\u{1B}[0;2;31mb") == "^[1;2;23;24;27;31;49ma^[22;2mb")
    #expect(sent("\u{1B}[0;3;4;7ma\u{1B}[0;4mb\u{1B}[0mc") == "^[22;3;4;7;39;49ma^[23;27mb^[mc")
  }

  @Test func whatIsSetAndTakenBackUnseenIsNotSent() {
    #expect(sent("\u{1B}[38;5;1ma\u{1B}[38;5;9m\u{1B}[3;4H\r\u{1B}[38;5;1mb") == "^[38;5;1ma^[3;4H\rb")
  }

  @Test func aFrameEndsAsItWasMeantTo() {
    #expect(sent("a\u{1B}[38;5;9m\u{1B}[4;4H") == "a^[4;4H^[38;5;9m")
  }

  @Test func erasingAndScrollingSeeTheColours() {
    #expect(sent("\u{1B}[48;5;9m\u{1B}[K\u{1B}[49m\u{1B}[2X\u{1B}[41m\n") == "^[48;5;9m^[K^[49m^[2X^[41m\n")
  }

  @Test(arguments: ["\u{1B}[38:5:9m", "\u{1B}[58;5;1m", "\u{1B}[38;5m", "\u{1B}[38;9;1;2;3m", "\u{1B}[8m"])
  func whateverElseIsSetMakesAllOfItUnknown(between: String) {
    let color = "\u{1B}[38;5;1;48;5;2m"
    #expect(
      sent("\(color)a\(between)\(color)b")
        == "^[38;5;1;48;5;2ma\(between.replacing("\u{1B}", with: "^"))^[38;5;1;48;5;2mb")
  }

  @Test func textAndOtherSequencesPassAsTheyAre() {
    let frame = "a[38;5;1m │é\u{1B}[K\u{1B}(0q\u{1B}(B\u{1B}[12;3H\u{1B}[62X\u{1B}7\u{1B}8\u{1B}[?25l\u{1B}[38;5\u{1B}"
    #expect(sent(frame) == frame.replacing("\u{1B}", with: "^"))
  }
}
