// The store on this machine keeps to what every store keeps to.

import Retrieval
import StoreContract
import Testing
import VectorIndex

@Suite struct ContractTests {
  @Test(arguments: StoreRule.all)
  func everyRuleHolds(rule: StoreRule) async throws {
    let stores = TemporaryStores()
    try await rule.check(stores)
    withExtendedLifetime(stores) {}
  }

  @Test func theTokensThatStoresKeepFitTheIndex() { #expect(PassageTokens.limit == VectorIndex.mostTokens) }
}
