// What can go wrong when sample conversations are read.

/// Says what is wrong, in which file and line, and what to do.
public enum DemoConversationsError: Error, CustomStringConvertible, Sendable, Equatable {
  case unknownTenant(String, known: [String])
  case malformed(file: String, line: Int, problem: String)

  public var description: String {
    switch self {
    case .unknownTenant(let tenant, let known):
      "no sample conversations for tenant '\(tenant)': choose one of \(known.joined(separator: ", "))"
    case .malformed(let file, let line, let problem):
      "\(file):\(line): \(problem)"
    }
  }
}
