// What a program says when it opens the explorer.

public import ConversationMemory
public import Foundation

public struct ExplorerConfiguration: Sendable {
  public var store: any ConversationStore
  /// Where to start; nil starts at the list of tenants, or in the only tenant's sessions.
  public var tenant: TenantID?
  /// Where the data is, as people know it: a folder, a server. Shown in empty states.
  public var dataDescription: String
  /// Takes deleting away.
  public var isReadOnly: Bool
  /// The zone times are shown in, and dates in searches are meant in.
  public var zone: TimeZone
  /// What the person has set in a file. Its theme, zone and mouse are not used: who opens the explorer decides them.
  public var preferences: ExplorerPreferences
  /// A file that remembers where one was; nil remembers nothing.
  public var placeFile: String?
  /// A file of bookmarks, saved searches and what was read; nil forgets them in the end.
  public var marksFile: String?
  /// A theme's identifier; nil takes the default.
  public var theme: String?
  /// A folder of the user's own themes; it need not exist.
  public var themeFolder: String?
  /// Whether the mouse belongs to the explorer at the start.
  public var isMouseOn: Bool

  public init(
    store: any ConversationStore, tenant: TenantID? = nil, dataDescription: String, isReadOnly: Bool = false,
    zone: TimeZone = .current, theme: String? = nil, themeFolder: String? = nil, isMouseOn: Bool = true,
    preferences: ExplorerPreferences = ExplorerPreferences(), placeFile: String? = nil, marksFile: String? = nil
  ) {
    self.store = store
    self.tenant = tenant
    self.dataDescription = dataDescription
    self.isReadOnly = isReadOnly
    self.zone = zone
    self.theme = theme
    self.themeFolder = themeFolder
    self.isMouseOn = isMouseOn
    self.preferences = preferences
    self.placeFile = placeFile
    self.marksFile = marksFile
  }
}
