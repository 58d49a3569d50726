// Large matrix products; included by the `isa_*.cpp` files alone, and compiled for AVX-512.
//
// Every element of the output is one sum over units in their order, in one lane of one register: neither the other
// rows of a product nor the share that a task has of it can change a bit.

#if CTORCH_HAS_AVX512

constexpr int matrixTileRows = 12;
static_assert(groupRows % matrixTileRows == 0 && panelColumns == 2 * lanes);

/// Units that a tile adds up at a time: the panel's share, 64 KiB, stays in the second-level cache for all rows.
constexpr int64_t chunkUnits = 512;
/// Panels of a task at most: their partial sums stay in the cache as well.
constexpr int64_t panelsOfTask = 8;

struct FloatMatrix {
  using Value = float;
  static constexpr int64_t unitElements = 1;
  static CTORCH_INLINE Floats multiplyAddUnits(const char *left, Words right, Floats sums) {
    return multiplyAdd(broadcast(loadAs<float>(left)), (Floats)right, sums);
  }
};

#if CTORCH_HAS_BF16
struct BrainMatrix {
  using Value = Brain;
  static constexpr int64_t unitElements = 2;
  static CTORCH_INLINE Floats multiplyAddUnits(const char *left, Words right, Floats sums) {
    return (Floats)_mm512_dpbf16_ps(
        (__m512)sums, (__m512bh)broadcastWord(loadAs<uint32_t>(left)), (__m512bh)right);
  }
};
#endif

/// 16 rows of 16 words to 16 columns of 16 words, in place.
CTORCH_INLINE void transposeWords(Words (&rows)[16]) {
  Words pairs[16];
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; ++i) {
    pairs[2 * i] = __builtin_shufflevector(
        rows[2 * i], rows[2 * i + 1], 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29);
    pairs[2 * i + 1] = __builtin_shufflevector(
        rows[2 * i], rows[2 * i + 1], 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31);
  }
  Words fours[16];
#pragma clang loop unroll(full)
  for (int i = 0; i < 4; ++i)
