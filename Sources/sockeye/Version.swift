/// As in CHANGELOG.md.
let version = "0.2.0"
