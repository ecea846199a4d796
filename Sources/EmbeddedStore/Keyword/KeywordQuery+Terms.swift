// A question's words as the keyword index takes them.

import KeywordIndex
import TextAnalysis

extension KeywordQuery {
  /// A word being typed is found by its beginning as written, and by its stem, should it be whole already.
  var keywordTerms: [KeywordTerm] {
    terms.map { KeywordTerm(stem: $0.stem, prefix: $0.isPrefix ? $0.word : nil) }
  }
}
