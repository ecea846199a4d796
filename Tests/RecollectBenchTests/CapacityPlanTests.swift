// What a cluster must be: the arithmetic of `recollect-bench capacity`.

import ArgumentParser
import Testing

@testable import recollect_bench

@Suite struct CapacityPlanTests {
  /// Ten million messages of a thousand tenants, with nothing to do.
  private var quiet: CapacityDemand {
    var demand = CapacityDemand(tenants: 1000, messagesPerTenant: 10_000)
    demand.passagesPerMessage = 1
    demand.searchesPerSecond = 0
    demand.writesPerSecond = 0
    return demand
  }

  @Test func `A footprint is the sum of its parts`() {
    var footprint = PointFootprint()
    #expect(footprint.wholeVector == 1536)
    #expect(footprint.quantizedVector == 96)
    let bare = footprint
    footprint.contentBytes = 0
    #expect(footprint.payload == PointFootprint.payloadFrame)
    #expect(footprint.postings == 0)
    #expect(footprint.disk == 1536 + 96 + 87 + 412 + 574 + 30)
    #expect(footprint.resident == 96 + 87 + 528 + 175)
    #expect(bare.disk > footprint.disk)
    footprint.indexPlace = .disk
    #expect(footprint.resident == 96 + 87 + 142 + 175)
  }

  @Test func `The measured collection is met within two in a hundred`() {
    // 50,000 points of two tenants: blocks on the disk without the codebook, and memory with the pages of graph and postings.
    #expect(abs(PointFootprint().disk / 4746 - 1) < 0.02)
    #expect(abs(PointFootprint().resident / (801 + 87 + 119) - 1) < 0.02)
  }

  @Test func `Memory, disk and copies follow from the points`() throws {
    var demand = quiet
    demand.cachedShare = 0.5
    let plan = try #require(CapacityPlan(demand))
    #expect(plan.points == 1e7)
    #expect(plan.disk == 2e7 * demand.footprint.disk)
    #expect(plan.cache == 1e7 * demand.footprint.read)
    #expect(plan.memory == 2e7 * demand.footprint.resident + plan.cache)
    demand.replicas = 4
    #expect(try #require(CapacityPlan(demand)).disk == 2 * plan.disk)
    demand.passagesPerMessage = 2
    #expect(try #require(CapacityPlan(demand)).points == 2e7)
  }

  @Test func `A small cluster has three nodes, and one without copies a single one`() throws {
    var demand = quiet
    demand.messagesPerTenant = 10
    var plan = try #require(CapacityPlan(demand))
    #expect(plan.nodes == 3)
    #expect(plan.bound == .availability)
    #expect(plan.shards == 3)
    demand.replicas = 1
    plan = try #require(CapacityPlan(demand))
    #expect(plan.nodes == 1)
  }

  @Test func `The scarcest of memory, disk and processors decides`() throws {
    var demand = quiet
    demand.messagesPerTenant = 1_000_000
    demand.nodeDisk = 1e15
    var plan = try #require(CapacityPlan(demand))
    #expect(plan.bound == .memory)
    #expect(plan.nodes == (plan.memory / (128e9 * 0.7)).rounded(.up))
    demand.nodeDisk = 1e12
    demand.nodeMemory = 1e15
    plan = try #require(CapacityPlan(demand))
    #expect(plan.bound == .disk)
    #expect(plan.nodes == (plan.disk / 0.6e12).rounded(.up))
    demand = quiet
    demand.searchesPerSecond = 5000
    plan = try #require(CapacityPlan(demand))
    #expect(plan.bound == .processors)
    #expect(plan.cores <= plan.nodes * 8)
    #expect(plan.cores == 5000 * (plan.shards * 0.4 + 8) / 1000)
  }

  @Test func `Where every search visits every shard there is a rate that no cluster reaches`() throws {
    var demand = quiet
    demand.searchesPerSecond = 21_000
    #expect(CapacityPlan(demand) == nil)
    demand.asksOneShard = true
    let plan = try #require(CapacityPlan(demand))
    #expect(plan.nodes == (21_000 * 8.4 / 1000 / 8).rounded(.up))
  }

  @Test func `No shard is larger than can be moved`() throws {
    var demand = quiet
    demand.tenants = 1_000_000
    demand.nodeMemory = 1e15
    demand.nodeDisk = 1e18
    let plan = try #require(CapacityPlan(demand))
    #expect(plan.nodes == 3)
    #expect(plan.shards == 200)
  }

  @Test func `Latency is round trips and the engine's time, cost is nodes and disk`() throws {
    var demand = quiet
    demand.roundTrip = 50
    let plan = try #require(CapacityPlan(demand))
    #expect(plan.searchLatency == 161)
    #expect(plan.shards == 3)
    #expect(abs(plan.listingLatency - (101 + 10_000 / 3 * 0.00165)) < 1e-9)
    #expect(plan.nodeCost == plan.nodes * 625)
    #expect(abs(plan.diskCost - plan.disk / 0.6 / 1e9 * 0.08) < 1e-6)
    #expect(plan.cost == plan.nodeCost + plan.diskCost)
  }

  @Test func `Figures are written with three digits`() {
    #expect(CapacityReport.short(1e10) == "10G")
    #expect(CapacityReport.short(1536) == "1.54k")
    #expect(CapacityReport.bytes(9.65e13) == "96.5 TB")
    #expect(CapacityReport.bytes(2.5e9) == "2.50 GB")
  }

  @Test(arguments: [["--tenants", "0"], ["--cached-share", "2"], ["--replicas", "1.5"], ["--searches", "-1"]])
  func `Numbers that make no sense are refused`(arguments: [String]) {
    #expect(throws: (any Error).self) { try CapacityCommand.parse(arguments) }
  }
}
