// The store on this machine keeps to what every store keeps to.

import StoreContract
import Testing

@Suite struct ContractTests {
  @Test(arguments: StoreRule.all)
  func everyRuleHolds(rule: StoreRule) async throws { try await rule.check(TemporaryStores()) }
}
