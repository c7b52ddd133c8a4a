// SPDX-License-Identifier: BSD-3-Clause
// Work that rank 0 does alone (files) but whose failure all ranks must see: they throw the same Error.
#pragma once

#include <exception>
#include <new>
#include <string>

#include "core/error.hpp"
#include "core/mpi.hpp"

namespace patina {

// Collective. Runs `work` on rank 0; if it throws there, every rank throws an Error of the same code and
// message.
template <class Work>
void on_root(const Comm& comm, Work&& work) {
  std::string message;
  double code = 0.0;
  if (comm.is_root()) {
    try {
      work();
    } catch (const Error& error) {
      code = static_cast<double>(error.code());
      message = error.what();
    } catch (const std::bad_alloc&) {
      code = static_cast<double>(ExitCode::out_of_memory);
      message = "rank 0 is out of memory";
    } catch (const std::exception& error) {
      code = static_cast<double>(ExitCode::internal);
      message = error.what();
    }
  }
  comm.broadcast(&code, 1);
  if (code == 0.0) return;
  comm.broadcast(message);
  throw Error(static_cast<ExitCode>(static_cast<int>(code)), message);
}

}  // namespace patina
