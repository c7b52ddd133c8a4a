// SPDX-License-Identifier: BSD-3-Clause
// Growing array, aligned to pages that the system may make large; what is beyond what was kept has no value.
#pragma once

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace patina {

template <class T>
class PagedBuffer {
 public:
  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  // Room for `count`, keeping the first `kept`.
  void reserve(std::size_t count, std::size_t kept) {
    if (count > capacity_) grow(count, kept);
  }

 private:
  void grow(std::size_t count, std::size_t kept);
  struct Free {
    void operator()(T* p) const { std::free(p); }
  };
  std::unique_ptr<T[], Free> data_;
  std::size_t capacity_ = 0;
};

template <class T>
void PagedBuffer<T>::grow(std::size_t count, std::size_t kept) {
  constexpr std::size_t page = 1u << 21;
  const std::size_t bytes = (std::max(count, capacity_ + capacity_ / 2) * sizeof(T) + page - 1) / page * page;
  auto* grown = static_cast<T*>(std::aligned_alloc(page, bytes));
  if (!grown) throw std::bad_alloc();
  madvise(grown, bytes, MADV_HUGEPAGE);
  if (kept > 0) std::memcpy(grown, data_.get(), kept * sizeof(T));
  data_.reset(grown);
  capacity_ = bytes / sizeof(T);
}

}  // namespace patina
