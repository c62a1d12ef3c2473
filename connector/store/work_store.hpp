// What people and the service ask of the database, beside the pass (store.hpp): run history, the
// schedule's switches. A connection of its own, so that it is used while a pass writes. Each verb
// is one transaction and throws Error (store). One thread calls.
#pragma once

#include "connector/store/store.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace embolink {

class WorkStore {
public:
    virtual ~WorkStore() = default;

    virtual std::vector<RunRow> recent_runs(int most) = 0; // newest first

    virtual bool is_paused() = 0;
    virtual void set_paused(bool paused) = 0;

    // Somebody wants a pass now; asking twice is asking once. Survives a restart.
    virtual void want_run() = 0;
    // True once for what was asked for.
    virtual bool take_wanted_run() = 0;
};

// As open_sqlite_store.
std::unique_ptr<WorkStore> open_sqlite_work_store(const std::filesystem::path& path,
                                                  const ServerIdentity& source);

} // namespace embolink
