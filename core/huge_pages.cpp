// SPDX-License-Identifier: BSD-3-Clause
#include "core/huge_pages.hpp"

#include <unistd.h>

#ifdef _OPENMP
#include <omp.h>
#include <sched.h>
#endif

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace patina {

namespace {

// With OMP_PROC_BIND or OMP_PLACES the OpenMP library has, before main(), bound this thread to its first place, and
// the new program would inherit that as all there is: every thread of it on one core. Gives back what there was.
void unbind_from_place() {
#ifdef _OPENMP
  if (omp_get_num_places() == 0) return;
  cpu_set_t cores;
  CPU_ZERO(&cores);
  for (int place = 0; place < omp_get_num_places(); ++place) {
    std::vector<int> ids(static_cast<std::size_t>(omp_get_place_num_procs(place)));
    omp_get_place_proc_ids(place, ids.data());
    for (const int id : ids) CPU_SET(id, &cores);
  }
  sched_setaffinity(0, sizeof cores, &cores);
#endif
}

}  // namespace

void restart_with_huge_pages(char** argv) {
  // Tools that run a program inside themselves (valgrind and the like) come through LD_PRELOAD: leave them alone.
  if (std::getenv("GLIBC_TUNABLES") || std::getenv("LD_PRELOAD")) return;
  std::string choice;
  std::getline(std::ifstream("/sys/kernel/mm/transparent_hugepage/enabled"), choice);
  if (choice.find("[madvise]") == std::string::npos) return;
  setenv("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1", 1);
  unbind_from_place();
  execv("/proc/self/exe", argv);
}

}  // namespace patina
