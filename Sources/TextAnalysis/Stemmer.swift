// Reduces words to stems.

internal import CStemmer

/// Porter's stemmer (Porter 1980) from libstemmer, remembering the stems it gave. Not safe for two threads at once: make
/// one per piece of work.
package final class Stemmer {
  private let handle: OpaquePointer?
  private var known: [String: String] = [:]
  /// Beyond this many different words they are no longer remembered: a text of random letters must not fill the memory.
  private static let mostKnown = 50_000

  package init() { handle = sb_stemmer_new("porter", "UTF_8") }

  deinit { sb_stemmer_delete(handle) }

  /// Which words have stems, in bytes: very short ones are left alone, and so are long ones that an index may know by their
  /// first bytes only (64 in the keyword index, less a scalar that does not go in whole). So it makes no difference whether
  /// a word is cut before it is stemmed, as while indexing, or after, as in a question.
  package static let lengths = 3...60

  package func stem(_ word: String) -> String {
    if let stem = known[word] { return stem }
    let stem = computed(word)
    if known.count < Self.mostKnown { known[word] = stem }
    return stem
  }

  private func computed(_ word: String) -> String {
    guard let handle, Self.lengths.contains(word.utf8.count) else { return word }
    let bytes = Array(word.utf8)
    guard let stem = sb_stemmer_stem(handle, bytes, Int32(bytes.count)) else { return word }
    return String(decoding: UnsafeBufferPointer(start: stem, count: Int(sb_stemmer_length(handle))), as: UTF8.self)
  }
}
