// What a model wants to stand before questions and before passages: from config_sentence_transformers.json where it says
// so, else by the name of the model's family.

internal import Foundation

/// The texts put before what is embedded; empty for models that want none.
struct TextPrompts: Sendable, Equatable {
  var question = ""
  var passage = ""

  init(question: String = "", passage: String = "") {
    self.question = question
    self.passage = passage
  }

  /// - Parameters:
  ///   - file: The content of config_sentence_transformers.json; nil where there is none.
  ///   - names: What the model may be called, by which its family is known where the file names no prompts.
  init(file: PromptsFile?, names: [String]) {
    if let file, let prompts = file.prompts, !prompts.isEmpty {
      self.init(file, prompts)
    } else {
      self = names.lazy.compactMap(Self.ofFamily).first ?? TextPrompts()
    }
  }

  private init(_ file: PromptsFile, _ prompts: [String: String?]) {
    // The names that Sentence Transformers looks for, in its order.
    func prompt(_ names: [String]) -> String {
      let known = names.lazy.compactMap { prompts[$0] ?? nil }.first
      return known ?? file.defaultName.flatMap { prompts[$0] ?? nil } ?? ""
    }
    self.init(question: prompt(["query", "question"]), passage: prompt(["document", "passage", "corpus"]))
  }

  /// The prompts of models whose authors name them in their descriptions only; nil for a name of no such family.
  private static func ofFamily(_ name: String) -> TextPrompts? {
    let parts = name.lowercased().split { !($0.isLetter || $0.isNumber || $0 == ".") }
    let search = TextPrompts(question: "Represent this sentence for searching relevant passages: ")
    if parts.contains("e5") { return TextPrompts(question: "query: ", passage: "passage: ") }
    if parts.contains("bge"), parts.contains("en") { return search }
    if parts.contains("arctic"), parts.contains("embed") { return search }
    if parts.contains("mxbai"), parts.contains("embed") { return search }
    return nil
  }
}

/// What is read of config_sentence_transformers.json.
struct PromptsFile: Decodable {
  let prompts: [String: String?]?
  let defaultName: String?

  enum CodingKeys: String, CodingKey {
    case prompts
    case defaultName = "default_prompt_name"
  }
}
