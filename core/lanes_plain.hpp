// SPDX-License-Identifier: BSD-3-Clause
// The vector operations of core/lanes.hpp as plain loops, which the compiler may make vectors of; included by it alone, within
// its namespace.
#pragma once

template <class T, int n>
struct alignas(32) Lanes {
  T v[n];
  template <class F>
  static Lanes each(const F& f) {
    Lanes r;
    for (int k = 0; k < n; ++k) r.v[k] = static_cast<T>(f(k));
    return r;
  }
  template <class U>
  static Lanes all(U x) {
    return each([&](int) { return x; });
  }
  static Lanes load(const T* p) {
    Lanes r;
    std::memcpy(r.v, p, sizeof r.v);
    return r;
  }
  static Lanes load_bytes(const unsigned char* p) {
    return each([&](int k) { return p[k]; });
  }
  // One number for each half.
  static Lanes halves(std::uint32_t x, std::uint32_t y) {
    return each([&](int k) { return k < width ? x : y; });
  }
};
using Reals = Lanes<double, width>;
using Floats = Lanes<float, 2 * width>;
using EightFloats = Lanes<float, width>;
using Ints = Lanes<int, width>;
using WideInts = Lanes<int, 2 * width>;
using Longs = Lanes<std::int64_t, width>;

template <class T, int n>
inline void store(T* p, const Lanes<T, n>& a) {
  std::memcpy(p, a.v, sizeof a.v);
}
template <class T, int n>
inline Lanes<T, n> operator+(const Lanes<T, n>& a, const Lanes<T, n>& b) {
  return Lanes<T, n>::each([&](int k) { return a.v[k] + b.v[k]; });
}
template <class T, int n>
inline Lanes<T, n> operator-(const Lanes<T, n>& a, const Lanes<T, n>& b) {
  return Lanes<T, n>::each([&](int k) { return a.v[k] - b.v[k]; });
}
// Modulo 2^32.
inline WideInts operator-(const WideInts& a, const WideInts& b) {
  return WideInts::each([&](int k) { return static_cast<unsigned>(a.v[k]) - static_cast<unsigned>(b.v[k]); });
}
template <class T, int n>
inline Lanes<T, n> operator*(const Lanes<T, n>& a, const Lanes<T, n>& b) {
  return Lanes<T, n>::each([&](int k) { return a.v[k] * b.v[k]; });
}
template <class T, int n>
inline Lanes<T, n> operator/(const Lanes<T, n>& a, const Lanes<T, n>& b) {
  return Lanes<T, n>::each([&](int k) { return a.v[k] / b.v[k]; });
}
template <class T, int n>
inline Lanes<T, n> fma(const Lanes<T, n>& a, const Lanes<T, n>& b, const Lanes<T, n>& c) {
  return Lanes<T, n>::each([&](int k) { return std::fma(a.v[k], b.v[k], c.v[k]); });
}
template <class T, int n>
inline Lanes<T, n> minimum(const Lanes<T, n>& a, const Lanes<T, n>& b) {
  return Lanes<T, n>::each([&](int k) { return a.v[k] < b.v[k] ? a.v[k] : b.v[k]; });
}
template <class T, int n>
inline Lanes<T, n> maximum(const Lanes<T, n>& a, const Lanes<T, n>& b) {
  return Lanes<T, n>::each([&](int k) { return a.v[k] > b.v[k] ? a.v[k] : b.v[k]; });
}
template <class T, int n>
inline Lanes<T, n> root(const Lanes<T, n>& a) {
  return Lanes<T, n>::each([&](int k) { return std::sqrt(a.v[k]); });
}
template <class T, int n>
inline double smallest(const Lanes<T, n>& a) {
  T least = a.v[0];
  for (int k = 1; k < n; ++k) least = a.v[k] < least ? a.v[k] : least;
  return least;
}
template <int bits, int n>
inline Lanes<int, n> shift_left(const Lanes<int, n>& a) {
  return Lanes<int, n>::each([&](int k) { return a.v[k] << bits; });
}
// As the vector instruction does: what no int holds becomes the lowest one.
template <class T, int n>
inline Lanes<int, n> truncate(const Lanes<T, n>& a) {
  return Lanes<int, n>::each([&](int k) {
    return a.v[k] < T(2147483648.0) && a.v[k] > T(-2147483649.0) ? static_cast<int>(a.v[k]) : INT32_MIN;
  });
}
inline Reals to_reals(const Ints& a) {
  return Reals::each([&](int k) { return a.v[k]; });
}
inline Floats to_reals(const WideInts& a) {
  return Floats::each([&](int k) { return a.v[k]; });
}
inline Floats as_floats(const WideInts& bits) {
  Floats r;
  std::memcpy(r.v, bits.v, sizeof r.v);
  return r;
}
inline Ints look_up(const int* table, const Ints& index) {
  return Ints::each([&](int k) { return table[index.v[k]]; });
}
inline WideInts look_up(const int* first, const int* second, const WideInts& index) {
  return WideInts::each([&](int k) { return (k < width ? first : second)[index.v[k]]; });
}
template <class T, int n>
inline Lanes<int, n> where_less(const Lanes<T, n>& x, const Lanes<T, n>& y, const Lanes<int, n>& a,
                                const Lanes<int, n>& b) {
  return Lanes<int, n>::each([&](int k) { return x.v[k] < y.v[k] ? a.v[k] : b.v[k]; });
}
inline Floats where_equal(const WideInts& i, const WideInts& j, const Floats& a, const Floats& b) {
  return Floats::each([&](int k) { return i.v[k] == j.v[k] ? a.v[k] : b.v[k]; });
}

