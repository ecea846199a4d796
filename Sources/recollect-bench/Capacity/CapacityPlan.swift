// A cluster for so many tenants and messages: arithmetic on measured figures, nothing that runs.

/// What the cluster is to hold and to do, and of what it is made.
struct CapacityDemand: Equatable, Sendable {
  var tenants: Double
  var messagesPerTenant: Double
  /// Vectors a message: messages over some 200 word pieces have several.
  var passagesPerMessage = 1.05
  var footprint = PointFootprint()

  /// Copies of every shard.
  var replicas = 2.0
  /// Searches a second at the busiest time.
  var searchesPerSecond: Double
  /// New messages a second at the busiest time.
  var writesPerSecond: Double
  /// Whether a search goes to the one shard that has its tenant. recollect's go to all: points are spread by their ids.
  var asksOneShard = false
  /// Milliseconds between recollect and the cluster, there and back.
  var roundTrip = 1.0

  /// A node's memory and disk in bytes, its cores, and its price a month.
  var nodeMemory = 128e9
  var nodeDisk = 4e12
  var nodeCores = 16.0
  var nodePrice = 625.0
  /// A month's price of a byte of disk.
  var diskPrice = 0.08 / 1e9

  /// How much of a node's memory, disk and processors is planned for. The rest is for segments that are rewritten, for peaks,
  /// and for a node that is lost.
  var usableMemory = 0.7
  var usableDisk = 0.6
  var usableCores = 0.5
  /// The share of vectors and payloads that the page cache should hold: that of the tenants that are at work.
  var cachedShare = 0.1

  /// Milliseconds of a core, measured like the bytes of `PointFootprint` on a machine of two: what a search costs a shard that
  /// has nothing of the tenant, what it costs in all where the messages are (both legs and what they found, of 25,000), and
  /// what indexing a message costs.
  static let shardVisit = 0.4
  static let search = 8.0
  static let indexing = 1.5
  /// How often a message is indexed: segments are merged as they grow. Not measured.
  static let indexings = 4.0
  /// Milliseconds until such a search is answered, and until an exact count by channel or session is: the engine goes through
  /// the tenant's messages for it, in each shard through those it has.
  static let searchLatency = 11.0
  static let listingLatency = 1.0
  static let countedMessage = 0.00165
  /// Round trips one after the other of a search and of a listing.
  static let searchRoundTrips = 3.0
  static let listingRoundTrips = 2.0
  /// Points of a shard beyond which moving and rewriting it takes hours.
  static let largestShard = 50e6

  /// What a service asks whose tenants ask a hundred times a day and whose messages came in two years; the busiest hour has
  /// five times the average.
  init(tenants: Double, messagesPerTenant: Double) {
    self.tenants = tenants
    self.messagesPerTenant = messagesPerTenant
    searchesPerSecond = tenants * 100 / 86_400 * 5
    writesPerSecond = tenants * messagesPerTenant / (2 * 365 * 86_400) * 5
  }
}

/// The cluster that meets a demand.
struct CapacityPlan: Equatable, Sendable {
  /// What decides how many nodes there are.
  enum Bound: String, Sendable {
    case memory, disk, processors
    /// Three, so that two of them still agree where one is lost.
    case availability
  }

  let points: Double
  /// Bytes over all copies.
  let disk: Double
  let memory: Double
  /// Of these, what the page cache should hold.
  let cache: Double
  let nodes: Double
  let bound: Bound
  let shards: Double
  /// Cores at work at the busiest time.
  let cores: Double
  /// Milliseconds, without what recollect itself does.
  let searchLatency: Double
  let listingLatency: Double
  /// A month.
  let nodeCost: Double
  let diskCost: Double

  var cost: Double { nodeCost + diskCost }

  /// - Returns: nil where no number of nodes suffices: each new node brings new shards, and every search visits them all.
  init?(_ demand: CapacityDemand) {
    let points = demand.tenants * demand.messagesPerTenant * demand.passagesPerMessage
    let disk = points * demand.footprint.disk * demand.replicas
    let cache = points * demand.footprint.read * demand.cachedShare * demand.replicas
    let memory = points * demand.footprint.resident * demand.replicas + cache
    let byMemory = (memory / (demand.nodeMemory * demand.usableMemory)).rounded(.up)
    let byDisk = (disk / (demand.nodeDisk * demand.usableDisk)).rounded(.up)
    let least = demand.replicas > 1 ? max(3, demand.replicas) : 1
    var nodes = max(byMemory, byDisk, least)
    var cores = 0.0
    var shards = 0.0
    // More nodes are more shards, which are more visits, which may need more nodes.
    var isEnough = false
    for _ in 0..<10_000 where !isEnough {
      shards = Self.shards(nodes: nodes, points: points, replicas: demand.replicas)
      cores = Self.cores(demand, shards: shards)
      let byCores = (cores / (demand.nodeCores * demand.usableCores)).rounded(.up)
      isEnough = byCores <= nodes
      if !isEnough { nodes = byCores }
      guard nodes < 1e6 else { return nil }
    }
    guard isEnough else { return nil }
    self.points = points
    self.disk = disk
    self.memory = memory
    self.cache = cache
    self.nodes = nodes
    self.shards = shards
    self.cores = cores
    switch nodes {
    case byMemory where byMemory >= byDisk && byMemory > least: bound = .memory
    case byDisk where byDisk > least: bound = .disk
    case least: bound = .availability
    default: bound = .processors
    }
    searchLatency = CapacityDemand.searchRoundTrips * demand.roundTrip + CapacityDemand.searchLatency
    let counted = demand.messagesPerTenant / (demand.asksOneShard ? 1 : shards)
    listingLatency =
      CapacityDemand.listingRoundTrips * demand.roundTrip + CapacityDemand.listingLatency
      + counted * CapacityDemand.countedMessage
    nodeCost = nodes * demand.nodePrice
    diskCost = disk / demand.usableDisk * demand.diskPrice
  }

  /// Two parts of shards a node, so that a new node has something to take over.
  private static func shards(nodes: Double, points: Double, replicas: Double) -> Double {
    max((2 * nodes / replicas).rounded(.up), (points / CapacityDemand.largestShard).rounded(.up))
  }

  private static func cores(_ demand: CapacityDemand, shards: Double) -> Double {
    let visits = demand.asksOneShard ? 1 : shards
    let searching = demand.searchesPerSecond * (visits * CapacityDemand.shardVisit + CapacityDemand.search)
    let written = demand.writesPerSecond * demand.passagesPerMessage * demand.replicas
    let indexing = written * CapacityDemand.indexing * CapacityDemand.indexings
    return (searching + indexing) / 1000
  }
}
