import Foundation
import Layers
import TestSupport
import Torch

/// A tensor as the oracle tells it.
struct StoredTensor: Decodable, Equatable {
  let type: String
  let shape: [Int]
  let bytes: Data

  init(_ tensor: Tensor) throws {
    type = tensor.dataType.rawValue
    shape = tensor.shape
    bytes = unsafe try tensor.withBytes { unsafe Data($0) }
  }
}

/// What a safetensors file holds, as the oracle tells it.
struct StoredFile: Decodable {
  let metadata: [String: String]
  let tensors: [String: StoredTensor]

  /// Lets Python's safetensors read a file.
  init(oracle url: URL) throws {
    let output = try PythonOracle("layers_checkpoints").run(["read", url.path])
    self = try JSONDecoder().decode(StoredFile.self, from: output)
  }
}

/// All tensors of a source, as the oracle would tell them.
func contents(of source: any WeightSource) throws -> [String: StoredTensor] {
  var result: [String: StoredTensor] = [:]
  for name in source.names { result[name] = try StoredTensor(source.tensor(name)) }
  return result
}

/// Tensors of every element type, empty ones, and odd names.
func sampleTensors() throws -> [(name: String, tensor: Tensor)] {
  let generator = try Generator(seed: 11)
  var tensors: [(name: String, tensor: Tensor)] = []
  for type in DataType.allCases {
    let values = try Tensor.zeros([3, 5])
    try values.fillNormal(deviation: 30, using: generator)
    let converted =
      type == .bool ? try values.isGreater(than: 0) : try values.absolute().to(type)
    tensors.append(("layer.\(type.rawValue)", converted))
  }
  tensors.append(("empty", try Tensor.zeros([0, 4])))
  tensors.append(("scalar", try Tensor(scalar: Float(2.5))))
  tensors.append(("quote \" and \\ and \t and \u{1}", try Tensor([Float(1), 2, 3])))
  tensors.append(("名字.é", try Tensor([Int64(1), 2])))
  tensors.append(("transposed", try Tensor.range(to: 6).reshaped([2, 3]).transposed()))
  return tensors
}

/// A safetensors file of a header as given and some bytes.
func safetensors(header: String, data: [UInt8] = []) -> Data {
  let length = UInt64(header.utf8.count)
  return Data((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) })
    + Data(header.utf8) + Data(data)
}

/// The sentence with which an attempt fails; nil when it succeeds or fails otherwise.
func refusal<Value>(_ body: () throws -> Value) -> LayersError? {
  do {
    _ = try body()
    return nil
  } catch {
    return error as? LayersError
  }
}
