// When tails are sealed and segments merged.

/// The sizes that maintenance goes by. Tests make them small.
package struct MaintenancePolicy: Sendable {
  /// Rows in tails that are worth sealing: up to here, scoring all of them costs no more than a segment does.
  package var sealedRows: Int

  /// A segment is merged with the rows after it when it has no more than this many times their number. So the sizes of
  /// segments grow by more than that from the last to the first, and a row is copied a logarithmic number of times
  /// (O'Neil, Cheng, Gawlick, O'Neil 1996: "The log-structured merge-tree").
  package var mergeRatio: Double

  /// The share of deleted rows at which a segment is built anew without them.
  package var deletedShare: Double

  /// Rows from which on a segment stores its rows' codes by row too, for searches under filters. Below, the few rows that
  /// a narrow filter lets through are soon looked at in full.
  package var sketchedRows: Int

  package static let standard = MaintenancePolicy(
    sealedRows: 16384, mergeRatio: 1.5, deletedShare: 0.25, sketchedRows: 131_072)

  package init(sealedRows: Int, mergeRatio: Double, deletedShare: Double, sketchedRows: Int) {
    self.sealedRows = sealedRows
    self.mergeRatio = mergeRatio
    self.deletedShare = deletedShare
    self.sketchedRows = sketchedRows
  }
}
