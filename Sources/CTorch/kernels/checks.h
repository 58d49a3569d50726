// What every entry point checks before it takes a path.
#pragma once

#include "ctorch/kernels.h"

namespace ctorch {

/// Throws when the rate is none.
void checkDropout(const ct_dropout_key &key);

}  // namespace ctorch
