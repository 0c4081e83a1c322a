/// As in CHANGELOG.md.
let version = "0.1.0"
