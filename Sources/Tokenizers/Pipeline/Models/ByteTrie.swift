/// Tokens by their bytes, as a double array: one step from a beginning of tokens to the next byte
/// costs one look into memory.
///
/// A node's children lie at `base ^ byte`; each knows its parent, which tells a child from a
/// stranger in the same place. Nodes that share a block of 256 interleave.
///
/// Aoe, "An efficient digital search algorithm by using a double-array structure" (1989); Yata's
/// darts-clone places the children by exclusive or.
struct ByteTrie: Sendable {
  struct Node {
    var base: UInt32 = 0
    var parent: UInt32 = Node.free
    /// The id of the token that ends here; -1 for none.
    var value: TokenID = -1

    /// The parent of a place that no node takes.
    static let free = UInt32.max
    /// The root's parent, which no node is.
    static let none = UInt32.max - 1
  }

  private(set) var nodes: [Node]

  /// The node of no bytes.
  static let root: UInt32 = 0

  /// The trie of tokens that lie in a buffer; no two may be equal, and empty ones are left out.
  init(_ tokens: [Key], in bytes: [UInt8]) {
    var builder = Builder(bytes: bytes, keys: tokens)
    nodes = builder.build()
  }

  /// The trie of a vocabulary's tokens, of equal ones the one that is found by its content.
  init(of vocabulary: Vocabulary) {
    var bytes: [UInt8] = []
    var keys: [Key] = []
    keys.reserveCapacity(vocabulary.count)
    for id in 0..<TokenID(vocabulary.idLimit) {
      guard let token = vocabulary.token(of: id), vocabulary.id(of: token) == id else { continue }
      keys.append(Key(start: bytes.count, length: token.count, value: id))
      bytes.append(contentsOf: token)
    }
    self.init(keys, in: bytes)
  }

  /// A token: where it lies and its id.
  struct Key {
    let start: Int
    let length: Int
    let value: TokenID
  }

  /// The child of a node at a byte; nil for none.
  @inline(__always)
  func child(of node: UInt32, at byte: UInt8) -> UInt32? {
    let place = nodes[Int(node)].base ^ UInt32(byte)
    return nodes[Int(place)].parent == node ? place : nil
  }

  /// The id of the token that a node ends; -1 for none.
  @inline(__always)
  func value(of node: UInt32) -> TokenID {
    nodes[Int(node)].value
  }
}

extension ByteTrie {
  /// Puts the nodes in their places.
  private struct Builder {
    let bytes: [UInt8]
    /// In the order of their bytes.
    let keys: [Key]
    var nodes: [Node] = []
    /// The free places as a ring, by place.
    var next: [UInt32] = []
    var previous: [UInt32] = []
    /// A free place; `Node.free` if there is none.
    var head = Node.free
    /// Where the search for free places begins: blocks before it are given up as full.
    var openBlock = 0

    /// How many blocks are searched, and how many places in them at most.
    private static let openBlocks = 16
    private static let attempts = 128
    private static let blockSize = 256

    init(bytes: [UInt8], keys: [Key]) {
      self.bytes = bytes
      self.keys = Self.sorted(keys, bytes)
    }

    /// Sorts by the first eight bytes as one number, and only equal ones by what follows.
    private static func sorted(_ keys: [Key], _ bytes: [UInt8]) -> [Key] {
      let prefixed = keys.compactMap { key -> (prefix: UInt64, key: Key)? in
        if key.length == 0 { return nil }
        var prefix: UInt64 = 0
        for offset in 0..<8 {
          prefix = prefix << 8 | (offset < key.length ? UInt64(bytes[key.start + offset]) : 0)
        }
        return (prefix, key)
      }
      return prefixed.sorted { left, right in
        if left.prefix != right.prefix { return left.prefix < right.prefix }
        let one = bytes[left.key.start..<left.key.start + left.key.length]
        let other = bytes[right.key.start..<right.key.start + right.key.length]
        return one.lexicographicallyPrecedes(other)
      }.map(\.key)
    }

    /// A node whose children are not placed yet: the keys that begin with its bytes.
    private struct Task {
      let node: UInt32
      let keys: Range<Int>
      let depth: Int
    }

    mutating func build() -> [Node] {
      addBlock()
      take(ByteTrie.root, parent: Node.none)
      var tasks = [Task(node: ByteTrie.root, keys: keys.indices, depth: 0)]
      var children: [(label: UInt8, keys: Range<Int>)] = []
      while let task = tasks.popLast() {
        children.removeAll(keepingCapacity: true)
        collect(task, into: &children)
        if children.isEmpty { continue }
        let base = base(for: children.map(\.label))
        nodes[Int(task.node)].base = base
        for child in children {
          let place = base ^ UInt32(child.label)
          take(place, parent: task.node)
          tasks.append(Task(node: place, keys: child.keys, depth: task.depth + 1))
        }
      }
      return nodes
    }

    /// Notes the value of a token that ends at the node, and gathers the others by their next byte.
    private mutating func collect(
      _ task: Task, into children: inout [(label: UInt8, keys: Range<Int>)]
    ) {
      var index = task.keys.lowerBound
      while index < task.keys.upperBound, keys[index].length == task.depth {
        nodes[Int(task.node)].value = keys[index].value
        index += 1
      }
      while index < task.keys.upperBound {
        let label = bytes[keys[index].start + task.depth]
        let first = index
        while index < task.keys.upperBound, bytes[keys[index].start + task.depth] == label {
          index += 1
        }
        children.append((label, first..<index))
      }
    }

    /// A base under which all labels find free places.
    private mutating func base(for labels: [UInt8]) -> UInt32 {
      var place = head
      for _ in 0..<Self.attempts where place != Node.free {
        let base = place ^ UInt32(labels[0])
        if labels.allSatisfy({ nodes[Int(base ^ UInt32($0))].parent == Node.free }) { return base }
        place = next[Int(place)]
        if place == head { break }
      }
      let block = nodes.count
      addBlock()
      return UInt32(block)
    }

    private mutating func addBlock() {
      let first = nodes.count
      nodes.append(contentsOf: repeatElement(Node(), count: Self.blockSize))
      next.append(contentsOf: repeatElement(Node.free, count: Self.blockSize))
      previous.append(contentsOf: repeatElement(Node.free, count: Self.blockSize))
      for place in first..<first + Self.blockSize { link(UInt32(place)) }
      if nodes.count / Self.blockSize - openBlock > Self.openBlocks {
        let closed = openBlock * Self.blockSize
        for place in closed..<closed + Self.blockSize where nodes[place].parent == Node.free {
          unlink(UInt32(place))
        }
        openBlock += 1
      }
    }

    private mutating func take(_ place: UInt32, parent: UInt32) {
      // Places of closed blocks are in no ring, and none of them is ever taken.
      unlink(place)
      nodes[Int(place)].parent = parent
    }

    private mutating func link(_ place: UInt32) {
      guard head != Node.free else {
        head = place
        next[Int(place)] = place
        previous[Int(place)] = place
        return
      }
      let last = previous[Int(head)]
      next[Int(last)] = place
      previous[Int(place)] = last
      next[Int(place)] = head
      previous[Int(head)] = place
    }

    private mutating func unlink(_ place: UInt32) {
      let after = next[Int(place)]
      let before = previous[Int(place)]
      next[Int(before)] = after
      previous[Int(after)] = before
      if head == place { head = after == place ? Node.free : after }
    }
  }
}
