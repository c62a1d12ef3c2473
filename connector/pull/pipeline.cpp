#include "connector/pull/pipeline.hpp"

#include "connector/core/about.hpp"
#include "connector/core/clock.hpp"
#include "connector/core/error.hpp"
#include "connector/core/interrupt.hpp"
#include "connector/core/log_format.hpp"
#include "connector/core/output_file.hpp"
#include "connector/core/parallel.hpp"
#include "connector/fhir/search_plan.hpp"
#include "connector/pull/chain_pull.hpp"
#include "connector/pull/cohort_seed.hpp"
#include "connector/pull/failed_patients.hpp"
#include "connector/pull/learn_habits.hpp"
#include "connector/pull/server_session.hpp"
#include "connector/pull/watched_run.hpp"
#include "connector/report/pass_report.hpp"
#include "connector/store/lease.hpp"
#include "connector/write_back/outbox_plan.hpp"
#include "connector/write_back/write_back.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <unistd.h>

namespace embolink {
namespace {

class Pass {
public:
    Pass(const Config& config,
         const PassOptions& options,
         const CommonOptions& common,
         asio::any_io_executor executor)
        : config_(config), only_(options.only), common_(common), log_(common.log()),
          started_(current_instant()), setup_(pass_setup(config, options, started_, log_)),
          store_(
              open_sqlite_store(config.store, {config.source.name, config.source.server.base_url})),
          source_(executor, config.source.server, log_),
          target_(config.target.same_as_source
                      ? nullptr
                      : std::make_unique<ServerSession>(executor, config.target.server, log_)) {}

    PassSummary run(WatchedRun& context);

private:
    asio::awaitable<void> story(RunLease& lease);
    asio::awaitable<void> pull_all(RunLease& lease);
    asio::awaitable<void> pull_next(const PullFrame& frame,
                                    RunLease& lease,
                                    std::vector<std::string>& waiting,
                                    Progress& progress,
                                    std::size_t all);
    std::vector<std::string> not_pulled();
    void add(const ChainPull& pull);
    bool pass_over(const std::string& patient, const Error& error);
    void settle_failures();
    void note_unanswered(const fhir::ServerHabits& habits);
    void derive_all(RunLease& lease);
    asio::awaitable<void> write_all(RunLease& lease, const std::vector<Derivation>& derivations);
    bool is_due(const OutboxEntry& entry) const;
    void count_held();
    void report(const std::vector<Derivation>& derivations);
    std::string outcome_of(std::exception_ptr failure) const;
    std::string summary_text() const;

