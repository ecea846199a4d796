// The command table holds together: no key twice, every command reachable, the bar true.

import Terminal
import Testing

@testable import Explorer

@Suite("Keymap")
struct KeymapTests {
  @Test func noKeyIsBoundTwiceInOneContext() {
    for context in KeyContext.allCases {
      var owners: [Key: String] = [:]
      for command in CommandTable.all {
        for key in Set(command.keys(in: context)) {
          #expect(owners[key] == nil, "\(key) in \(context) runs \(owners[key] ?? "") and \(command.name)")
          owners[key] = command.name
        }
      }
    }
  }

  @Test func everyCommandHasOneRowAndANameOfItsOwn() {
    #expect(CommandTable.all.count == ExplorerCommand.Identifier.allCases.count)
    #expect(Set(CommandTable.all.map(\.id)).count == CommandTable.all.count)
    #expect(Set(CommandTable.all.map(\.name)).count == CommandTable.all.count)
  }

  @Test func everyKeyNameInTheTableIsUnderstood() {
    // A name that is not understood would be dropped: these commands must keep their keys.
    for command in CommandTable.all where command.id != .deleteSession {
      #expect(!command.keys.isEmpty, "\(command.name) has no key")
      for binding in command.bindings { #expect(!binding.keys.isEmpty, "\(command.name) lost a key") }
    }
  }

  @Test func noCharacterIsACommandWhereTextIsTyped() {
    for context in KeyContext.allCases where context.isTyping {
      for command in CommandTable.all {
        for key in command.keys(in: context) {
          #expect(key.typed == nil, "\(key) cannot be typed in \(context)")
        }
      }
    }
  }

  @Test func everyContextCanBeLeftAndHasHelp() {
    for context in KeyContext.allCases {
      #expect(Keymap.command(for: Key(.escape), in: context) == .close)
      #expect(Keymap.command(for: .control("c"), in: context) == .quit)
      #expect(Keymap.command(for: Key(.function(1)), in: context) == .help || context == .sheet)
    }
  }

  @Test func everyCommandCanBeFoundInTheHelpByItsName() async {
    let driver = await Driver()
    for command in CommandTable.all {
      #expect(driver.state.helpCommands(command.name).contains { $0.id == command.id })
    }
    #expect(driver.state.helpCommands("").count == CommandTable.all.count)
  }

  @Test func theBarShowsOnlyCommandsThatApply() async {
    let driver = await Driver(isReadOnly: true)
    let routes: [[String]] = [[], ["enter"], ["escape"], ["s"], ["c"], ["?"], [":"], ["i"], ["v"]]
    for route in routes {
      let driver = await Driver()
      for key in route { await driver.press(key) }
      let context = KeyContext(driver.state)
      let entries = BarLine(driver.state, columns: 400).entries
      #expect(!entries.isEmpty, "the bar is empty after \(route)")
      for entry in entries {
        #expect(entry.command.whyNot(driver.state) == nil)
        #expect(!entry.command.keys(in: context).isEmpty)
      }
    }
    #expect(CommandTable.command(.deleteSession)?.whyNot(driver.state) != nil)
  }

  @Test func theBarNeverOverflowsAndKeepsTheWayOut() async {
    for columns in [20, 40, 80, 200] {
      let driver = await Driver(columns: columns)
      let entries = BarLine(driver.state, columns: columns).entries
      #expect(entries.allSatisfy { $0.range.upperBound <= columns })
      for (left, right) in zip(entries, entries.dropFirst()) {
        #expect(left.range.upperBound <= right.range.lowerBound)
      }
      #expect(entries.contains { $0.command.id == .help })
    }
  }
}
