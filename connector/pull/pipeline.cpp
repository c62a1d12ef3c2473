#include "connector/pull/pipeline.hpp"

#include "analysis/report/audit_report.hpp"
#include "connector/cli/audit_input.hpp"
#include "connector/core/about.hpp"
#include "connector/core/clock.hpp"
#include "connector/core/error.hpp"
#include "connector/core/interrupt.hpp"
#include "connector/core/parallel.hpp"
#include "connector/pull/chain_pull.hpp"
#include "connector/pull/cohort_seed.hpp"
#include "connector/pull/learn_habits.hpp"
#include "connector/pull/server_session.hpp"
#include "connector/write_back/outbox_plan.hpp"
#include "connector/write_back/write_back.hpp"

#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <set>
#include <signal.h>
#include <unistd.h>

namespace embolink {
namespace {

constexpr std::chrono::minutes lease_time{15};

// The lease is held from here to the end of the scope.
class Lease {
public:
    explicit Lease(Store& store) : store_(store), holder_(holder_name()) {
        const Instant time = current_instant();
        if (is_of_a_dead_process(store_.lease_holder())) {
            store_.release_lease(store_.lease_holder());
        }
        if (!store_.acquire_lease(holder_, instant_text(time), instant_text(time + lease_time))) {
            throw Error(ErrorKind::store,
                        "another pass is at work with this store",
                        "the lease of the database",
                        "wait for it to end; a pass that was killed loses its lease after 15 "
                        "minutes");
        }
        renewed_ = time;
    }

    ~Lease() {
        try {
            store_.release_lease(holder_);
        } catch (const Error&) {
            // It expires by itself.
        }
    }

    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    // To be called now and then.
    void keep() {
        const Instant time = current_instant();
        if (time - renewed_ < std::chrono::minutes(1)) {
            return;
        }
        if (!store_.renew_lease(holder_, instant_text(time + lease_time))) {
            throw Error(ErrorKind::store,
                        "another pass has taken over this store",
                        "the lease of the database",
                        "this one was asleep for too long; the other one goes on");
        }
        renewed_ = time;
    }

private:
    static std::string this_host() {
        char host[256] = "";
        gethostname(host, sizeof host - 1);
        return host;
    }

    static std::string holder_name() { return this_host() + ":" + std::to_string(getpid()); }

    // A pass of this machine that was killed need not be waited for.
    static bool is_of_a_dead_process(const std::string& holder) {
        const std::string prefix = this_host() + ":";
        if (holder.rfind(prefix, 0) != 0) {
            return false;
        }
        const int pid = std::atoi(holder.substr(prefix.size()).c_str());
        return pid > 0 && kill(pid, 0) != 0 && errno == ESRCH;
    }

    Store& store_;
    std::string holder_;
    Instant renewed_;
};

class Pass {
public:
    Pass(const Config& config,
         const PassOptions& options,
         const CommonOptions& common,
         asio::any_io_executor executor)
        : config_(config), common_(common), log_(common.log()), started_(current_instant()),
          setup_(pass_setup(config, options, started_, log_)),
          store_(
              open_sqlite_store(config.store, {config.source.name, config.source.server.base_url})),
          source_(executor, config.source.server, log_),
          target_(config.target.same_as_source
                      ? nullptr
                      : std::make_unique<ServerSession>(executor, config.target.server, log_)) {}

    asio::awaitable<PassSummary> run();

private:
    asio::awaitable<void> story(Lease& lease);
    asio::awaitable<void> pull_all(Lease& lease);
    asio::awaitable<void> pull_next(const PullFrame& frame,
                                    Lease& lease,
                                    std::vector<std::string>& waiting,
                                    Progress& progress,
                                    std::size_t all);
    void add(const ChainPull& pull);
    void derive_all(Lease& lease);
    asio::awaitable<void> write_all(Lease& lease, const std::vector<Derivation>& derivations);
    void count_held();
    void report(const std::vector<Derivation>& derivations);
    std::string summary_text() const;

