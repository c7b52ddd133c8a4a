// SPDX-License-Identifier: BSD-3-Clause
// MPI: a communicator by value, checked calls, and the few collectives used everywhere. Point-to-point
// messages live here (exchange), in md/ghosts.cpp and in md/halo.cpp only.
#pragma once

#include <mpi.h>

#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/exact_sum.hpp"

namespace patina {

// Every MPI return code goes through this; a failure prints the expression and ends the job.
#define PATINA_MPI_CHECK(expression) ::patina::detail::check_mpi((expression), #expression, __FILE__, __LINE__)

// A communicator that frees itself (unless it is MPI_COMM_WORLD). Move only.
class Comm {
 public:
  Comm() = default;  // MPI_COMM_NULL
  static Comm world();
  // Collective over `parent`: ranks with the same colour share a new communicator, ordered by parent rank.
  static Comm split(const Comm& parent, int color);
  // Collective over `parent`: the ranks on one machine share one.
  static Comm split_by_machine(const Comm& parent);
  ~Comm();
  Comm(Comm&& other) noexcept;
  Comm& operator=(Comm&& other) noexcept;

  MPI_Comm handle() const { return comm_; }
  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_root() const { return rank_ == 0; }

  // In place on `values`, over all ranks.
  void sum(double* values, int count) const;
  void sum(long long* values, int count) const;
  double sum(double value) const;
  long long sum(long long value) const;
  // The sums over all ranks of `count` whole numbers, in place.
  void sum(Int128* values, int count) const;
  // The sums over all ranks, rounded once; not a number where a term was not.
  template <int n>
  void total(const ExactSums<n>& sums, double (&result)[n]) const;
  double max(double value) const;
  double min(double value) const;
  bool any(bool value) const;
  void barrier() const;
  // Rank 0's text to all.
  void broadcast(std::string& text) const;
  void broadcast(double* values, int count) const;
  // Rank 0's values to all, whatever their number elsewhere.
  template <class T>
  void broadcast(std::vector<T>& values) const {
    std::string bytes(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
    broadcast(bytes);
    values.resize(bytes.size() / sizeof(T));
    if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  }

  // Concatenates every rank's values on rank 0 in rank order (empty elsewhere).
  template <class T>
  std::vector<T> gather(const std::vector<T>& mine) const {
    std::vector<T> all;
    const auto bytes = gather_bytes(mine.data(), mine.size() * sizeof(T));
    all.resize(bytes.size() / sizeof(T));
    if (!bytes.empty()) std::memcpy(all.data(), bytes.data(), bytes.size());
    return all;
  }
  // Sends send[r] to rank r; returns what each rank sent here, in rank order.
  template <class T>
  std::vector<std::vector<T>> exchange(const std::vector<std::vector<T>>& send) const;

 private:
  explicit Comm(MPI_Comm comm, bool owned);
  std::vector<char> gather_bytes(const void* data, std::size_t bytes) const;
  std::vector<std::vector<char>> exchange_bytes(const std::vector<std::pair<const void*, std::size_t>>&) const;

  MPI_Comm comm_ = MPI_COMM_NULL;
  bool owned_ = false;
  int rank_ = 0;
  int size_ = 1;
};

// Initialises MPI for the life of the object; must be the first thing main() makes.
class MpiSession {
 public:
  MpiSession(int& argc, char**& argv);
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;
};

// Reads a whole file on rank 0 and gives it to all. Throws Error(missing_input) on all ranks alike if it cannot
// be read, or Error(bad_input) if it is larger than max_bytes.
std::string read_file_on_root(const Comm& comm, const std::string& path, std::size_t max_bytes = 1u << 30);

template <int n>
void Comm::total(const ExactSums<n>& sums, double (&result)[n]) const {
  Int128 values[n + 1];
  for (int k = 0; k < n; ++k) values[k] = sums.sum[k];
  values[n] = sums.spoiled;
  sum(values, n + 1);
  for (int k = 0; k < n; ++k)
    result[k] = values[n] == 0 ? static_cast<double>(values[k]) * exact_sum_unit
                               : std::numeric_limits<double>::quiet_NaN();
}

namespace detail {
void check_mpi(int code, const char* expression, const char* file, int line);
}
template <class T>
std::vector<std::vector<T>> Comm::exchange(const std::vector<std::vector<T>>& send) const {
  std::vector<std::pair<const void*, std::size_t>> parts;
  for (const auto& part : send) parts.emplace_back(part.data(), part.size() * sizeof(T));
  std::vector<std::vector<T>> result;
  for (const auto& bytes : exchange_bytes(parts)) {
    result.emplace_back(bytes.size() / sizeof(T));
    if (!bytes.empty()) std::memcpy(result.back().data(), bytes.data(), bytes.size());
  }
  return result;
}

}  // namespace patina
