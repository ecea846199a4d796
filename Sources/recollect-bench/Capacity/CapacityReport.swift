// What the plans say, as a table and as JSON.

import Foundation

/// A demand with the cluster that meets it.
struct CapacityRow: Encodable {
  let tenants: Double
  let messages: Double
  let searchesPerSecond: Double
  let writesPerSecond: Double
  /// nil where no number of nodes suffices.
  let nodes: Double?
  let bound: String?
  let shards: Double?
  let coresAtWork: Double?
  let memoryBytes: Double?
  let diskBytes: Double?
  let searchMilliseconds: Double?
  let listingMilliseconds: Double?
  let costPerMonth: Double?

  init(_ demand: CapacityDemand) {
    let plan = CapacityPlan(demand)
    tenants = demand.tenants
    messages = demand.tenants * demand.messagesPerTenant
    searchesPerSecond = demand.searchesPerSecond
    writesPerSecond = demand.writesPerSecond
    nodes = plan?.nodes
    bound = plan?.bound.rawValue
    shards = plan?.shards
    coresAtWork = plan?.cores
    memoryBytes = plan?.memory
    diskBytes = plan?.disk
    searchMilliseconds = plan?.searchLatency
    listingMilliseconds = plan?.listingLatency
    costPerMonth = plan?.cost
  }
}

struct CapacityReport: Encodable {
  let rows: [CapacityRow]
  /// Of a point, one copy.
  let diskBytesPerPoint: Double
  let residentBytesPerPoint: Double

  init(rows: [CapacityRow], footprint: PointFootprint) {
    self.rows = rows
    diskBytesPerPoint = footprint.disk
    residentBytesPerPoint = footprint.resident
  }

  var text: String {
    let columns = [
      "messages", "tenants", "searches/s", "nodes", "decided by", "shards", "memory", "disk", "search ms", "list ms",
      "cost/month",
    ]
    let table = [columns] + rows.map(cells)
    let widths = columns.indices.map { column in table.map { $0[column].count }.max() ?? 0 }
    let lines = table.map { cells in
      zip(cells, widths).map { cell, width in String(repeating: " ", count: width - cell.count) + cell }
        .joined(separator: "  ")
    }
    let heading =
      "A message's vector: \(Int(diskBytesPerPoint.rounded())) bytes on the disk and "
      + "\(Int(residentBytesPerPoint.rounded())) in memory, in each copy.\n\n"
    let impossible = rows.contains { $0.nodes == nil }
    let note =
      "\n\n-: no number of nodes suffices where every search visits every shard. Spread the tenants over several\n"
      + "clusters, or see what --one-shard gives."
    return heading + lines.joined(separator: "\n") + (impossible ? note : "")
  }

  private func cells(_ row: CapacityRow) -> [String] {
    [
      Self.short(row.messages), Self.short(row.tenants), Self.short(row.searchesPerSecond),
      row.nodes.map { "\(Int($0))" } ?? "-", row.bound ?? "-", row.shards.map { "\(Int($0))" } ?? "-",
      row.memoryBytes.map(Self.bytes) ?? "-", row.diskBytes.map(Self.bytes) ?? "-",
      row.searchMilliseconds.map { Self.digits($0) } ?? "-", row.listingMilliseconds.map { Self.digits($0) } ?? "-",
      row.costPerMonth.map { Self.short($0) } ?? "-",
    ]
  }

  /// With the letter of thousands: 1.5k, 20M.
  static func short(_ value: Double) -> String {
    for (unit, letter) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where value >= unit {
      return digits(value / unit) + letter
    }
    return digits(value)
  }

  static func bytes(_ value: Double) -> String {
    for (unit, letter) in [(1e15, "PB"), (1e12, "TB")] where value >= unit {
      return digits(value / unit) + " " + letter
    }
    return digits(value / 1e9) + " GB"
  }

  /// Three digits that count.
  static func digits(_ value: Double) -> String {
    if value >= 100 || value == value.rounded() { return String(format: "%.0f", value) }
    return String(format: value >= 10 ? "%.1f" : "%.2f", value)
  }
}
