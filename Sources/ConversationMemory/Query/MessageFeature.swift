// What `has:` can ask for. How each is recognised is in `MessageFeature+Recognition.swift`.

/// Something a message's text has or has not, decided from the text alone.
public enum MessageFeature: String, Hashable, Sendable, CaseIterable {
  /// `http://…`, `https://…`, or a host that begins with `www.`.
  case link
  /// A mail address: `name@host.tld`.
  case email
  /// 7 to 15 digits that begin with `+`, `0` or a bracket, or stand in groups (`555-0199-22`); no date and no number in
  /// thousands.
  case phone
  /// A word that begins with a digit, a sign before it or not: `42`, `3rd`, `$1,000`; not `Q3`.
  case number
  /// A number beside a currency: `$41`, `41 €`, `EUR 300`, `40 euros`.
  case price
  /// A day or a month of a year: `2026-11-21`, `21.11.2026`, `11/21/26`, `21 November`, `Nov 21st`, `March 2026`. Not
  /// `yesterday`.
  case date
  /// A question mark that ends a word; not the one inside an address on the web.
  case question
  /// Text between backticks, one or three.
  case code
  /// Two or more lines that begin with `-`, `*`, `•` or a number with `.` or `)`.
  case list
}
