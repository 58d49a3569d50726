// libtorch has no C header of its own. This module exists so that SwiftPM reads the compiler and linker
// flags of `libtorch.pc`, which `make setup` writes, for the C++ target that includes libtorch's headers.
#pragma once
