// Themes as a list of them shows them.

import Terminal

enum SampleThemes {
  static let list = [
    ThemeSummary(identifier: "gruvbox-dark", name: "Gruvbox Dark"),
    ThemeSummary(identifier: "midnight", name: "Midnight"),
    ThemeSummary(
      identifier: "mine", name: "mine", problem: "/themes/mine.toml:7:1: there is no role 'usr'; use one of text, muted"
    ),
    ThemeSummary(identifier: "daylight", name: "Daylight", group: .light, isLight: true),
    ThemeSummary(
      identifier: "okabe-ito-light", name: "Okabe-Ito Light (colour-blind safe)", group: .light, isLight: true),
    ThemeSummary(identifier: "high-contrast-dark", name: "High Contrast Dark", group: .highContrast),
    ThemeSummary(identifier: "high-contrast-light", name: "High Contrast Light", group: .highContrast, isLight: true),
  ]
}
