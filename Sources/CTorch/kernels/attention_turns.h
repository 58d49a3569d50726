// The order in which tiles of keys add to the gradient of a block of queries.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

namespace ctorch {

/// One counter a block of queries: the tiles that see it add to its gradient in their own order, whichever thread has
/// them, so that the sum has the same bits with any number of threads. Tasks begin in the order of the tiles: the one
/// that is waited for is always done or under way.
class AttentionTurns {
 public:
  explicit AttentionTurns(int64_t blocks) : turns_(size_t(blocks)) {}

  /// Waits until `turn` tiles have added to the block; false when a task has failed and the sum is void.
  bool await(int64_t block, int32_t turn) const;

  /// Tells that the tile whose turn it was has added to the block.
  void pass(int64_t block) { turns_[size_t(block)].fetch_add(1, std::memory_order_release); }

  /// Tells that a task has failed: nobody waits any longer.
  void abandon() { abandoned_.store(true, std::memory_order_relaxed); }

 private:
  std::vector<std::atomic<int32_t>> turns_;
  std::atomic<bool> abandoned_{false};
};

}  // namespace ctorch
