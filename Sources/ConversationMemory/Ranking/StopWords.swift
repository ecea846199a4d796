// Words that carry no subject.

/// English function words and the small talk of conversations. A query of nothing else is searched whole.
public enum StopWords {
  public static let english: Set<String> = Set(
    """
    a about after again all also am an and any are as at be because been before being below between both but by can \
    could did do does doing don down during each few for from further had has have having he her here hers him his how \
    i if in into is it its itself just me more most my myself no nor not now of off on once only or other our ours out \
    over own s same she should so some such t than that the their theirs them then there these they this those through \
    to too under until up us very was we were what when where which while who whom why will with would you your yours \
    im ive id ill youre youve youd youll hes shes thats theres whats lets isnt arent wasnt werent dont doesnt didnt \
    cant couldnt wont wouldnt shouldnt havent hasnt hadnt weve were theyre theyve ll ve re d m
    """
    .split(whereSeparator: \.isWhitespace).map(String.init))

  /// What people say around the matter: kept in searches, left out of topics.
  public static let smallTalk: Set<String> = Set(
    """
    hi hello hey dear thanks thank please ok okay yes yeah yep sure great good fine nice best regards cheers sorry \
    well right really still even much many one two first last get got go going know think want need like let see say \
    said tell ask help make made take look looking sounds perfect morning afternoon evening day today tomorrow yesterday \
    week month time way thing things lot bit per anything something everything nothing someone anyone everyone \
    team back new may might shall must enjoy rest pleasure assistance assist assisting welcome wonderful awesome \
    amazing glad happy bye goodbye care appreciate appreciated alright cool ahead moment kind safe weekend everyone \
    hope hopes hoped hoping talk talking talked able
    """
    .split(whereSeparator: \.isWhitespace).map(String.init))

  /// What people say to arrange when and how they talk next: days and hours, sending and calling, and whom they have to ask.
  /// Every conversation has it, so that two have it in common says nothing.
  public static let arrangements: Set<String> = Set(
    """
    monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays \
    sundays oclock noon midnight hour hours minute minutes half tonight later soon end next last three four five six \
    seven eight nine ten eleven twelve send sends sent sending mail mails mailed email call calls calling called phone \
    write wrote reply reach invitation schedule manager boss colleague partner director work works hurry together free \
    itll theyll thatll
    """
    .split(whereSeparator: \.isWhitespace).map(String.init))

  /// How many words of a text say something, and how many of those name a subject, each counted no further than `limit`.
  public struct ContentWords: Hashable, Sendable {
    /// All but function words and small talk.
    public var count = 0
    /// Those that are not ``arrangements`` either.
    public var subjects = 0
  }

  /// Counts words until a text has `limit` subjects. A character of a script that does not put spaces between words counts
  /// as half of one.
  public static func contentWords(of text: some StringProtocol, upTo limit: Int) -> ContentWords {
    var words = ContentWords()
    for word in text.prefix(4000).split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "’") }) {
      let folded = word.lowercased().filter { $0 != "'" && $0 != "’" }
      guard !english.contains(folded), !smallTalk.contains(folded) else { continue }
      let isSpaced = folded.utf8.count < 2 * folded.count
      let number = isSpaced ? (folded.count > 1 ? 1 : 0) : max(1, folded.count / 2)
      words.count = min(limit, words.count + number)
      if !arrangements.contains(folded) { words.subjects = min(limit, words.subjects + number) }
      if words.subjects == limit { break }
    }
    return words
  }
}
