internal import Layers
internal import Torch

/// Where the vectors of virtual tokens come from.
protocol TokenSource: AnyObject {
  /// What is trained.
  var parameters: [Parameter] { get }

  /// All of them, `[rows, width]`.
  func rows() throws -> Tensor
}

/// Vectors that are trained themselves.
final class TokenTable: TokenSource {
  private let table: Parameter

  var parameters: [Parameter] { [table] }

  init(_ initial: Tensor, in store: ParameterStore, _ scope: AttachmentScope) throws {
    table = try store.attach("\(scope.namePrefix)prompt_encoder.embedding.weight", initial)
  }

  func rows() throws -> Tensor { table.value }
}

/// What makes a method's virtual tokens now: stored vectors take the place of a network.
final class TokenHolder {
  var source: any TokenSource

  init(_ source: any TokenSource) { self.source = source }
}

/// Fills the slot before the words.
///
/// Of a model with an encoder and a decoder PEFT stores rows for both and uses the encoder's.
final class TokensBeforeWords: TokenAdapter {
  let count: Int
  private let holder: TokenHolder

  init(_ holder: TokenHolder, count: Int) {
    self.holder = holder
    self.count = count
  }

  func vectors() throws -> Tensor {
    let rows = try holder.source.rows()
    return rows.shape[0] == count ? rows : try rows.narrowed(0, from: 0, count: count)
  }
}
