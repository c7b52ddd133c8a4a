// SPDX-License-Identifier: BSD-3-Clause
// Three-vectors and 3x3 matrices, usable in kernels. Loop axes are d = 0..2 (x, y, z).
#pragma once

#include <Kokkos_Macros.hpp>
#include <cmath>

namespace patina {

struct Vec3 {
  double v[3] = {0.0, 0.0, 0.0};

  KOKKOS_INLINE_FUNCTION double& operator[](int d) { return v[d]; }
  KOKKOS_INLINE_FUNCTION const double& operator[](int d) const { return v[d]; }
  KOKKOS_INLINE_FUNCTION Vec3& operator+=(const Vec3& b) {
    for (int d = 0; d < 3; ++d) v[d] += b.v[d];
    return *this;
  }
  friend bool operator==(const Vec3&, const Vec3&) = default;
};

KOKKOS_INLINE_FUNCTION Vec3 operator+(const Vec3& a, const Vec3& b) {
  return {{a[0] + b[0], a[1] + b[1], a[2] + b[2]}};
}
KOKKOS_INLINE_FUNCTION Vec3 operator-(const Vec3& a, const Vec3& b) {
  return {{a[0] - b[0], a[1] - b[1], a[2] - b[2]}};
}
KOKKOS_INLINE_FUNCTION Vec3 operator*(double s, const Vec3& a) { return {{s * a[0], s * a[1], s * a[2]}}; }
KOKKOS_INLINE_FUNCTION double dot(const Vec3& a, const Vec3& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
KOKKOS_INLINE_FUNCTION Vec3 cross(const Vec3& a, const Vec3& b) {
  return {{a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]}};
}
inline double norm(const Vec3& a) { return std::sqrt(dot(a, a)); }

// m[i][j]: row i, column j.
struct Mat3 {
  double m[3][3] = {{0.0, 0.0, 0.0}, {0.0, 0.0, 0.0}, {0.0, 0.0, 0.0}};

  KOKKOS_INLINE_FUNCTION double* operator[](int i) { return m[i]; }
  KOKKOS_INLINE_FUNCTION const double* operator[](int i) const { return m[i]; }
  KOKKOS_INLINE_FUNCTION Vec3 row(int i) const { return {{m[i][0], m[i][1], m[i][2]}}; }
  friend bool operator==(const Mat3&, const Mat3&) = default;
};

inline Mat3 diagonal(const Vec3& d) { return {{{d[0], 0, 0}, {0, d[1], 0}, {0, 0, d[2]}}}; }

// (v M)_j = sum_i v_i M_ij: a row vector from the left, which is how fractional coordinates meet edge vectors.
KOKKOS_INLINE_FUNCTION Vec3 operator*(const Vec3& v, const Mat3& a) {
  Vec3 r;
  for (int j = 0; j < 3; ++j) r[j] = v[0] * a.m[0][j] + v[1] * a.m[1][j] + v[2] * a.m[2][j];
  return r;
}
inline Mat3 operator*(const Mat3& a, const Mat3& b) {
  Mat3 r;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) r[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
  return r;
}
inline Mat3 operator*(double s, Mat3 a) {
  for (auto& row : a.m)
    for (double& x : row) x *= s;
  return a;
}
inline double trace(const Mat3& a) { return a[0][0] + a[1][1] + a[2][2]; }
inline double determinant(const Mat3& a) { return dot(a.row(0), cross(a.row(1), a.row(2))); }
inline Mat3 inverse(const Mat3& a) {
  // Columns of the inverse are the cross products of the rows over the determinant.
  const double inv_det = 1.0 / determinant(a);
  const Vec3 c[3] = {cross(a.row(1), a.row(2)), cross(a.row(2), a.row(0)), cross(a.row(0), a.row(1))};
  Mat3 r;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) r[i][j] = c[j][i] * inv_det;
  return r;
}
inline Mat3 transpose(const Mat3& a) {
  Mat3 r;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) r[i][j] = a[j][i];
  return r;
}

}  // namespace patina
