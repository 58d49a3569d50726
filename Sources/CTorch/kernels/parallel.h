// Work on the threads that libtorch itself works with.
//
// libtorch's own `at::parallel_for` is OpenMP code in a header: compiled by clang it would be serial here, or bring a
// second pool of threads. The pool of the loaded OpenMP runtime is used instead, so that the processor is never
// oversubscribed and `at::set_num_threads` holds for our kernels too.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace ctorch {

/// Runs `body(context)` once on every thread of the pool, or just here when there is one or we are on one already.
void onEveryThread(void (*body)(void *context), void *context);

/// Whether `onEveryThread` would use more than the calling thread.
bool hasManyThreads();

/// Whether the calling thread may share work out; gives the choice before.
bool useThreads(bool use);

/// Work below so many elementary operations is done sooner by one thread than shared out.
constexpr int64_t worthSharing = 1 << 15;

/// Runs `body(task)` for every task in 0..<count, each on the thread that is free first. What a task computes must
/// not depend on the thread. `work`: about how many elements or multiplications by vectors they handle in all.
template <typename Body>
void parallelTasks(int64_t count, int64_t work, const Body &body) {
  if (count <= 1 || work < worthSharing || !hasManyThreads()) {
    for (int64_t task = 0; task < count; ++task) body(task);
    return;
  }
  struct Context {
    std::atomic<int64_t> next{0};
    int64_t count;
    const Body &body;
  } context{.count = count, .body = body};
  onEveryThread(
      [](void *opaque) {
        Context &shared = *static_cast<Context *>(opaque);
        int64_t task;
        while ((task = shared.next.fetch_add(1, std::memory_order_relaxed)) < shared.count)
          shared.body(task);
      },
      &context);
}

/// Runs `body(first, last)` over pieces of at most `piece` of 0..<count; the pieces do not depend on the threads.
template <typename Body>
void parallelPieces(int64_t count, int64_t piece, int64_t work, const Body &body) {
  parallelTasks((count + piece - 1) / piece, work, [&](int64_t task) {
    body(task * piece, std::min(count, (task + 1) * piece));
  });
}

}  // namespace ctorch
