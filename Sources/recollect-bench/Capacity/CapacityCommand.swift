// `recollect-bench capacity`: what a Qdrant cluster must be for so many tenants and messages.

import ArgumentParser

struct CapacityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "capacity",
    abstract: "Derives a Qdrant cluster's nodes, memory, disk and monthly cost from measured bytes and times.",
    discussion: """
      Nothing is measured here: the bytes and milliseconds were, on Qdrant's engine, and stand in the sources with how \
      (PointFootprint.swift, CapacityPlan.swift). Prices are round figures of a large cloud's list: give your own.

      Without --tenants there is a row for each size from a million to ten billion messages.

        recollect-bench capacity
        recollect-bench capacity --tenants 2000 --messages 500000 --replicas 3 --node-price 480
        recollect-bench capacity --tenants 1000000 --messages 10000 --indexes disk --json
      """)

  @Option(help: "Tenants.") var tenants: Double?
  @Option(help: "Messages of a tenant.") var messages: Double = 10_000
  @Option(help: "UTF-8 bytes of a message on average.") var contentBytes = PointFootprint().contentBytes
  @Option(help: "Vectors a message; long messages have several.") var passages = 1.05
  @Option(help: "Copies of every shard.") var replicas = 2.0
  @Option(help: "Where the payload indexes are: memory or disk.") var indexes = PointFootprint.IndexPlace.memory
  @Option(help: "Share of vectors and payloads that the page cache should hold, 0 to 1.") var cachedShare = 0.1
  @Option(help: "Searches a second at the busiest time (100 a tenant and day, five times the average).")
  var searches: Double?
  @Option(help: "New messages a second at the busiest time (all messages in two years, five times the average).")
  var writes: Double?
  @Flag(help: "Count with a shard of its own for each tenant: a search visits one shard, not all.") var oneShard = false
  @Option(help: "Milliseconds to the cluster and back.") var roundTrip = 1.0
  @Option(help: "A node's memory in GB.") var nodeMemory = 128.0
  @Option(help: "A node's disk in GB.") var nodeDisk = 4000.0
  @Option(help: "A node's cores.") var nodeCores = 16.0
  @Option(help: "A node's price a month, without its disk.") var nodePrice = 625.0
  @Option(help: "A GB of disk's price a month.") var diskPrice = 0.08
  @Flag(help: "Print one JSON document.") var json = false

  func validate() throws {
    let positive: [(String, Double?)] = [
      ("tenants", tenants), ("messages", messages), ("content-bytes", contentBytes), ("passages", passages),
      ("replicas", replicas), ("node-memory", nodeMemory), ("node-disk", nodeDisk), ("node-cores", nodeCores),
    ]
    for (name, value) in positive where value.map({ !($0 > 0 && $0.isFinite) }) ?? false {
      throw ValidationError("--\(name) must be more than 0.")
    }
    let others: [(String, Double?)] = [
      ("searches", searches), ("writes", writes), ("round-trip", roundTrip), ("node-price", nodePrice),
      ("disk-price", diskPrice),
    ]
    for (name, value) in others where value.map({ !($0 >= 0 && $0.isFinite) }) ?? false {
      throw ValidationError("--\(name) must not be less than 0.")
    }
    guard (0...1).contains(cachedShare) else { throw ValidationError("--cached-share is between 0 and 1.") }
    guard replicas == replicas.rounded() else { throw ValidationError("--replicas is a whole number.") }
  }

  func run() throws {
    let sizes: [Double] = tenants.map { [$0] } ?? [100, 1000, 10_000, 100_000, 1_000_000]
    let rows = sizes.map { CapacityRow(demand(tenants: $0)) }
    if json {
      try JSONOutput.print(CapacityReport(rows: rows, footprint: demand(tenants: 1).footprint))
    } else {
      print(CapacityReport(rows: rows, footprint: demand(tenants: 1).footprint).text)
    }
  }

  private func demand(tenants: Double) -> CapacityDemand {
    var demand = CapacityDemand(tenants: tenants, messagesPerTenant: messages)
    demand.footprint.contentBytes = contentBytes
    demand.footprint.indexPlace = indexes
    demand.passagesPerMessage = passages
    demand.replicas = replicas
    demand.cachedShare = cachedShare
    if let searches { demand.searchesPerSecond = searches }
    if let writes { demand.writesPerSecond = writes }
    demand.asksOneShard = oneShard
    demand.roundTrip = roundTrip
    demand.nodeMemory = nodeMemory * 1e9
    demand.nodeDisk = nodeDisk * 1e9
    demand.nodeCores = nodeCores
    demand.nodePrice = nodePrice
    demand.diskPrice = diskPrice / 1e9
    return demand
  }
}

extension PointFootprint.IndexPlace: ExpressibleByArgument {}
