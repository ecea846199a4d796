// A list of which only a window is held: pages come by cursor as one scrolls, at either end.

import ConversationMemory

/// Items in order, the ways to more of them, and where one stands.
struct Listing<Item: Identifiable & Sendable & Equatable>: Sendable, Equatable where Item.ID: Sendable {
  private(set) var items: [Item] = []
  /// Continues at the end; nil where the end is reached.
  private(set) var next: Cursor?
  /// Continues before the first item, in the reversed order; nil where the first item is the listing's first.
  private(set) var previous: Cursor?
  /// Whether the store has answered at all.
  private(set) var isLoaded = false
  var scroll = BlockScroll()

  /// How far from an end the next page is fetched.
  static var margin: Int { 40 }

  var selected: Item? { items.indices.contains(scroll.selected) ? items[scroll.selected] : nil }
  var isEmpty: Bool { items.isEmpty }
  /// More pages are wanted soon at the end.
  var wantsNext: Bool { next != nil && scroll.selected >= items.count - Self.margin }
  var wantsPrevious: Bool { previous != nil && scroll.selected < Self.margin }

  /// The listing from its start. The selected item stays selected where it is still there.
  mutating func replace(with page: Page<Item>) {
    let kept = isLoaded ? selected?.id : nil
    let first = scroll.top.index
    let before = scroll.selected
    items = page.items
    next = page.next
    previous = nil
    isLoaded = true
    if let kept, let index = items.firstIndex(where: { $0.id == kept }) {
      scroll.selected = index
      // At the very top what is new comes into sight; further down the rows on screen stay where they are.
      if first > 0 { scroll.top.index = max(0, first + index - before) }
    } else {
      scroll.selected = min(before, max(0, items.count - 1))
    }
    scroll.top.index = min(scroll.top.index, max(0, items.count - 1))
  }

  /// The last page of the listing, read from its end.
  mutating func replace(withEnd page: Page<Item>) {
    items = page.items.reversed()
    next = nil
    previous = page.next
    isLoaded = true
    scroll.selected = max(0, items.count - 1)
    scroll.top = BlockScroll.Top(index: scroll.selected)
  }

  mutating func append(_ page: Page<Item>) {
    let known = Set(items.suffix(Self.margin * 10).map(\.id))
    items += page.items.filter { !known.contains($0.id) }
    next = page.next
  }

  mutating func prepend(_ page: Page<Item>) {
    let known = Set(items.prefix(Self.margin * 10).map(\.id))
    let fresh = page.items.reversed().filter { !known.contains($0.id) }
    items.insert(contentsOf: fresh, at: 0)
    previous = page.next
    scroll.shift(by: fresh.count)
  }

  /// Takes over changes at the head of a listing whose further pages stay as they were read.
  mutating func refresh(head page: Page<Item>) {
    guard page.items.count < items.count, page.next != nil else {
      replace(with: page)
      return
    }
    let fresh = Set(page.items.map(\.id))
    let cursor = next
    let rest = items.filter { !fresh.contains($0.id) }
    replace(with: Page(items: page.items + rest, next: cursor))
  }

  /// The last page once more; the selected item stays selected, and its row where it was on screen.
  mutating func refresh(end page: Page<Item>) {
    let kept = selected?.id
    let offset = scroll.top.index - scroll.selected
    replace(withEnd: page)
    guard let kept, let index = items.firstIndex(where: { $0.id == kept }) else { return }
    scroll.selected = index
    scroll.top.index = max(0, index + offset)
  }

  /// Changes an item where it stands.
  mutating func change(_ id: Item.ID, _ body: (inout Item) -> Void) {
    guard let index = items.firstIndex(where: { $0.id == id }) else { return }
    body(&items[index])
  }

  mutating func remove(_ id: Item.ID) {
    items.removeAll { $0.id == id }
    scroll.selected = min(scroll.selected, max(0, items.count - 1))
    scroll.top.index = min(scroll.top.index, max(0, items.count - 1))
  }

  /// Selects an item by its id; false where it is not held.
  @discardableResult
  mutating func select(_ id: Item.ID) -> Bool {
    guard let index = items.firstIndex(where: { $0.id == id }) else { return false }
    scroll.selected = index
    return true
  }
}