#pragma clang loop unroll(full)
    for (int half = 0; half < 2; ++half) {
      const Words low = pairs[4 * i + half], high = pairs[4 * i + 2 + half];
      fours[4 * i + 2 * half] = __builtin_shufflevector(
          low, high, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
      fours[4 * i + 2 * half + 1] = __builtin_shufflevector(
          low, high, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
    }
  // fours[4 i + c] holds, in each quarter q, the words of rows 4 i ... 4 i + 3 in column 4 q + c.
#pragma clang loop unroll(full)
  for (int c = 0; c < 4; ++c) {
    const Words a = fours[c], b = fours[4 + c], d = fours[8 + c], e = fours[12 + c];
    const Words lowEven = __builtin_shufflevector(
        a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
    const Words lowOdd = __builtin_shufflevector(
        a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
    const Words highEven = __builtin_shufflevector(
        d, e, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
    const Words highOdd = __builtin_shufflevector(
        d, e, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
    rows[c] = __builtin_shufflevector(
        lowEven, highEven, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
    rows[8 + c] = __builtin_shufflevector(
        lowEven, highEven, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
    rows[4 + c] = __builtin_shufflevector(
        lowOdd, highOdd, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
    rows[12 + c] = __builtin_shufflevector(
        lowOdd, highOdd, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
  }
}

template <typename Kind>
CTORCH_INLINE const char *rowOf(const Rows &from, int64_t row) {
  return static_cast<const char *>(from.data) + row * from.stride * int64_t(sizeof(typename Kind::Value));
}

template <typename Kind>
void panelOfRows(const Rows &from, int64_t count, int64_t units, char *panel) {
  for (int64_t half = 0; half < panelColumns; half += lanes)
    for (int64_t unit = 0; unit < units; unit += lanes) {
      const int64_t width = units - unit < lanes ? units - unit : lanes;
      Words rows[16];
#pragma clang loop unroll(full)
      for (int r = 0; r < 16; ++r) {
        rows[r] = Words{};
        if (half + r >= count) continue;
        const char *source = rowOf<Kind>(from, half + r) + unit * unitBytes;
        if (width == lanes)
          rows[r] = loadAs<Words>(source);
        else
          __builtin_memcpy(&rows[r], source, size_t(width * unitBytes));
      }
      transposeWords(rows);
      for (int64_t u = 0; u < width; ++u)
        storeAs(panel + ((unit + u) * panelColumns + half) * unitBytes, rows[u]);
    }
}

/// 16 units of one column each out of `rows` (1 or 2) rows, `count` columns; the missing ones are zeros.
template <typename Kind>
CTORCH_INLINE Words unitsOfColumns(const Rows &from, int64_t row, int64_t rows, int64_t column, int64_t count) {
  using Value = typename Kind::Value;
  constexpr int64_t parts = Kind::unitElements;
  if constexpr (parts == 1) {
    const auto *source = reinterpret_cast<const Value *>(rowOf<Kind>(from, row)) + column;
    return (Words)load(source, count);
  } else {
    Halves halves[2] = {};
    for (int64_t r = 0; r < rows; ++r) {
      const auto *source = reinterpret_cast<const Value *>(rowOf<Kind>(from, row + r)) + column;
      if (count >= lanes)
        halves[r] = loadAs<Halves>(source);
      else
        __builtin_memcpy(&halves[r], source, size_t(count) * sizeof(Value));
    }
    return __builtin_convertvector(halves[0], Words) | __builtin_convertvector(halves[1], Words) << 16;
  }
}

template <typename Kind>
void panelOfColumns(const Rows &from, int64_t rows, int64_t count, char *panel) {
  constexpr int64_t parts = Kind::unitElements;
  for (int64_t row = 0; row < rows; row += parts) {
    char *to = panel + row / parts * panelColumns * unitBytes;
    const int64_t present = rows - row < parts ? rows - row : parts;
#pragma clang loop unroll(full)
    for (int64_t half = 0; half < panelColumns; half += lanes)
      storeAs(
          to + half * unitBytes,
          half < count ? unitsOfColumns<Kind>(from, row, present, half, count - half) : Words{});
  }
}

template <typename Kind>
void groupOfColumns(const Rows &from, int64_t rows, int64_t count, char *group, float *sums) {
  constexpr int64_t parts = Kind::unitElements;
  constexpr int64_t vectors = groupRows / lanes;
  Floats totals[vectors] = {};
  for (int64_t row = 0; row < rows; row += parts) {
    char *to = group + row / parts * groupRows * unitBytes;
    const int64_t present = rows - row < parts ? rows - row : parts;
#pragma clang loop unroll(full)
    for (int64_t v = 0; v < vectors; ++v) {
      const int64_t column = v * lanes;
      const Words units = column < count
                              ? unitsOfColumns<Kind>(from, row, present, column, count - column)
                              : Words{};
      storeAs(to + column * unitBytes, units);
      if constexpr (parts == 1)
        totals[v] += (Floats)units;
      else
        totals[v] += (Floats)(units << 16) + (Floats)(units & 0xFFFF0000u);
    }
  }
  if (!sums) return;
  for (int64_t v = 0; v < vectors && v * lanes < count; ++v)
    store(sums + v * lanes, totals[v], count - v * lanes);
}

/// One tile's place in the left factor: rows `rowStride` and units `unitStride` bytes apart.
struct LeftTile {
  const char *data;
  int64_t rowStride;
};

/// Adds a chunk of units to a tile's sums. `inGroup`: the strides are a group's, and known when this is compiled.
template <typename Kind, int rows, bool inGroup>
CTORCH_INLINE void addProducts(
    LeftTile left, const char *panel, int64_t units, Floats (&sums)[rows][2]) {
  constexpr int64_t unitStride = (inGroup ? groupRows : 1) * unitBytes;
  const int64_t rowStride = inGroup ? unitBytes : left.rowStride;
  // Three rows a pointer: the addresses then fit the processor's registers.
  constexpr int pointers = (rows + 2) / 3;
  const char *data[pointers];
#pragma clang loop unroll(full)
  for (int p = 0; p < pointers; ++p) data[p] = left.data + 3 * p * rowStride;
#pragma clang loop unroll(disable)
  for (int64_t unit = 0; unit < units; ++unit) {
    const Words right0 = loadAs<Words>(panel), right1 = loadAs<Words>(panel + 64);
    panel += panelColumns * unitBytes;
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; ++r) {
      const char *from = data[r / 3] + (r % 3) * rowStride;
      sums[r][0] = Kind::multiplyAddUnits(from, right0, sums[r][0]);
      sums[r][1] = Kind::multiplyAddUnits(from, right1, sums[r][1]);
    }
#pragma clang loop unroll(full)
    for (int p = 0; p < pointers; ++p) {
      data[p] += unitStride;
      // Otherwise the compiler loads all rows ahead, runs out of registers and spills.
      asm volatile("" : "+r"(data[p]));
    }
  }
}

/// Finishes and stores a tile's sums [rows, panelColumns].
template <typename Value>
__attribute__((noinline)) void finishTile(
    const ProductCall &call, int64_t firstRow, int64_t rows, int64_t firstColumn, const float *sums) {
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < panelColumns; c += lanes) {
      const int64_t column = firstColumn + c, count = call.columns - column;
      if (count <= 0) break;
      const int64_t place = (firstRow + r) * call.outputStride + column;
      Floats value = load(sums + r * panelColumns + c);
      if (call.bias) value += load(call.bias + column, count);
      if (call.epilogue != Epilogue::none) {
        const Gelu result = call.epilogue == Epilogue::gelu ? exactGelu(value) : tanhGelu(value);
        if (call.derivative)
          store(static_cast<Value *>(call.derivative) + place, result.derivative, count);
        value = value * result.gate;
      }
      if (call.factor) value = value * load(static_cast<const Value *>(call.factor) + place, count);
      store(static_cast<Value *>(call.output) + place, value, count);
    }
}

/// A tile of a task: which rows, which panel, and where its sums wait between chunks.
struct TilePlace {
  int64_t row, panel, firstUnit, units;
  float *partial;  // [rows, panelColumns]; not touched by a product of one chunk
  bool isFirst, isLast;
};

template <typename Kind, int rows, bool inGroup>
void computeTile(const ProductCall &call, const TilePlace &place) {
  Floats sums[rows][2];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; ++r)
#pragma clang loop unroll(full)
    for (int v = 0; v < 2; ++v)
      sums[r][v] = place.isFirst ? Floats{} : load(place.partial + r * panelColumns + v * lanes);
  LeftTile left;
  if constexpr (inGroup)
    left = {
        call.groups + place.row / groupRows * groupBytes(call.units) +
            (place.firstUnit * groupRows + place.row % groupRows) * unitBytes,
        0};
  else
    left = {
        rowOf<Kind>(call.left, place.row) + place.firstUnit * unitBytes,
        call.left.stride * int64_t(sizeof(typename Kind::Value))};
  addProducts<Kind, rows, inGroup>(
      left, call.panels + place.panel * panelBytes(call.units) + panelBytes(place.firstUnit),
      place.units, sums);
  if (place.isLast && call.thinUnits > 0)
    addProducts<Kind, rows, false>(
        {rowOf<Kind>(call.thinLeft, place.row),
         call.thinLeft.stride * int64_t(sizeof(typename Kind::Value))},
        call.thinPanels + place.panel * panelBytes(call.thinUnits), call.thinUnits, sums);
  alignas(64) float finished[matrixTileRows * panelColumns];
  float *to = place.isLast ? finished : place.partial;
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; ++r)
#pragma clang loop unroll(full)
    for (int v = 0; v < 2; ++v) store(to + r * panelColumns + v * lanes, sums[r][v]);
  if (place.isLast)
    finishTile<typename Kind::Value>(call, place.row, rows, place.panel * panelColumns, finished);
}

template <typename Kind, bool inGroup>
void computeTileOf(int64_t rows, const ProductCall &call, const TilePlace &place) {
  switch (rows) {
    case 12: return computeTile<Kind, 12, inGroup>(call, place);
    case 11: return computeTile<Kind, 11, inGroup>(call, place);
    case 10: return computeTile<Kind, 10, inGroup>(call, place);
    case 9: return computeTile<Kind, 9, inGroup>(call, place);
    case 8: return computeTile<Kind, 8, inGroup>(call, place);
    case 7: return computeTile<Kind, 7, inGroup>(call, place);
    case 6: return computeTile<Kind, 6, inGroup>(call, place);
    case 5: return computeTile<Kind, 5, inGroup>(call, place);
    case 4: return computeTile<Kind, 4, inGroup>(call, place);
    case 3: return computeTile<Kind, 3, inGroup>(call, place);
    case 2: return computeTile<Kind, 2, inGroup>(call, place);
    default: return computeTile<Kind, 1, inGroup>(call, place);
  }
}

template <typename Kind>
void multiplyMatrices(
    const ProductCall &call, int64_t firstRow, int64_t lastRow, int64_t firstPanel, int64_t lastPanel) {
  const int64_t chunks = call.units == 0 ? 1 : (call.units + chunkUnits - 1) / chunkUnits;
  const int64_t share = (call.units + chunks - 1) / chunks;
  const int64_t rows = lastRow - firstRow;
  float *partial = nullptr;
  if (chunks > 1) {
    const int64_t count = rows * (lastPanel - firstPanel) * panelColumns;
    partial = Scratch::ofThread(size_t(count) * sizeof(float) + 64).take<float>(count);
  }
  for (int64_t chunk = 0; chunk < chunks; ++chunk)
    for (int64_t panel = firstPanel; panel < lastPanel; ++panel) {
      // Tiles of even heights: 16 rows are 8 and 8, not 12 and 4.
      const int64_t tiles = (rows + matrixTileRows - 1) / matrixTileRows;
      for (int64_t row = firstRow, left = tiles; left > 0; --left) {
        const int64_t height = (lastRow - row + left - 1) / left;
        TilePlace place;
        place.row = row;
        place.panel = panel;
        place.firstUnit = chunk * share;
        place.units = call.units - place.firstUnit < share ? call.units - place.firstUnit : share;
        place.partial =
            partial + ((panel - firstPanel) * rows + row - firstRow) * panelColumns;
        place.isFirst = chunk == 0;
        place.isLast = chunk == chunks - 1;
        if (call.groups)
          computeTileOf<Kind, true>(height, call, place);
        else
          computeTileOf<Kind, false>(height, call, place);
        row += height;
      }
    }
}

template <typename Kind>
constexpr MatrixKernels matrixKernels = {
    Kind::unitElements, panelOfRows<Kind>, panelOfColumns<Kind>, groupOfColumns<Kind>,
    multiplyMatrices<Kind>};

#endif  // CTORCH_HAS_AVX512
