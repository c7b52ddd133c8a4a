// SPDX-License-Identifier: BSD-3-Clause
// The samples that a run keeps: FOLDER/samples/stepNN_LABEL.h5 (md/sample_file.hpp), the state at the end of a protocol step, from which
// other runs begin and to which `restore` steps go back. samples/manifest.json lists them with size, SHA-256 and fingerprint, as that of
// the checkpoints does (md/checkpoint_manifest.hpp); HDF5 opens none whose bytes are not those.
#pragma once

#include <string>
#include <vector>

#include "md/checkpoint.hpp"
#include "md/checkpoint_manifest.hpp"
#include "md/sample_file.hpp"

namespace patina {

// Where the samples of a replica are, and the file of one: "RUN/samples/step03_anneal.h5".
std::string samples_folder(const std::string& replica_folder);
std::string sample_file_path(const std::string& replica_folder, const std::string& step);

// Writes the sample as it stands under the name of `head.self.step`, in place of one that a run left which was cut short here. `head`
// counts on rank 0; its state is filled in. Collective.
void keep_sample(const std::string& replica_folder, const System& system, const ProtocolPosition& position, SampleHead head);

// What the manifest lists, in the order of the protocol; nothing if no sample is kept. On one rank. Throws Error(bad_input) if it is damaged.
std::vector<CheckpointRecord> kept_samples(const std::string& replica_folder);

// "step03_anneal" of a record.
std::string step_of(const CheckpointRecord& record);

// The head of one kept sample; its bytes are compared with the manifest before they are read. On one rank.
SampleHead load_sample_head(const std::string& replica_folder, const std::string& step);

// The same with its atoms, whose fingerprint must be the one that was written. Collective, the same data on all ranks.
CheckpointData load_sample(const Comm& comm, const std::string& replica_folder, const std::string& step);

}  // namespace patina
