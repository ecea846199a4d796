// Every view in four sizes, as text; at 80x24 with the roles of the cells too.

import ConversationMemory
import Terminal
import Testing

@testable import Explorer

@Suite("Golden surfaces")
struct GoldenTests {
  static let sizes = [(20, 6), (80, 24), (120, 40), (200, 60)]

  private func check(_ name: String, _ size: (Int, Int), _ driver: Driver) throws {
    let surface = driver.surface
    try Golden.expect(size.0 == 80 ? surface.golden : surface.text, named: "\(name)-\(size.0)x\(size.1)")
  }

  private func driver(_ size: (Int, Int), tenant: String? = "lumenworks") async -> Driver {
    await Driver(SampleConversations.store(scripts: false), tenant: tenant, columns: size.0, rows: size.1)
  }

  @Test(arguments: sizes)
  func tenants(_ size: (Int, Int)) async throws {
    let driver = await driver(size, tenant: nil)
    try check("tenants", size, driver)
  }

  @Test(arguments: sizes)
  func sessions(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    try check("sessions", size, driver)
  }

  @Test(arguments: sizes)
  func sessionsFiltered(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    await driver.press("/")
    await driver.type("globex")
    try check("sessions-filtered", size, driver)
  }

  @Test(arguments: sizes)
  func channels(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    await driver.press("v", "j")
    try check("channels", size, driver)
  }

  @Test(arguments: sizes)
  func transcript(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    await driver.press("enter", "k")
    try check("transcript", size, driver)
  }

  @Test(arguments: sizes)
  func longMessage(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    await driver.press("j", "j", "enter")
    try check("long-message", size, driver)
  }

  @Test(arguments: sizes)
  func search(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    await driver.press("s")
    await driver.type("enterprise price since:2026-10-01 ")
    try check("search", size, driver)
  }

  @Test(arguments: sizes)
  func searchStart(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    await driver.press("s")
    try check("search-start", size, driver)
  }

  @Test(arguments: sizes)
  func hitInConversation(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    await driver.press("s")
    await driver.type("stopped at row 7400")
    await driver.press("enter", "enter")
    try check("hit", size, driver)
  }

  @Test(arguments: sizes)
  func semanticOff(_ size: (Int, Int)) async throws {
    let tenant = SampleConversations.lumenworks(scripts: false)
    tenant.status = .off(reason: "no model is installed", remedy: "`recollect model install` turns it on")
    let driver = await Driver(InMemoryStore([tenant]), tenant: nil, columns: size.0, rows: size.1)
    await driver.press("s")
    await driver.type("quote")
    try check("semantic-off", size, driver)
  }

  @Test(arguments: sizes)
  func context(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    await driver.press("c")
    try check("context", size, driver)
  }

  @Test(arguments: sizes)
  func sheet(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    await driver.press("i")
    try check("sheet", size, driver)
  }

  @Test(arguments: sizes)
  func help(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    await driver.press("?")
    try check("help", size, driver)
  }

  @Test(arguments: sizes)
  func commandLine(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    await driver.press(":")
    await driver.type("re")
    try check("command-line", size, driver)
  }

  @Test(arguments: sizes)
  func deletion(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    await driver.run("delete-session")
    await driver.type("renewal")
    try check("deletion", size, driver)
  }

  @Test(arguments: sizes)
  func themes(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    await driver.press("T")
    await driver.send(.message(.themes(ThemeNews(themes: SampleThemes.list))))
    await driver.press("k")
    try check("themes", size, driver)
  }

  @Test(arguments: sizes)
  func emptyStore(_ size: (Int, Int)) async throws {
    let driver = await Driver(InMemoryStore([]), tenant: nil, columns: size.0, rows: size.1)
    try check("empty-store", size, driver)
  }
}
