// The store on a cluster keeps to what every store keeps to.

import StoreContract
import Testing

@Suite struct ContractTests {
  @Test(arguments: StoreRule.all)
  func `Every rule holds`(rule: StoreRule) async throws {
    try await ClusterStores.during { try await rule.check($0) }
  }
}
