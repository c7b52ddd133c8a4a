// SPDX-License-Identifier: BSD-3-Clause
#include "core/process_settings.hpp"

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

bool large_pages_on_request() {
  std::string choice;
  std::getline(std::ifstream("/sys/kernel/mm/transparent_hugepage/enabled"), choice);
  return choice.find("[madvise]") != std::string::npos;
}

bool several_threads() {
  const char* threads = std::getenv("OMP_NUM_THREADS");
  return threads && std::string(threads) != "1";
}

}  // namespace

void restart_with_settings(char** argv) {
  // Tools that run a program inside themselves (valgrind and the like) come through LD_PRELOAD: leave them alone.
  if (std::getenv("LD_PRELOAD")) return;
  bool changed = false;
  if (!std::getenv("GLIBC_TUNABLES") && large_pages_on_request())
    changed = setenv("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1", 1) == 0;
  if (several_threads() && !std::getenv("OMP_WAIT_POLICY") && !std::getenv("GOMP_SPINCOUNT"))
    changed = setenv("GOMP_SPINCOUNT", "30000", 1) == 0 || changed;
  if (!changed) return;
  unbind_from_place();
  execv("/proc/self/exe", argv);
}

}  // namespace patina