    const Config& config_;
    const CommonOptions& common_;
    Log log_;
    Instant started_;
    DerivationSetup setup_;
    std::unique_ptr<Store> store_;
    ServerSession source_;
    std::unique_ptr<ServerSession> target_;
    std::set<std::string> pulled_; // identities
    PassSummary out_;
};

asio::awaitable<PassSummary> Pass::run() {
    Lease lease(*store_);
    out_.as_of = setup_.as_of;
    out_.rules_version = setup_.definitions.rules_version;
    out_.dry_run = config_.write_back.mode == WriteMode::dry_run;
    RunStart start;
    start.started = instant_text(started_);
    start.as_of = to_iso(setup_.as_of);
    start.rules_version = out_.rules_version;
    start.software_version = software_version();
    out_.run = store_->begin_run(start);
    std::exception_ptr failure;
    try {
        co_await story(lease);
    } catch (...) {
        failure = std::current_exception();
    }
    store_->end_run(
        out_.run, instant_text(current_instant()), failure ? "failed" : "complete", summary_text());
    if (failure) {
        std::rethrow_exception(failure);
    }
    co_return out_;
}

asio::awaitable<void> Pass::story(Lease& lease) {
    co_await pull_all(lease);
    derive_all(lease);
    const std::vector<Derivation> derivations = store_->load_derivations();
    co_await write_all(lease, derivations);
    count_held();
    report(derivations);
}

asio::awaitable<void> Pass::pull_all(Lease& lease) {
    ServerFindings findings = co_await learn_habits(source_.client(), config_, setup_);
    require_essential(findings, config_.source.server.base_url);
    const PullFrame frame{
        *store_,
        source_.client(),
        fhir::ServerAddress(config_.source.server.base_url, config_.source.next_origins),
        std::move(findings.habits),
        config_.source,
        setup_.site,
        log_,
        out_.run,
        started_};
    std::vector<std::string> waiting = co_await cohort_patients(frame, config_, setup_);
    const std::size_t all = waiting.size();
    log_.info(std::to_string(all) + " patients of the cohort are asked for");
    std::reverse(waiting.begin(), waiting.end());
    Progress progress(common_.progress(), "pulling", "patients");
    const std::function<asio::awaitable<void>()> worker = [&] {
        return pull_next(frame, lease, waiting, progress, all);
    };
    co_await run_workers(config_.source.parallel, worker);
}

// One of the parallel chains: takes patients until none waits. A failure empties the queue, so that
// the others end with the patient that they are at.
asio::awaitable<void> Pass::pull_next(const PullFrame& frame,
                                      Lease& lease,
                                      std::vector<std::string>& waiting,
                                      Progress& progress,
                                      std::size_t all) {
    std::exception_ptr failure;
    while (!waiting.empty() && !failure) {
        const std::string patient = waiting.back();
        waiting.pop_back();
        if (pulled_.count(patient) > 0) {
            continue; // came with an identity that he is linked to
        }
        try {
            lease.keep();
            const ChainPull pull = co_await pull_chain(frame, patient);
            add(pull);
            progress.update(1.0 - static_cast<double>(waiting.size()) / static_cast<double>(all),
                            out_.patients);
        } catch (...) {
            failure = std::current_exception();
        }
    }
    if (failure) {
        waiting.clear();
        std::rethrow_exception(failure);
    }
}

void Pass::add(const ChainPull& pull) {
    pulled_.insert(pull.members.begin(), pull.members.end());
    ++out_.patients;
    out_.opted_out += pull.opted_out ? 1 : 0;
    out_.retracted += pull.retracted;
    out_.pulled.added += pull.counts.added;
    out_.pulled.changed += pull.counts.changed;
    out_.pulled.unchanged += pull.counts.unchanged;
}

void Pass::derive_all(Lease& lease) {
    const std::vector<ChainState> chains =
        store_->chains_to_derive(setup_.derivation_key, to_iso(setup_.as_of));
    Progress progress(common_.progress(), "deriving", "patients");
    for (const ChainState& chain : chains) {
        throw_if_interrupted();
        lease.keep();
        const DerivedChain derived = derive_chain(chain,
                                                  store_->load_resources(chain.chain),
                                                  store_->load_page_issues(chain.chain),
                                                  setup_);
        const std::vector<OutboxEntry> outbox = plan_outbox(
            chain.chain, config_.source.name, derived.records, store_->load_outbox(chain.chain));
        store_->save_derivation(out_.run, derived.stored, outbox);
        ++out_.derived;
        progress.update(static_cast<double>(out_.derived) / static_cast<double>(chains.size()),
                        out_.derived);
    }
}

asio::awaitable<void> Pass::write_all(Lease& lease, const std::vector<Derivation>& derivations) {
    WriteFrame frame;
    frame.source_base_url = config_.source.server.base_url;
    frame.target_base_url = config_.target.server.base_url;
    frame.same_server = config_.target.same_as_source;
    frame.patient_identifier = config_.target.patient_identifier;
    frame.today = to_iso(setup_.as_of);
    frame.now = instant_text(started_);
    frame.software_version = software_version();
    frame.intended_use = {std::string(intended_use_en), std::string(intended_use_fr)};
    Progress progress(common_.progress(), out_.dry_run ? "comparing" : "writing", "patients");
    const std::function<void(std::size_t, std::size_t)> tell = [&](std::size_t done,
                                                                   std::size_t all) {
        lease.keep();
        progress.update(static_cast<double>(done) / static_cast<double>(all), done);
    };
    ServerSession& target = target_ ? *target_ : source_;
    WriteBack work{
        *store_, source_.client(), target.client(), frame, config_.write_back, setup_.as_of, tell};
    out_.written = co_await write_back(std::move(work), derivations);
}

void Pass::count_held() {
    for (const OutboxEntry& entry : store_->load_outbox()) {
        if (entry.state != OutboxState::settled && entry.state != OutboxState::pending) {
            ++out_.held[to_string(entry.state)];
        }
    }
}

void Pass::report(const std::vector<Derivation>& derivations) {
    for (const Derivation& derivation : derivations) {
        out_.records += derivation.records.size();
    }
    if (config_.audit_directory.empty()) {
        return;
    }
    const AuditInput input = audit_input_from_store(derivations, setup_);
    out_.report =
        write_audit(make_audit_report(input), input.records, config_.audit_directory, log_)
            .string();
}

std::string Pass::summary_text() const {
    return to_json(out_).dump();
}

} // namespace

nlohmann::json to_json(const PassSummary& summary) {
    const WriteCounts& written = summary.written;
    int held = 0;
    for (const auto& [state, count] : summary.held) {
        held += count;
    }
    return {{"run", summary.run},
            {"as_of", to_iso(summary.as_of)},
            {"rules_version", summary.rules_version},
            {"patients", summary.patients},
            {"opted_out", summary.opted_out},
            {"pulled",
             {{"added", summary.pulled.added},
              {"changed", summary.pulled.changed},
              {"unchanged", summary.pulled.unchanged},
              {"retracted", summary.retracted}}},
            {"derived", summary.derived},
            {"records", summary.records},
            {"dry_run", summary.dry_run},
            {"written",
             {{"created", written.created},
              {"updated", written.updated},
              {"retracted", written.retracted},
              {"unchanged", written.unchanged},
              {"held", held}}},
            {"held", summary.held},
            {"report", summary.report}};
}

PassSummary
run_pass(const Config& config, const PassOptions& options, const CommonOptions& common) {
    asio::io_context context(1);
    Pass pass(config, options, common, context.get_executor());
    PassSummary summary;
    std::exception_ptr failure;
    asio::co_spawn(context, pass.run(), [&](std::exception_ptr thrown, PassSummary result) {
        failure = thrown;
        summary = std::move(result);
        context.stop(); // kept connections would hold it open
    });
    context.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
    return summary;
}

} // namespace embolink
