// SPDX-License-Identifier: BSD-3-Clause
#include "run/stop_signal.hpp"

#include <signal.h>

#include "core/error.hpp"

namespace patina {

namespace {

volatile sig_atomic_t seen = 0;
void remember(int number) { seen = number; }
volatile sig_atomic_t checkpoint_seen = 0;
void remember_checkpoint(int) { checkpoint_seen = 1; }

}  // namespace

void watch_for_signals() {
  struct sigaction action {};
  action.sa_handler = remember;
  action.sa_flags = SA_RESTART | SA_RESETHAND;  // the second one acts as if nobody watched
  sigemptyset(&action.sa_mask);
  for (const int number : {SIGINT, SIGTERM, SIGUSR2})
    require(sigaction(number, &action, nullptr) == 0, "a signal cannot be watched");
  action.sa_handler = remember_checkpoint;
  action.sa_flags = SA_RESTART;  // any number of them
  require(sigaction(SIGUSR1, &action, nullptr) == 0, "a signal cannot be watched");
}

bool checkpoint_signal() { return checkpoint_seen != 0; }
void forget_checkpoint_signal() { checkpoint_seen = 0; }

const char* stop_signal() {
  switch (seen) {
    case SIGINT: return "SIGINT";
    case SIGTERM: return "SIGTERM";
    case SIGUSR2: return "SIGUSR2";
    default: return nullptr;
  }
}

}  // namespace patina
