// SPDX-License-Identifier: BSD-3-Clause
// SIGINT (Ctrl-C), SIGTERM and SIGUSR2 ask a run to write a checkpoint and stop; a second one of the same kind ends the
// process at once. SIGUSR1 asks for a checkpoint, and the run goes on [reliability.md 0.1]. Open MPI's mpirun hands SIGUSR1 and
// SIGUSR2 on and leaves the ranks alive; after SIGINT or SIGTERM it kills them within two seconds.
#pragma once

namespace patina {

void watch_for_signals();

// Whether this process was asked for a checkpoint since the last forget_checkpoint_signal().
bool checkpoint_signal();
void forget_checkpoint_signal();

// "SIGTERM" if this process was asked to stop, else a null pointer.
const char* stop_signal();

}  // namespace patina
