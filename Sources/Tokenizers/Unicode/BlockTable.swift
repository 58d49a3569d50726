/// A number for every Unicode scalar, stored in blocks of 128 of which equal ones are shared.
struct BlockTable: Sendable {
  private static let blockSize = 128
  private var blocks = [UInt16](repeating: 0, count: 0x110000 / Self.blockSize)
  private var cells = [UInt32](repeating: 0, count: Self.blockSize)
  /// The blocks that hold one number throughout, by that number, so that ranges share them.
  private var uniform: [UInt32: UInt16] = [0: 0]

  @inline(__always)
  subscript(scalar: UInt32) -> UInt32 {
    cells[Int(blocks[Int(scalar >> 7)]) << 7 + Int(scalar & 127)]
  }

  /// Replaces the numbers of a range of scalars.
  mutating func update(_ range: Range<Int>, _ change: (UInt32) -> UInt32) {
    var position = range.lowerBound
    while position < range.upperBound {
      let block = position / Self.blockSize
      let end = min(range.upperBound, (block + 1) * Self.blockSize)
      if end - position == Self.blockSize, let number = uniformNumber(of: block) {
        blocks[block] = uniformBlock(of: change(number))
      } else {
        makeOwn(block)
        let base = Int(blocks[block]) * Self.blockSize - block * Self.blockSize
        for scalar in position..<end {
          cells[base + scalar] = change(cells[base + scalar])
        }
      }
      position = end
    }
  }

  /// A table of the same shape, each number computed from this table's; `change` also gets the
  /// scalar, but of a block that holds one number throughout only the first.
  func mapped(_ change: (_ scalar: Int, _ number: UInt32) -> UInt32) -> BlockTable {
    var result = BlockTable()
    for block in blocks.indices {
      let first = block * Self.blockSize
      if let number = uniformNumber(of: block) {
        if number != 0 { result.blocks[block] = result.uniformBlock(of: change(first, number)) }
      } else {
        result.makeOwn(block)
        let source = Int(blocks[block]) * Self.blockSize
        let target = Int(result.blocks[block]) * Self.blockSize
        for offset in 0..<Self.blockSize {
          result.cells[target + offset] = change(first + offset, cells[source + offset])
        }
      }
    }
    return result
  }

  private func uniformNumber(of block: Int) -> UInt32? {
    let number = cells[Int(blocks[block]) * Self.blockSize]
    return uniform[number] == blocks[block] ? number : nil
  }

  private mutating func uniformBlock(of number: UInt32) -> UInt16 {
    if let block = uniform[number] { return block }
    let block = UInt16(cells.count / Self.blockSize)
    cells.append(contentsOf: repeatElement(number, count: Self.blockSize))
    uniform[number] = block
    return block
  }

  private mutating func makeOwn(_ block: Int) {
    guard let number = uniformNumber(of: block) else { return }
    blocks[block] = UInt16(cells.count / Self.blockSize)
    cells.append(contentsOf: repeatElement(number, count: Self.blockSize))
  }
}
