// Recognises features in a message's text, byte by byte: a deep search looks at every message there is.

extension MessageFeature {
  /// Whether a text has it.
  public func isPresent(in text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      let scan = FeatureScan(bytes: bytes)
      switch self {
      case .link: return scan.hasLink
      case .email: return scan.hasEmail
      case .phone: return scan.hasPhone
      case .number: return scan.hasNumber
      case .price: return scan.hasPrice
      case .date: return scan.hasDate
      case .question: return scan.hasQuestion
      case .code: return scan.hasCode
      case .list: return scan.hasList
      }
    }
  }
}

/// One text's bytes. Reading beyond either end gives 0, which belongs to nothing.
private struct FeatureScan {
  let bytes: UnsafeBufferPointer<UInt8>

  private subscript(_ index: Int) -> UInt8 { index >= 0 && index < bytes.count ? bytes[index] : 0 }

  private func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }
  private func isLetter(_ byte: UInt8) -> Bool { byte >= 128 || (byte | 32 >= 97 && byte | 32 <= 122) }
  private func isWordByte(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "_") }
  private func isSpace(_ byte: UInt8) -> Bool { byte == 32 || (byte >= 9 && byte <= 13) }

  /// Whether these bytes stand at a place; ASCII letters in any case, where `word` is in lower case.
  private func has(_ word: StaticString, at index: Int) -> Bool {
    guard index >= 0, index + word.utf8CodeUnitCount <= bytes.count else { return false }
    for offset in 0..<word.utf8CodeUnitCount {
      let wanted = word.utf8Start[offset]
      let byte = bytes[index + offset]
      guard byte == wanted || (wanted >= 97 && wanted <= 122 && byte | 32 == wanted) else { return false }
    }
    return true
  }

  // MARK: Addresses

  var hasLink: Bool {
    bytes.indices.contains { index in
      guard !isWordByte(self[index - 1]) else { return false }
      let length = has("https://", at: index) ? 8 : has("http://", at: index) ? 7 : has("www.", at: index) ? 4 : 0
      return length > 0 && (isDigit(self[index + length]) || isLetter(self[index + length]))
    }
  }

  var hasEmail: Bool {
    bytes.indices.contains { index in
      guard bytes[index] == UInt8(ascii: "@"), isWordByte(self[index - 1]), isWordByte(self[index + 1]) else {
        return false
      }
      var end = index + 1
      var lastDot: Int?
      while isWordByte(self[end]) || self[end] == UInt8(ascii: "-")
        || (self[end] == UInt8(ascii: ".") && isWordByte(self[end + 1]))
      {
        if self[end] == UInt8(ascii: ".") { lastDot = end }
        end += 1
      }
      guard let lastDot, end - lastDot > 2 else { return false }
      return (lastDot + 1..<end).allSatisfy { isLetter(bytes[$0]) }
    }
  }

  // MARK: Numbers

  /// A digit at the beginning of a word; signs and currencies are no part of one. Digits of other scripts count nowhere.
  private func beginsNumber(_ index: Int) -> Bool {
    guard isDigit(self[index]), !isDigit(self[index - 1]) else { return false }
    let before = self[index - 1]
    if ".,'".utf8.contains(before), isWordByte(self[index - 2]) { return false }
    return !isWordByte(before) || sign(endingAt: index) > 0
  }

  /// Bytes of the currency sign that ends before a place.
  private func sign(endingAt index: Int) -> Int {
    if self[index - 1] == UInt8(ascii: "$") { return 1 }
    if has("£", at: index - 2) || has("¥", at: index - 2) { return 2 }
    return has("€", at: index - 3) || has("₹", at: index - 3) ? 3 : 0
  }

  private func hasSign(at index: Int) -> Bool {
    self[index] == UInt8(ascii: "$") || has("€", at: index) || has("£", at: index) || has("¥", at: index)
      || has("₹", at: index)
  }

  var hasNumber: Bool { bytes.indices.contains(where: beginsNumber) }

  /// Behind the digits of a number, its separators and the letter that makes it thousands or millions.
  private func numberEnd(_ start: Int) -> Int {
    var end = start
    while isDigit(self[end])
      || ([UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "'")].contains(self[end]) && isDigit(self[end + 1]))
    {
      end += 1
    }
    let letter = self[end] | 32
    if letter == UInt8(ascii: "k") || letter == UInt8(ascii: "m"), !isWordByte(self[end + 1]) || hasSign(at: end + 1) {
      end += 1
    }
    return end
  }

  var hasPrice: Bool {
    bytes.indices.contains { index in
      guard beginsNumber(index) else { return false }
      var before = index
      if self[before - 1] == 32 { before -= 1 }
      if sign(endingAt: before) > 0 || hasCurrency(endingAt: before) { return true }
      var after = numberEnd(index)
      if self[after] == 32 || self[after] == UInt8(ascii: "-") { after += 1 }
      // A space that does not break, U+00A0 or U+202F.
      if has("\u{A0}", at: after) { after += 2 } else if has("\u{202F}", at: after) { after += 3 }
      return hasSign(at: after) || hasCurrency(at: after)
    }
  }

  private static let codes: [StaticString] = [
    "usd", "eur", "gbp", "chf", "jpy", "inr", "cad", "aud", "sek", "nok", "dkk", "pln", "cny",
  ]
  private static let names: [StaticString] = [
    "dollar", "dollars", "euro", "euros", "pound", "pounds", "cent", "cents", "bucks", "francs", "yen", "rupees",
  ]

  private func hasCurrency(endingAt end: Int) -> Bool {
    Self.codes.contains { has($0, at: end - 3) } && !isWordByte(self[end - 4])
  }

  private func hasCurrency(at start: Int) -> Bool {
    (Self.codes + Self.names).contains { has($0, at: start) && !isWordByte(self[start + $0.utf8CodeUnitCount]) }
  }

  var hasPhone: Bool { bytes.indices.contains(where: beginsPhone) }

  private func beginsPhone(_ start: Int) -> Bool {
    let first = self[start]
    guard !isWordByte(self[start - 1]), !".,-+/(@=".utf8.contains(self[start - 1]) else { return false }
    guard isDigit(first) || (first == UInt8(ascii: "+") && isDigit(self[start + 1])) || first == UInt8(ascii: "(")
    else { return false }
    var groups: [Int] = []
    var digits = 0
    var index = start
    var isInGroup = false
    while index < bytes.count {
      let byte = bytes[index]
      if isDigit(byte) {
        if isInGroup { groups[groups.count - 1] += 1 } else { groups.append(1) }
        isInGroup = true
        digits += 1
        // No number any more; and a text of nothing else would be walked over from each of its digits.
        if digits > 15 { return false }
      } else if isInGroup || byte == UInt8(ascii: "(") || (byte == UInt8(ascii: "+") && index == start)
        || (self[index - 1] == UInt8(ascii: ")") && byte == 32)
      {
        // One separator between groups; brackets stand beside it.
        guard " -./()+".utf8.contains(byte) else { break }
        let next = self[index + 1]
        guard isDigit(next) || next == UInt8(ascii: "(") || byte == UInt8(ascii: ")") else { break }
        isInGroup = false
      } else {
        break
      }
      index += 1
    }
    guard !isWordByte(self[index]), digits >= 7 else { return false }
    if first == UInt8(ascii: "+") || first == UInt8(ascii: "0") || first == UInt8(ascii: "(") {
      return dateLength(start) == nil
    }
    let isThousands = groups.dropFirst().allSatisfy { $0 == 3 } && (groups.first ?? 0) <= 3
    return groups.count > 1 && groups.allSatisfy { $0 > 1 } && !isThousands && dateLength(start) == nil
  }

  // MARK: Dates

  var hasDate: Bool {
    bytes.indices.contains { index in
      guard !isWordByte(self[index - 1]) else { return false }
      if isDigit(self[index]) { return dateLength(index) != nil || isDayOfMonth(index) }
      return isLetter(self[index]) && isMonthBeforeNumber(index)
    }
  }

  private func digits(_ start: Int) -> (count: Int, value: Int) {
    var count = 0
    var value = 0
    while count < 5, isDigit(self[start + count]) {
      value = value * 10 + Int(bytes[start + count] - 48)
      count += 1
    }
    return (count, value)
  }

  /// Bytes of `2026-11-21`, `21.11.2026` or `11/21/26` at a place.
  private func dateLength(_ start: Int) -> Int? {
    let first = digits(start)
    let separator = self[start + first.count]
    guard first.count > 0, [UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/")].contains(separator) else {
      return nil
    }
    let secondStart = start + first.count + 1
    let second = digits(secondStart)
    let thirdStart = secondStart + second.count + 1
    guard (1...2).contains(second.count), self[thirdStart - 1] == separator else { return nil }
    let third = digits(thirdStart)
    let end = thirdStart + third.count
    guard third.count > 0, !isDigit(self[end]), self[end] != separator || !isDigit(self[end + 1]) else { return nil }
    func isMonth(_ value: Int) -> Bool { (1...12).contains(value) }
    func isDay(_ value: Int) -> Bool { (1...31).contains(value) }
    if first.count == 4 {
      guard (1000...2999).contains(first.value), isMonth(second.value), isDay(third.value), third.count <= 2 else {
        return nil
      }
      return end - start
    }
    guard first.count <= 2, third.count == 4 || third.count == 2 else { return nil }
    let isDayFirst = isDay(first.value) && isMonth(second.value)
    let isMonthFirst = isMonth(first.value) && isDay(second.value)
    return isDayFirst || isMonthFirst ? end - start : nil
  }

  private static let months: [StaticString] = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec",
  ]

  /// Bytes of a month's name at a place, a full stop behind a short one with it.
  private func monthLength(_ start: Int) -> Int? {
    for month in Self.months where has(month, at: start) {
      let length = month.utf8CodeUnitCount
      guard !isWordByte(self[start + length]) else { continue }
      return length <= 4 && self[start + length] == UInt8(ascii: ".") ? length + 1 : length
    }
    return nil
  }

  /// `21 November`, `21st of Nov`, `21. November`.
  private func isDayOfMonth(_ start: Int) -> Bool {
    let day = digits(start)
    guard (1...2).contains(day.count), (1...31).contains(day.value) else { return false }
    var index = start + day.count
    if ["st", "nd", "rd", "th"].contains(where: { has($0, at: index) }) { index += 2 }
    if self[index] == UInt8(ascii: ".") { index += 1 }
    guard self[index] == 32 || self[index] == UInt8(ascii: "-") else { return false }
    index += 1
    if has("of ", at: index) { index += 3 }
    return monthLength(index) != nil
  }

  /// `November 21`, `Nov. 21st`, `March 2026`.
  private func isMonthBeforeNumber(_ start: Int) -> Bool {
    guard let length = monthLength(start), self[start + length] == 32 else { return false }
    let numberStart = start + length + 1
    let number = digits(numberStart)
    var end = numberStart + number.count
    if number.count == 4 { return (1000...2999).contains(number.value) && !isWordByte(self[end]) }
    guard (1...2).contains(number.count), (1...31).contains(number.value) else { return false }
    if ["st", "nd", "rd", "th"].contains(where: { has($0, at: end) }) { end += 2 }
    return !isWordByte(self[end])
  }

  // MARK: Form

  var hasQuestion: Bool {
    bytes.indices.contains { index in
      if has("？", at: index) || has("؟", at: index) { return true }
      guard bytes[index] == UInt8(ascii: "?") else { return false }
      let next = self[index + 1]
      return !isWordByte(next) && !"=&/%".utf8.contains(next)
    }
  }

  var hasCode: Bool {
    var open: Int?
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "`") else {
        // A single backtick is closed in its line; a fence may span many.
        if bytes[index] == 10, open == 1 { open = nil }
        index += 1
        continue
      }
      var count = 0
      while self[index + count] == UInt8(ascii: "`") { count += 1 }
      if let opened = open {
        if count >= opened { return true }
      } else if count == 1 || count >= 3 {
        open = count == 1 ? 1 : 3
      }
      index += count
    }
    return false
  }

  var hasList: Bool {
    var items = 0
    var lineStart = 0
    while lineStart < bytes.count {
      if isListItem(lineStart) { items += 1 }
      if items == 2 { return true }
      while lineStart < bytes.count, bytes[lineStart] != 10 { lineStart += 1 }
      lineStart += 1
    }
    return false
  }

  private func isListItem(_ lineStart: Int) -> Bool {
    var index = lineStart
    while self[index] == 32 || self[index] == 9 { index += 1 }
    if self[index] == UInt8(ascii: "-") || self[index] == UInt8(ascii: "*") || has("•", at: index) {
      index += has("•", at: index) ? 3 : 1
    } else {
      let number = digits(index)
      guard (1...3).contains(number.count) else { return false }
      index += number.count
      guard self[index] == UInt8(ascii: ".") || self[index] == UInt8(ascii: ")") else { return false }
      index += 1
    }
    return (self[index] == 32 || self[index] == 9) && index + 1 < bytes.count && !isSpace(self[index + 1])
  }
}
