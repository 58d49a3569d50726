// Gradients of tables of which a batch looks up some rows: only those rows are held, the others are zeros.
//
// They are libtorch's sparse tensors with one sparse dimension, so that its automatic differentiation adds them up,
// with one another and with dense gradients of the same table.
#pragma once

#include "ctorch/base.h"

#ifdef __cplusplus
extern "C" {
#endif

// Whether a tensor holds only some of its rows.
bool ct_holds_rows(const ct_tensor *tensor);

// The same values with every row in memory; the same tensor when it is dense.
ct_tensor *ct_dense(const ct_tensor *tensor);

// Which rows a tensor holds, int64 [n], increasing; it must hold only some.
ct_tensor *ct_held_rows(const ct_tensor *tensor);

#ifdef __cplusplus
}
#endif
