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
    amazing glad happy bye goodbye care appreciate appreciated alright cool ahead moment kind safe weekend everyone
    """
    .split(whereSeparator: \.isWhitespace).map(String.init))

  /// How many words of a text name a subject, counted no further than `limit`. A character of a script that does not
  /// put spaces between words counts as half of one.
  public static func contentWordCount(of text: String, upTo limit: Int) -> Int {
    var count = 0
    for word in text.prefix(4000).split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "’") }) {
      let folded = word.lowercased().filter { $0 != "'" && $0 != "’" }
      guard !english.contains(folded), !smallTalk.contains(folded) else { continue }
      let isSpaced = folded.utf8.count < 2 * folded.count
      count += isSpaced ? (folded.count > 1 ? 1 : 0) : max(1, folded.count / 2)
      if count >= limit { return limit }
    }
    return count
  }
}