    const Config& config_;
    const std::set<std::string> only_; // PassOptions
    const CommonOptions& common_;
    Log log_;
    Instant started_;
    DerivationSetup setup_;
    std::unique_ptr<Store> store_;
    ServerSession source_;
    std::unique_ptr<ServerSession> target_;
    std::map<std::string, std::vector<std::string>> found_; // PullFrame::found
    std::set<std::string> pulled_;                          // identities
    std::set<std::string> failed_;     // patients whom the server could not give
    std::exception_ptr last_failure_;  // of one of them
    std::set<std::string> left_alone_; // their chains
    std::size_t asked_ = 0;            // patients
    PassSummary out_;
};

// Each identity of a chain that has several, with all of them.
std::map<std::string, std::vector<std::string>>
linked_identities(const std::vector<ChainState>& chains) {
    std::map<std::string, std::vector<std::string>> linked;
    for (const ChainState& chain : chains) {
        if (chain.members.size() > 1) {
            for (const std::string& member : chain.members) {
                linked[member] = chain.members;
            }
        }
    }
    return linked;
}

// An interrupt is nobody's fault: the pass is to be repeated at once.
std::string Pass::outcome_of(std::exception_ptr failure) const {
    if (!failure) {
        return out_.failed > 0 ? "incomplete" : "complete";
    }
    try {
        std::rethrow_exception(failure);
    } catch (const Error& error) {
        return error.kind() == ErrorKind::interrupted ? "interrupted" : "failed";
    } catch (...) {
        return "failed";
    }
}

PassSummary Pass::run(WatchedRun& context) {
    RunLease lease(*store_);
    out_.as_of = setup_.as_of;
    out_.rules_version = setup_.definitions.rules_version;
    out_.dry_run = config_.write_back.mode == WriteMode::dry_run;
    out_.partial = !only_.empty();
    RunStart start;
    start.partial = out_.partial;
    start.started = instant_text(started_);
    start.as_of = to_iso(setup_.as_of);
    start.rules_version = out_.rules_version;
    start.software_version = software_version();
    out_.run = store_->begin_run(start);
    const LogTag tag("run", std::to_string(out_.run));
    std::exception_ptr failure;
    try {
        context.run(story(lease), [&] { lease.keep(); });
    } catch (...) {
        failure = std::current_exception();
    }
    store_->end_run(out_.run, instant_text(current_instant()), outcome_of(failure), summary_text());
    if (failure) {
        std::rethrow_exception(failure);
    }
    return out_;
}

asio::awaitable<void> Pass::story(RunLease& lease) {
    co_await pull_all(lease);
    derive_all(lease);
    const std::vector<Derivation> derivations = store_->load_derivations();
    // A target that is away keeps nobody from the report.
    std::exception_ptr failure;
    try {
        co_await write_all(lease, derivations);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::interrupted || error.kind() == ErrorKind::store) {
            throw;
        }
        failure = std::current_exception();
    }
    count_held();
    report(derivations);
    if (failure) {
        std::rethrow_exception(failure);
    }
}

asio::awaitable<void> Pass::pull_all(RunLease& lease) {
    ServerFindings findings = co_await learn_habits(source_.client(), config_, setup_);
    require_essential(findings, config_.source.server.base_url);
    note_unanswered(findings.habits);
    out_.before = store_->current_counts();
    const PullFrame frame{*store_,
                          source_.client(),
                          setup_.server,
                          std::move(findings.habits),
                          config_.source,
                          setup_.site,
                          log_,
                          out_.run,
                          started_,
                          linked_identities(store_->chains()),
                          found_};
    std::vector<std::string> waiting(only_.begin(), only_.end());
    if (only_.empty()) {
        waiting = co_await cohort_patients(frame, config_, setup_);
    }
    log_.info(std::to_string(waiting.size()) + " patients of the cohort are asked for");
    Progress progress(common_.progress(), "pulling", "patients");
    while (!waiting.empty()) {
        const std::size_t all = waiting.size();
        asked_ += all;
        std::reverse(waiting.begin(), waiting.end());
        const std::function<asio::awaitable<void>()> worker = [&] {
            return pull_next(frame, lease, waiting, progress, all);
        };
        co_await run_workers(config_.source.parallel, worker);
        if (only_.empty()) {
            waiting = not_pulled();
        }
    }
    settle_failures();
    if (const std::string words = words_of_loss(out_); !words.empty()) {
        log_.warning(words);
    }
}

// Whoever was unlinked meanwhile is a chain of his own that no list of this pass names.
std::vector<std::string> Pass::not_pulled() {
    std::vector<std::string> left;
    for (const ChainState& chain : store_->chains()) {
        if (pulled_.count(chain.chain) == 0 && failed_.count(chain.chain) == 0) {
            left.push_back(chain.chain);
        }
    }
    return left;
}

// One of the parallel chains: takes patients until none waits. A failure empties the queue, so that
// the others end with the patient that they are at.
asio::awaitable<void> Pass::pull_next(const PullFrame& frame,
                                      RunLease& lease,
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
            if (!pull.taken) {
                add(pull);
                store_->note_pulled(pull.chain, instant_text(started_));
            }
            progress.update(1.0 - static_cast<double>(waiting.size()) / static_cast<double>(all),
                            out_.patients);
        } catch (const Error& error) {
            if (!pass_over(patient, error)) {
                failure = std::current_exception();
            }
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
    const auto is_known = [&](const std::string& one) { return pulled_.count(one) > 0; };
    const bool again = std::all_of(pull.members.begin(), pull.members.end(), is_known);
    pulled_.insert(pull.members.begin(), pull.members.end());
    out_.patients += again ? 0 : 1; // two of his identities may be asked for side by side
    out_.opted_out += pull.opted_out && !again ? 1 : 0;
    out_.retracted += pull.retracted;
    for (const auto& [type, count] : pull.gone) {
        out_.gone[type] += count;
    }
    out_.pulled.added += pull.counts.added;
    out_.pulled.changed += pull.counts.changed;
    out_.pulled.unchanged += pull.counts.unchanged;
    out_.pulled.own_output += pull.counts.own_output;
}

// False: the pass cannot go on.
bool Pass::pass_over(const std::string& patient, const Error& error) {
    if (!may_be_one_patients(error)) {
        return false;
    }
    failed_.insert(patient);
    last_failure_ = std::current_exception();
    log_.warning(std::string("a patient cannot be pulled and stays as he was: ") + error.what() +
                 " (" + error.where() + ")");
    log_.debug("not pulled: " + patient);
    // In a pass of some those whom the server refuses must not keep the others from being pulled.
    return out_.partial || !is_the_server(failed_.size(), out_.patients, asked_);
}

// Which chains stay as they were. Whoever came with an identity that he is linked to did not fail.
void Pass::settle_failures() {
    std::erase_if(failed_, [&](const std::string& one) { return pulled_.count(one) > 0; });
    // Of everybody: then it is the server. A pass of some, often of one, says whom it left.
    if (!failed_.empty() && out_.patients == 0 && !out_.partial) {
        std::rethrow_exception(last_failure_);
    }
    out_.failed = failed_.size();
    out_.not_pulled = failed_;
    left_alone_ = failed_;
    for (const ChainState& chain : store_->chains()) {
        const auto is_in = [&](const std::set<std::string>& patients) {
            return std::any_of(chain.members.begin(), chain.members.end(), [&](const auto& one) {
                return patients.count(one) > 0;
            });
        };
        if (is_in(failed_) || (out_.partial && !is_in(pulled_))) {
            left_alone_.insert(chain.chain);
        }
    }
}

void Pass::note_unanswered(const fhir::ServerHabits& habits) {
    for (const std::string& type : fhir::searched_types()) {
        if (!habits.of(type).answered) {
            out_.unanswered.push_back(type);
        }
    }
    if (!out_.unanswered.empty()) {
        log_.warning("the server answers no search by patient for " + words_of(out_.unanswered) +
                     ": what rests on them may be undetermined");
    }
}

void Pass::derive_all(RunLease& lease) {
    std::vector<ChainState> chains =
        store_->chains_to_derive(setup_.derivation_key, to_iso(setup_.as_of));
    std::erase_if(chains, [&](const ChainState& one) { return left_alone_.count(one.chain) > 0; });
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

asio::awaitable<void> Pass::write_all(RunLease& lease, const std::vector<Derivation>& derivations) {
    if (const int left = store_->use_target(config_.target.server.base_url); left > 0) {
        log_.warning("the target is another one than before: " + std::to_string(left) +
                     " outcomes stand on the one before and are no longer followed there");
    }
    Progress progress(common_.progress(), out_.dry_run ? "comparing" : "writing", "patients");
    const std::function<void(std::size_t, std::size_t)> tell = [&](std::size_t done,
                                                                   std::size_t all) {
        lease.keep();
        progress.update(static_cast<double>(done) / static_cast<double>(all), done);
    };
    ServerSession& target = target_ ? *target_ : source_;
    const std::function<bool(const OutboxEntry&)> due = [&](const OutboxEntry& entry) {
        return left_alone_.count(entry.chain) == 0 && is_due(entry);
    };
    WriteBack work{*store_,
                   source_.client(),
                   target.client(),
                   write_frame(config_, setup_.as_of, started_),
                   out_.dry_run,
                   due,
                   "",
                   tell};
    out_.written = co_await write_back(std::move(work), derivations);
}

bool Pass::is_due(const OutboxEntry& entry) const {
    return embolink::is_due(
        entry, setup_.as_of, config_.write_back.censoring_move_days, software_version());
}

// What a dry run leaves pending is what it would send; after any other, what is pending and due is
// what could not be sent.
void Pass::count_held() {
    for (const OutboxEntry& entry : store_->load_outbox()) {
        const bool pending = entry.state == OutboxState::pending;
        if (pending ? !out_.dry_run && is_due(entry) : entry.state != OutboxState::settled) {
            ++out_.held[to_string(entry.state)];
        }
    }
}

void Pass::report(const std::vector<Derivation>& derivations) {
    for (const Derivation& derivation : derivations) {
        out_.records += derivation.records.size();
    }
    if (config_.audit_directory.empty() || out_.partial) {
        return;
    }
    PassReport work{*store_, out_.run, setup_, {}, {}, {}, {}, {}};
    work.directory = config_.audit_directory;
    work.language = config_.audit_language;
    work.counts = {{"opted_out", static_cast<std::int64_t>(out_.opted_out)},
                   {"failed", static_cast<std::int64_t>(out_.failed)},
                   {"own_output", out_.pulled.own_output}};
    work.unanswered = out_.unanswered;
    work.left_alone = left_alone_;
    out_.report = report_pass(work, derivations, log_).string();
}

std::string Pass::summary_text() const {
    return to_json(out_).dump();
}

} // namespace

void require_report_folder(const Config& config) {
    if (config.audit_directory.empty()) {
        return;
    }
    make_folder(config.audit_directory);
    if (::access(config.audit_directory.c_str(), W_OK) != 0) {
        throw Error(ErrorKind::output,
                    "nothing can be written to the folder of reports",
                    config.audit_directory.string(),
                    "let \"audit.directory\" name a folder that this user may write to");
    }
}

PassSummary
run_pass(const Config& config, const PassOptions& options, const CommonOptions& common) {
    require_report_folder(config);
    WatchedRun context; // outlives the sockets of the pass
    Pass pass(config, options, common, context.executor());
    return pass.run(context);
}

} // namespace embolink
