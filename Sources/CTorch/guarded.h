// Every entry point of the C interface runs its body in `guarded`: no C++ exception may reach Swift.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "ctorch/base.h"

struct ct_tensor {
  at::Tensor value;
};

struct ct_generator {
  at::Generator value;
};

namespace ctorch {

void record(const char *message, bool outOfMemory) noexcept;

/// Runs `body`; an exception is recorded for `ct_last_error`, and false is returned.
template <typename Body>
bool succeeds(Body &&body) noexcept {
  try {
    body();
    return true;
  } catch (const c10::OutOfMemoryError &error) {
    record(error.what_without_backtrace(), true);
  } catch (const c10::Error &error) {
    record(error.what_without_backtrace(), false);
  } catch (const std::bad_alloc &error) {
    record("not enough memory", true);
  } catch (const std::exception &error) {
    record(error.what(), false);
  } catch (...) {
    record("unknown C++ exception", false);
  }
  return false;
}

/// Runs a body that makes a tensor; null tells of a failure.
template <typename Body>
ct_tensor *guarded(Body &&body) noexcept {
  ct_tensor *result = nullptr;
  succeeds([&] { result = new ct_tensor{body()}; });
  return result;
}

inline at::IntArrayRef sizes(const int64_t *values, size_t count) { return {values, count}; }

inline at::Device device(ct_device device) {
  return device.kind == 1 ? at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device.index))
                          : at::Device(at::kCPU);
}

inline at::ScalarType dtype(int32_t code) { return static_cast<at::ScalarType>(code); }

/// A handle that may be null, as libtorch's optional tensors.
inline std::optional<at::Tensor> optional(const ct_tensor *tensor) {
  return tensor ? std::optional<at::Tensor>(tensor->value) : std::nullopt;
}

/// A handle that may be null, as an undefined tensor.
inline at::Tensor orUndefined(const ct_tensor *tensor) {
  return tensor ? tensor->value : at::Tensor();
}

}  // namespace ctorch
