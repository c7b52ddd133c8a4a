// SPDX-License-Identifier: BSD-3-Clause
// Settings that libraries read before main() begins, for those who have not chosen them.
#pragma once

namespace patina {

// Starts this program anew with what it runs best with; to be called first in main(). Returns where there is nothing to set,
// and leaves alone what the user has set:
//   GLIBC_TUNABLES=glibc.malloc.hugetlb=1   where the system gives large pages only to those who ask (Linux, "madvise"):
//       large arrays on pages of 2 MB, fewer misses of the address translation, 10-15 % of a run's time
//   GOMP_SPINCOUNT=30000   with several threads: how long a waiting thread keeps its core. GCC's library waits for
//       milliseconds, which makes runs many times slower where other programs want the cores; some 50 microseconds
//       bridge the waits of a time step
void restart_with_settings(char** argv);

}  // namespace patina
