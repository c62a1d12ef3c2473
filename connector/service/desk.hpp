// The service's own view of the database, on a thread of its own: a pass that holds the write lock
// keeps no request waiting but the one that writes, and nothing of it needs a lock of ours.
#pragma once

#include "connector/core/async.hpp"
#include "connector/store/work_store.hpp"

#include <memory>
#include <type_traits>
#include <utility>

namespace embolink::service {

class Desk {
public:
    explicit Desk(std::unique_ptr<WorkStore> store) : store_(std::move(store)) {}

    ~Desk() { thread_.join(); }

    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    // Calls `work` with the store and resumes where the caller was; throws what `work` throws.
    template <class Work>
    asio::awaitable<std::invoke_result_t<Work, WorkStore&>> ask(Work work) {
        auto job = [store = store_.get(), task = std::move(work)] { return task(*store); };
        co_return co_await run_on(thread_, std::move(job));
    }

private:
    std::unique_ptr<WorkStore> store_;
    asio::thread_pool thread_{1};
};

} // namespace embolink::service
