// The actions' overlays in four sizes, and tags and notes where they show.

import ConversationMemory
import Terminal
import Testing

@testable import Explorer

@Suite("Golden surfaces of actions")
struct ActionGoldenTests {
  private func check(_ name: String, _ size: (Int, Int), _ driver: Driver) throws {
    let surface = driver.surface
    try Golden.expect(size.0 == 80 ? surface.golden : surface.text, named: "\(name)-\(size.0)x\(size.1)")
  }

  private func driver(_ size: (Int, Int)) async -> Driver {
    await Driver(SampleConversations.store(scripts: false), columns: size.0, rows: size.1)
  }

  @Test(arguments: GoldenTests.sizes)
  func exportOfAList(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    await driver.press("e", "down")
    try check("export", size, driver)
  }

  @Test(arguments: GoldenTests.sizes)
  func exportOfHits(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    await driver.press("s")
    await driver.type("enterprise price")
    await driver.press("enter", "e", "tab")
    try check("export-hits", size, driver)
  }

  @Test(arguments: GoldenTests.sizes)
  func tags(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    await driver.run("tag won follow-up")
    await driver.press("j")
    await driver.run("tag follow-up waiting")
    await driver.press("#")
    await driver.type("w")
    try check("tags", size, driver)
  }

  @Test(arguments: GoldenTests.sizes)
  func note(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    await driver.press("N")
    await driver.type("Calls back in January")
    try check("note", size, driver)
  }

  @Test(arguments: GoldenTests.sizes)
  func taggedSessions(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    await driver.run("tag won follow-up")
    await driver.run("note Calls back in January; wants the annual plan for all of the two hundred seats")
    await driver.press("x")
    try check("sessions-tagged", size, driver)
  }

  @Test(arguments: GoldenTests.sizes)
  func sheetWithTagsAndNote(_ size: (Int, Int)) async throws {
    let driver = await driver(size)
    await driver.run("tag won follow-up")
    await driver.run("note Calls back in January; wants the annual plan for all of the two hundred seats")
    await driver.press("i")
    try check("sheet-tagged", size, driver)
  }
}
