// SPDX-License-Identifier: BSD-3-Clause
#include "core/huge_pages.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>

namespace patina {

void restart_with_huge_pages(char** argv) {
  // Tools that run a program inside themselves (valgrind and the like) come through LD_PRELOAD: leave them alone.
  if (std::getenv("GLIBC_TUNABLES") || std::getenv("LD_PRELOAD")) return;
  std::string choice;
  std::getline(std::ifstream("/sys/kernel/mm/transparent_hugepage/enabled"), choice);
  if (choice.find("[madvise]") == std::string::npos) return;
  setenv("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1", 1);
  execv("/proc/self/exe", argv);
}

}  // namespace patina
