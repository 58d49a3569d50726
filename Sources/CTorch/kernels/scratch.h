// Working memory that a thread keeps between calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace ctorch {

/// One growing block a thread, handed out in pieces aligned to cache lines.
class Scratch {
 public:
  /// The calling thread's, emptied: pieces handed out before are void. At least `bytes` fit in it.
  static Scratch &ofThread(size_t bytes) {
    static thread_local Scratch scratch;
    scratch.reserve(bytes);
    return scratch;
  }

  template <typename Element>
  Element *take(int64_t count) {
    void *piece = static_cast<char *>(memory_) + used_;
    used_ += rounded(size_t(count) * sizeof(Element));
    if (used_ > capacity_) throw std::bad_alloc();
    return static_cast<Element *>(piece);
  }

  /// What `take` needs for a piece of so many bytes.
  static constexpr size_t rounded(size_t bytes) { return (bytes + 63) & ~size_t(63); }

 private:
  Scratch() = default;
  ~Scratch() { std::free(memory_); }

  void reserve(size_t bytes) {
    used_ = 0;
    if (bytes <= capacity_) return;
    std::free(memory_);
    capacity_ = 0;
    memory_ = std::aligned_alloc(64, rounded(bytes));
    if (!memory_) throw std::bad_alloc();
    capacity_ = rounded(bytes);
  }

  void *memory_ = nullptr;
  size_t capacity_ = 0;
  size_t used_ = 0;
};

}  // namespace ctorch
