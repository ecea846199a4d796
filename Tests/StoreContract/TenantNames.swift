// Names that a store must keep apart, whatever a file system or an address makes of them.

public enum TenantNames {
  public static let peculiar = [
    "../x", "..", ".", "/etc/passwd", "CON", "con", "nul.txt", "Acme", "acme", "ACME", "caf\u{E9}", "cafe\u{301}", "🦊",
    String(repeating: "x", count: 500), String(repeating: "x", count: 499) + "y", " ", "a/b", "a\\b", "a\nb", "tenants",
    "-rf", "日本",
  ]
}
