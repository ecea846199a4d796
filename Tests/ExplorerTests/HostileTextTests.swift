// Whatever the conversations hold, every cell is harmless and every row has its width.

import ConversationMemory
import Terminal
import Testing

@testable import Explorer

@Suite("Hostile text")
struct HostileTextTests {
  private func expectHarmless(_ driver: Driver, _ comment: String) {
    let surface = driver.surface
    for y in 0..<surface.size.rows {
      let columns = (0..<surface.size.columns).reduce(0) { $0 + Int(surface[$1, y]?.width ?? 0) }
      #expect(columns == surface.size.columns, "\(comment), row \(y)")
      for scalar in surface.text(row: y).unicodeScalars {
        let value = scalar.value
        let isControl = value < 0x20 || (0x7F...0x9F).contains(value)
        let isBidirectional = (0x202A...0x202E).contains(value) || (0x2066...0x2069).contains(value)
        #expect(!isControl && !isBidirectional, "\(comment), row \(y): U+\(String(value, radix: 16))")
      }
    }
  }

  @Test(arguments: [(20, 6), (80, 24), (200, 60)])
  func everyViewOfAHostileSessionIsInert(_ size: (Int, Int)) async {
    let routes: [[String]] = [["enter"], ["c"], ["i"], ["S"], ["enter", "z"]]
    for route in routes {
      let driver = await Driver(columns: size.0, rows: size.1)
      await driver.run("filter owned")
      #expect(driver.state.currentSession?.rawValue == "hostile")
      for key in route { await driver.press(key) }
      if route == ["S"] { await driver.type("lone") }
      expectHarmless(driver, "\(route)")
    }
  }

  @Test func hostileNamesOfThingsAreInertToo() async {
    let evil = "a\u{1B}]0;x\u{7}b\u{9B}2J\u{202E}c"
    let tenant = InMemoryTenant(evil)
    tenant.say(
      evil, on: evil, .user, evil, at: SampleConversations.now, evil, metadata: ["prospect_name": evil, evil: evil])
    let other = InMemoryTenant("other")
    for keys in [[], ["enter"], ["enter", "v"], ["enter", "i"], ["enter", "c"], ["enter", "t"], ["enter", ":"]] {
      let driver = await Driver(InMemoryStore([tenant, other]), tenant: nil, columns: 120, rows: 30)
      for key in keys { await driver.press(key) }
      if keys.last == ":" {
        await driver.type("delete-session")
        await driver.press("enter")
      }
      expectHarmless(driver, "\(keys)")
    }
  }

  @Test func aMegabyteWithoutALineBreakIsFoldedAndOpens() async {
    let tenant = InMemoryTenant("big")
    tenant.say("s", on: "web", .user, nil, at: SampleConversations.now, String(repeating: "x", count: 1 << 20))
    let driver = await Driver(InMemoryStore([tenant]), tenant: nil, rows: 40)
    await driver.press("enter")
    #expect(driver.text.contains("over "))
    expectHarmless(driver, "a megabyte")
    await driver.press("s")
    await driver.type("xxx")
    expectHarmless(driver, "a megabyte found")
  }

  @Test func aFieldIsCutWhereOneCharacterHasAnyNumberOfMarks() {
    var field = TextField()
    for _ in 0..<3 { field.insert("e" + String(repeating: "\u{301}", count: 100_000)) }
    #expect(field.text.unicodeScalars.count <= 8 * TextField.limit)
    #expect(TextField("e" + String(repeating: "\u{301}", count: 100_000)).text.utf8.count <= 8 * TextField.limit)
  }

  @Test func aSizeOfNothingDrawsNothing() async {
    for size in [(0, 0), (1, 1), (3, 2), (10, 3)] {
      let driver = await Driver(columns: size.0, rows: size.1)
      for key in ["enter", "s", "c", "?", "escape", "i", "escape", "page-down", "escape", "t"] {
        await driver.press(key)
        _ = driver.surface
      }
    }
  }
}
