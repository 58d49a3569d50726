import Foundation

/// The checksum of TFRecord files: CRC-32C (Castagnoli), rotated and shifted so that a checksum of
/// data that holds checksums stays sound.
enum MaskedCRC {
  static func of(_ data: Data) -> UInt32 {
    var remainder = UInt32.max
    for byte in data {
      remainder = table[Int((remainder ^ UInt32(byte)) & 0xFF)] ^ (remainder >> 8)
    }
    let checksum = ~remainder
    return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }

  /// The remainders of each byte under the reflected polynomial 0x1EDC6F41.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { remainder, _ in
      remainder & 1 == 1 ? remainder >> 1 ^ 0x82F6_3B78 : remainder >> 1
    }
  }
}
