// The benchmarks of recollect: each prints what it measured, and how to measure it again.

import ArgumentParser

@main
struct RecollectBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recollect-bench",
    abstract: "Measures recollect on this machine.",
    subcommands: [
      CapacityCommand.self, EncoderCommand.self, ExplorerCommand.self, IndexCommand.self, KeywordCommand.self,
      SearchCommand.self,
    ])
}
