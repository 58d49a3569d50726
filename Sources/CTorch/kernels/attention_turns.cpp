#include "attention_turns.h"

#include <thread>

namespace ctorch {

bool AttentionTurns::await(int64_t block, int32_t turn) const {
  const std::atomic<int32_t> &passed = turns_[size_t(block)];
  // The tile before is at most a block ahead or behind: it is rarely worth giving the core away.
  constexpr int looksBeforeYielding = 2000;
  for (int look = 0; passed.load(std::memory_order_acquire) < turn; ++look) {
    if (abandoned_.load(std::memory_order_relaxed)) return false;
    if (look >= looksBeforeYielding) std::this_thread::yield();
  }
  return true;
}

}  // namespace ctorch
