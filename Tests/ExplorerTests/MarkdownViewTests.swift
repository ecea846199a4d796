// Markdown in messages: drawn in every view, as written on demand, with found words and heights where they belong.

import ConversationMemory
import Terminal
import Testing

@testable import Explorer

@Suite("Markdown in messages")
struct MarkdownViewTests {
  private static let answer = """
    ## What the **enterprise** tier costs

    | Seats | Price a seat | Term |
    |------:|:-------------|:----:|
    | 50 | *24 euro* | 1 year |
    | 400 | **18 euro** | 3 years |

    1. Sign the [order form](https://lumenworks.example/order?id=4711)
    2. Set up single sign-on:
       - Okta, or
       - Entra

    ```sh
    lumen sso enable --provider okta
    ```

    > Can you hold that price?

    Until 31 January, yes. Nothing else is markup: 2 * 3 * 4, snake_case_words.
    """

  private func store(_ text: String = answer) -> InMemoryStore {
    let tenant = InMemoryTenant("lumenworks")
    tenant.say(
      "offer", on: "web", .user, "Dana", at: SampleConversations.ago(minutes: 9), "What would *400 seats* cost?")
    tenant.say("offer", on: "web", .assistant, "Kim", at: SampleConversations.ago(minutes: 8), text)
    return InMemoryStore([tenant])
  }

  private func driver(_ columns: Int = 120, _ rows: Int = 40, _ text: String = answer) async -> Driver {
    await Driver(store(text), columns: columns, rows: rows)
  }

  @Test(arguments: GoldenTests.sizes)
  func messagesInMarkdown(_ size: (Int, Int)) async throws {
    let driver = await driver(size.0, size.1)
    await driver.press("enter", "g")
    let surface = driver.surface
    try Golden.expect(size.0 == 80 ? surface.golden : surface.text, named: "markdown-\(size.0)x\(size.1)")
  }

  @Test func aKeyShowsMessagesAsTheyWereWrittenAndDrawsThemAgain() async {
    let driver = await driver(200)
    await driver.press("enter")
    #expect(driver.text.contains("24 euro      │ 1 year"))
    #expect(driver.text.contains("order form (https://lumenworks.example/order?id=4711)"))
    #expect(!driver.text.contains("**"))
    await driver.press("W")
    #expect(driver.text.contains("| 50 | *24 euro* | 1 year |"))
    #expect(driver.text.contains("## What the **enterprise** tier costs"))
    await driver.run("markdown")
    #expect(!driver.text.contains("**"))
    #expect(driver.text.contains("2 * 3 * 4, snake_case_words"))
  }

  @Test func aFoundWordIsMarkedWhereItIsShown() async {
    let driver = await driver()
    await driver.press("s")
    await driver.type("enterprise")
    let hit = driver.rows(with: "What the enterprise tier costs")
    #expect(hit.count == 2, "in the snippet and in the conversation:\n\(driver.text)")
    for row in hit { #expect(driver.surface.styles(row: row).contains("match"), "\(driver.surface.styles(row: row))") }
    await driver.press("enter", "W")
    #expect(driver.text.contains("## What the **enterprise** tier"))
  }

  @Test func theContextAndItsHeightsFollowTheWayMessagesAreShown() async {
    let driver = await driver(80, 24)
    await driver.press("c")
    #expect(driver.text.contains("What the enterprise tier costs"))
    await driver.press("W")
    #expect(driver.text.contains("## What the **enterprise** tier costs"))
  }

  @Test func heightsAreThoseOfWhatIsDrawnFoldedAndUnfolded() async throws {
    let long = Array(repeating: Self.answer, count: 6).joined(separator: "\n\n")
    for columns in [24, 60, 120] {
      let driver = await driver(columns, 30, long)
      await driver.press("enter")
      for keys in [[], ["z"], ["W"], ["z"], ["W"]] {
        for key in keys { await driver.press(key) }
        let state = driver.state
        let transcript = try #require(state[transcript: .transcript])
        let text = state.messageText(in: .transcript, ScreenLayout(state))
        let measure = TranscriptMeasure(transcript, text, dates: state.dates)
        for index in transcript.messages.indices {
          let body = measure.body(index)
          let head = (measure.startsDay(index) ? 2 : 0) + 1
          #expect(measure.height(index) == head + body.lines.count + (body.hidden > 0 ? 1 : 0) + 1)
          for line in body.lines { #expect(line.columns <= text.columns, "\(line.text)") }
        }
      }
    }
  }

  @Test func theConfigurationCanStartWithMessagesAsTheyWereWritten() throws {
    let file = ConfigurationFile(path: "config.toml", themes: ThemeLibrary())
    #expect(try file.read("").rendersMarkdown)
    #expect(try !file.read("markdown = false\n").rendersMarkdown)
  }
}
