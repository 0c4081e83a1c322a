/// A key of the terminal's keyboard, as far as the view cares.
public enum Key: Hashable, Sendable {
  case character(Unicode.Scalar)
  /// A letter typed with Ctrl.
  case control(Unicode.Scalar)
  case enter, escape, tab, backTab, backspace, delete
  case up, down, left, right, pageUp, pageDown, home, end
}
