// A database as the service asks it, on a thread of its own: a pass that holds the write lock keeps
// no request waiting but the one that writes, and nothing of it needs a lock of ours.
#pragma once

#include "connector/core/async.hpp"
#include "connector/store/token_store.hpp"
#include "connector/store/work_store.hpp"

#include <memory>
#include <type_traits>
#include <utility>

namespace embolink::service {

template <class Database>
class DeskOf {
public:
    explicit DeskOf(std::unique_ptr<Database> store) : store_(std::move(store)) {}

    ~DeskOf() { thread_.join(); }

    DeskOf(const DeskOf&) = delete;
    DeskOf& operator=(const DeskOf&) = delete;

    // Calls `work` with the store and resumes where the caller was; throws what `work` throws.
    template <class Work>
    asio::awaitable<std::invoke_result_t<Work, Database&>> ask(Work work) {
        auto job = [store = store_.get(), task = std::move(work)] { return task(*store); };
        co_return co_await run_on(thread_, std::move(job));
    }

private:
    std::unique_ptr<Database> store_;
    asio::thread_pool thread_{1};
};

using Desk = DeskOf<WorkStore>;
using TokenDesk = DeskOf<TokenStore>;

} // namespace embolink::service
