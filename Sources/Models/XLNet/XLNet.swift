public import Layers
public import Torch

/// XLNet over ragged batches, with its memory and its two streams.
///
/// Transformers pads on the left; here a sequence's result is that of the sequence by itself.
/// Positions are distances, so there is no longest sequence.
public struct XLNet: TextEncoder {
  /// The sizes and options.
  public let configuration: XLNetConfiguration
  let words: Embedding
  private let leading: LeadingSlots
  /// What the stream of targets begins with, `[1, 1, hidden]`.
  private let target: Parameter
  private let layers: [XLNetLayer]
  private let inputDropout, targetDropout, positionDropout, outputDropout: Dropout
  private let forward: ForwardState

  /// Makes the model at a scope, under Transformers' names of `XLNetModel`.
  public init(_ configuration: XLNetConfiguration, at scope: ModuleScope) throws {
    self.configuration = configuration
    let deviation = configuration.initializerRange
    words = try Embedding(
      configuration.vocabularySize, configuration.hiddenSize, deviation: deviation,
      at: scope["word_embedding"])
    leading = LeadingSlots(
      tokens: scope["word_embedding"].tokenSlot(width: configuration.hiddenSize))
    target = try scope.parameter(
      "mask_emb", shape: [1, 1, configuration.hiddenSize], .normal(deviation: deviation))
    inputDropout = scope.dropout(configuration.dropout)
    targetDropout = scope.dropout(configuration.dropout)
    positionDropout = scope.dropout(configuration.dropout)
    layers = try (0..<configuration.layers).map {
      try XLNetLayer(configuration, at: scope["layer"][$0])
    }
    outputDropout = scope.dropout(configuration.dropout)
    forward = scope.store.forwardState
  }

  /// Rows of the word table.
  public var vocabularySize: Int { configuration.vocabularySize }
  /// None: distances have no limit.
  public var maximumLength: Int? { nil }
  /// Width of the residual stream.
  public var hiddenSize: Int { configuration.hiddenSize }

  /// A batch of T tokens to the last layer's `[T, hidden]`, or `[S, hidden]` of the chosen tokens.
  public func hidden(_ batch: RaggedBatch, only selection: TokenSelection?) throws -> Tensor {
    let led = try leading.reading(batch)
    let (batch, selection) = (led.batch, try led.selection(selection))
    var content = try inputDropout(led.words(from: words))
    let plan = try XLNetPlan(configuration, batch, nil, nil, type: content.dataType)
    let positions = try positions(of: batch, nil, type: content.dataType)
    for (place, layer) in layers.enumerated() {
      let chosen = place == layers.count - 1 ? selection : nil
      content = try forward.layer(content) {
        try layer(
          .init(content: $0), memory: nil, positions: positions, plan: plan, only: chosen
        ).content
      }
    }
    if layers.isEmpty { content = try selection.rows(of: content) }
    return try outputDropout(content)
  }

  /// A batch with an order and a memory: the targets' vectors `[S, hidden]`, or the tokens'
  /// `[T, hidden]` without targets; and the memory for the next batch.
  ///
  /// - Throws: ``ModelsError`` when order or memory do not fit the batch, or a method puts virtual
  ///   tokens before texts.
  public func hidden(
    _ batch: RaggedBatch, order: FactorizationOrder?, memory: SegmentMemory?
  ) throws -> (hidden: Tensor, memory: SegmentMemory) {
    guard leading.length == 0 else {
      throw ModelsError(
        .input,
        "Virtual tokens stand before whole texts; an XLNet that predicts tokens in an order, or "
          + "remembers the text before, has no place for them.")
    }
    try order?.require(batch)
    var streams = XLNetLayer.Streams(content: try inputDropout(words(batch.tokens)))
    let type = streams.content.dataType
    let plan = try XLNetPlan(configuration, batch, order, memory, type: type)
    let positions = try positions(of: batch, memory, type: type)
    let targets = plan.targets.reduce(0) { $0 + $1.count }
    if order?.targets != nil {
      guard targets > 0 else {
        throw ModelsError(.input, "An order with targets names none for any sequence.")
      }
      streams.targets = try targetDropout(
        target.value.reshaped([1, hiddenSize]).expanded([targets, hiddenSize]).contiguous())
    }
    var read: [Tensor] = []
    for (place, layer) in layers.enumerated() {
      read.append(streams.content)
      streams = try layer(
        streams, memory: memory?.states[place], positions: positions, plan: plan)
    }
    let update = try MemoryUpdate(
      batch, memory, reused: configuration.reusedLength, limit: configuration.memoryLength)
    return (
      try outputDropout(streams.targets ?? streams.content), try update(read, memory)
    )
  }

  private func positions(
    of batch: RaggedBatch, _ memory: SegmentMemory?, type: DataType
  ) throws -> XLNetPositions {
    let keys = zip(batch.lengths, memory?.lengths ?? batch.lengths.map { _ in 0 }).map(+).max()
    return try XLNetPositions(
      configuration, queries: batch.longest, keys: keys ?? batch.longest, type: type,
      on: batch.tokens.device
    ).map { try positionDropout($0) }
  }
}
