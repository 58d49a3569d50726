// One stretch of address space from which large blocks are handed out and taken back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>
#include <utility>

namespace ctorch {

/// Blocks come out of the smallest gap that holds them; neighbours that are free become one gap. Pages of 2 MiB are
/// asked for, so that a step over hundreds of megabytes needs few entries of the processor's address cache. Memory
/// that was touched stays with the process until `release`.
class Region {
 public:
  /// Reserves address space; none is backed by memory before it is touched.
  explicit Region(size_t bytes);

  /// Whether the system gave address space.
  bool isUsable() const { return begin_ != nullptr; }

  /// A block, aligned to 64 bytes; null when no gap is as large.
  void *take(size_t bytes);

  /// Gives a block back; false when it is none of this region's.
  bool give(void *block);

  struct Use {
    size_t current = 0, peak = 0;
  };
  Use use() const;
  void resetPeak();

  /// Returns the memory of whole free pages to the system.
  void release();

 private:
  using Gap = std::pair<size_t, char *>;

  void insertGap(char *start, size_t bytes);
  void eraseGap(std::map<char *, size_t>::iterator gap);

  mutable std::mutex lock_;
  char *begin_ = nullptr, *end_ = nullptr;
  /// The gaps, by place and by size.
  std::map<char *, size_t> gaps_;
  std::set<Gap> bySize_;
  std::unordered_map<char *, size_t> taken_;
  Use use_;
};

}  // namespace ctorch
