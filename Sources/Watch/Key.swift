/// A key of the terminal's keyboard, as far as the view cares.
public enum Key: Hashable, Sendable {
  case character(Unicode.Scalar)
  /// A letter typed with Ctrl.
  case control(Unicode.Scalar)
  case enter, escape, tab, backTab, backspace, delete
  /// F9 is 9: the only one that means something here.
  case function(Int)
  case up, down, left, right, pageUp, pageDown, home, end
}
