// Places and sizes on the screen, in columns and rows; the origin is the top left corner.

/// A column and a row, both from zero.
public struct Point: Hashable, Sendable {
  public var x: Int
  public var y: Int

  public init(x: Int, y: Int) {
    self.x = x
    self.y = y
  }
}

/// Columns and rows of an area; never negative.
public struct Size: Hashable, Sendable {
  public var columns: Int
  public var rows: Int

  public init(columns: Int, rows: Int) {
    self.columns = max(0, columns)
    self.rows = max(0, rows)
  }
}

/// An area of cells. A rectangle that would have a negative side is empty.
public struct Rect: Hashable, Sendable {
  public var x: Int
  public var y: Int
  public var width: Int
  public var height: Int

  public init(x: Int, y: Int, width: Int, height: Int) {
    self.x = x
    self.y = y
    self.width = max(0, width)
    self.height = max(0, height)
  }

  /// One past the last column.
  public var maxX: Int { x + width }
  /// One past the last row.
  public var maxY: Int { y + height }
  public var isEmpty: Bool { width == 0 || height == 0 }
  public var size: Size { Size(columns: width, rows: height) }

  public func contains(_ point: Point) -> Bool {
    point.x >= x && point.x < maxX && point.y >= y && point.y < maxY
  }

  /// Empty, at the later of both origins, where the two do not meet.
  public func intersection(_ other: Rect) -> Rect {
    let left = max(x, other.x)
    let top = max(y, other.y)
    return Rect(x: left, y: top, width: min(maxX, other.maxX) - left, height: min(maxY, other.maxY) - top)
  }

  /// Smaller by `columns` on the left and on the right, by `rows` above and below; `inset()` is a box's inside.
  public func inset(columns: Int = 1, rows: Int = 1) -> Rect {
    Rect(x: x + columns, y: y + rows, width: width - 2 * columns, height: height - 2 * rows)
  }

  /// The first `width` columns and the rest; what does not fit goes to the first.
  public func split(left width: Int) -> (left: Rect, right: Rect) {
    let taken = min(max(0, width), self.width)
    return (
      Rect(x: x, y: y, width: taken, height: height),
      Rect(x: x + taken, y: y, width: self.width - taken, height: height)
    )
  }

  /// The first `height` rows and the rest; what does not fit goes to the first.
  public func split(top height: Int) -> (top: Rect, bottom: Rect) {
    let taken = min(max(0, height), self.height)
    return (
      Rect(x: x, y: y, width: width, height: taken),
      Rect(x: x, y: y + taken, width: width, height: self.height - taken)
    )
  }

  /// Row `index` of the rectangle as a rectangle of height 1; empty outside.
  public func row(_ index: Int) -> Rect {
    Rect(x: x, y: y + index, width: width, height: index >= 0 && index < height ? 1 : 0)
  }

  /// A rectangle of the given size in the middle of this one, cut to it.
  public func centered(width: Int, height: Int) -> Rect {
    let inner = Size(columns: min(width, self.width), rows: min(height, self.height))
    return Rect(
      x: x + (self.width - inner.columns) / 2, y: y + (self.height - inner.rows) / 2,
      width: inner.columns, height: inner.rows)
  }
}
