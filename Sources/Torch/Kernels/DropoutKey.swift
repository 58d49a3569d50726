internal import CTorch

/// Which elements a dropout removes: a pure function of a seed, a place and the element's index.
///
/// Nothing is drawn from a generator and no mask is kept: the backward pass makes the same mask
/// again, and a resumed run makes the masks that the uninterrupted one would have made. The numbers
/// are Philox4x32 with 7 rounds (Salmon et al., 2011).
public struct DropoutKey: Sendable, Hashable {
  /// The share of elements that become 0, from 0 up to but not including 1; rounded to a multiple
  /// of 1/65536.
  public var rate: Double
  /// The run's seed.
  public var seed: UInt64
  /// Tells this use from every other of the run: the training step and the layer, say.
  ///
  /// Two uses with one seed and one place remove the same indices.
  public var place: UInt64

  /// Makes a key of its three parts.
  public init(rate: Double, seed: UInt64, place: UInt64) {
    self.rate = rate
    self.seed = seed
    self.place = place
  }

  /// Removes nothing.
  public static let none = DropoutKey(rate: 0, seed: 0, place: 0)

  var cValue: ct_dropout_key { ct_dropout_key(rate: rate, seed: seed, place: place) }
}