template <class T>
inline Longs round(const Lanes<T, width>& a) {
  return Longs::each([&](int k) { return std::llrint(a.v[k]); });
}
// For |a| < 2^51 (Reals), 2^31 (Floats).
inline Longs round_short(const Reals& a) { return round(a); }
template <int n>
inline Lanes<int, n> round_short(const Lanes<float, n>& a) {
  return Lanes<int, n>::each([&](int k) { return static_cast<int>(std::lrint(a.v[k])); });
}
inline Longs no_longs() { return Longs{}; }
template <class T>
inline std::int64_t sum(const Lanes<T, width>& a) {
  std::int64_t total = 0;
  for (const T x : a.v) total += x;
  return total;
}

template <class U, class T, int n>
[[gnu::always_inline]] inline void load_rows(const U* rows, const int* offset, Lanes<T, n> (&out)[4]) {
  for (int k = 0; k < n; ++k)
    for (int c = 0; c < 4; ++c) out[c].v[k] = static_cast<T>(rows[offset[k] + c]);
}

template <class T>
[[gnu::always_inline]] inline void load_rows(const T* rows, const int* offset, Lanes<T, sizeof(T) == 4 ? 2 * width : width> (&out)[8]) {
  for (int k = 0; k < (sizeof(T) == 4 ? 2 * width : width); ++k)
    for (int c = 0; c < 8; ++c) out[c].v[k] = rows[offset[k] + c];
}

// Rows of four, the first three columns less those of `own`, a row for each chunk.
[[gnu::always_inline]] inline void load_rows_from(const double* own, const double* rows, const int* offset, Reals (&out)[4]) {
  load_rows(rows, offset, out);
  for (int c = 0; c < 3; ++c) out[c] = out[c] - Reals::all(own[c]);
}
[[gnu::always_inline]] inline void load_rows_from(const std::uint32_t* first, const std::uint32_t* second, const std::uint32_t* rows,
                                                  const int* offset, WideInts (&out)[4]) {
  load_rows(rows, offset, out);
  for (int c = 0; c < 3; ++c) out[c] = out[c] - WideInts::halves(first[c], second[c]);
}

template <bool scatter, class T>
[[gnu::always_inline]] inline void move_momentum(std::int64_t* rows, const int* offset, std::int64_t* own, const Lanes<T, width>& x,
                                                 const Lanes<T, width>& y, const Lanes<T, width>& z) {
  own[0] -= sum(x);
  own[1] -= sum(y);
  own[2] -= sum(z);
  if constexpr (scatter)
    for (int k = 0; k < width; ++k) {
      std::int64_t* row = rows + offset[k];
      row[0] += x.v[k];
      row[1] += y.v[k];
      row[2] += z.v[k];
    }
}

inline const Reals& held(const Reals& a) { return a; }

// The last bit of each number is set, but for zeros.
inline Reals odd(const Reals& a) {
  Reals r;
  for (int k = 0; k < width; ++k) {
    const std::int64_t bits = bits_of(a.v[k]) | (a.v[k] != 0.0 ? 1 : 0);
    std::memcpy(&r.v[k], &bits, sizeof bits);
  }
  return r;
}

// Adds to each of eight whole numbers what a sum on the grid has grown by.
inline void add_growth(std::int64_t* sums, const Reals& a) {
  for (int k = 0; k < width; ++k) sums[k] += bits_of(a.v[k]) - bits_of(grid_origin);
}

template <int vectors, int points>
inline void add_products(const double* w_re, const double* w_im, const double* const (&x)[vectors], std::int64_t* sums) {
  static_assert(points / 8 < 16 && points % 8 == 0);
  for (int v = 0; v < vectors; ++v) {
    const auto add = [&](const double* w, const double* part, std::int64_t& sum) {
      double strand[8];
      for (double& s : strand) s = grid_origin;
      for (int b = 0; b < points; b += 8)
        for (int l = 0; l < 8; ++l) strand[l] = std::fma(w[b + l], part[b + l], strand[l]);
      for (const double s : strand) sum += bits_of(s) - bits_of(grid_origin);
    };
    add(w_re, x[v], sums[4 * v]);
    add(w_im, x[v] + points, sums[4 * v + 1]);
    add(w_re, x[v] + points, sums[4 * v + 2]);
    add(w_im, x[v], sums[4 * v + 3]);
  }
}
