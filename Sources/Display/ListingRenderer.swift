public import SocketModel

/// Writes a listing in one form.
public protocol ListingRenderer: Sendable {
  /// What a Query must ask for so that everything it writes is there.
  var needs: Projection { get }

  func rendering(_ listing: Listing) -> Rendering
}
