// The timeline in four sizes, in all its looks.

import ConversationMemory
import Terminal
import Testing

@testable import Explorer

@Suite("Golden surfaces: timeline")
struct TimelineGoldenTests {
  private func check(_ name: String, _ size: (Int, Int), _ driver: Driver) throws {
    let surface = driver.surface
    try Golden.expect(size.0 == 80 ? surface.golden : surface.text, named: "timeline\(name)-\(size.0)x\(size.1)")
  }

  private func driver(_ size: (Int, Int), glyphs: Glyphs = .unicode) async -> Driver {
    let driver = await Driver(
      SampleConversations.store(scripts: false), columns: size.0, rows: size.1, glyphs: glyphs)
    await driver.press("t")
    return driver
  }

  @Test(arguments: GoldenTests.sizes)
  func wholeTimeAtFirst(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    try check("", size, driver)
  }

  @Test(arguments: GoldenTests.sizes)
  func daysWithAMarkedRangeInOneChannel(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    while driver.state.place.timeline?.zoom != .day { await driver.press("+") }
    await driver.press("j", "H", "H", "space", "l", "l", "l")
    try check("-days-marked", size, driver)
  }

  @Test(arguments: GoldenTests.sizes)
  func months(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    while driver.state.place.timeline?.zoom != .month { await driver.press("-") }
    try check("-months", size, driver)
  }

  @Test(arguments: GoldenTests.sizes)
  func asciiInPlaceOfBlocks(_ size: (Int, Int)) async throws {
    let driver = await driver(size, glyphs: .ascii)
    try check("-ascii", size, driver)
  }

  @Test(arguments: GoldenTests.sizes)
  func datesInTheStyleThatIsSet(_ size: (Int, Int)) async throws {
    let driver = await Driver(
      SampleConversations.store(scripts: false), columns: size.0, rows: size.1,
      preferences: try ConfigurationTests.read("dates = \"iso\""))
    await driver.press("t")
    try check("-iso", size, driver)
  }

  @Test(arguments: GoldenTests.sizes)
  func moreChannelsThanRows(_ size: (Int, Int)) async throws {
    let tenant = InMemoryTenant("crowded")
    for index in 0..<90 {
      let name = "channel-\(index < 10 ? "0" : "")\(index)"
      for day in 0...Int64(index % 7) {
        tenant.say(name, on: name, .user, "Nia", at: SampleConversations.ago(days: day), "Hello.")
      }
    }
    let driver = await Driver(InMemoryStore([tenant]), tenant: "crowded", columns: size.0, rows: size.1)
    await driver.press("t")
    for _ in 0..<60 { await driver.press("j") }
    try check("-crowded", size, driver)
  }

  @Test(arguments: GoldenTests.sizes)
  func noMessages(_ size: (Int, Int)) async throws {
    let driver = await Driver(InMemoryStore([InMemoryTenant("new")]), tenant: "new", columns: size.0, rows: size.1)
    await driver.press("t")
    try check("-empty", size, driver)
  }
}
