// `embolink release`: a person stands behind outcomes that were written back (contracts section 5).
#include "connector/cli/command.hpp"
#include "connector/core/error.hpp"
#include "connector/core/output_file.hpp"
#include "connector/core/time_zone.hpp"
#include "connector/pull/server_session.hpp"
#include "connector/pull/watched_run.hpp"
#include "connector/store/lease.hpp"
#include "connector/write_back/write_back.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <set>

namespace embolink {
namespace {

using nlohmann::json;

struct ReleaseOptions {
    std::string config;
    std::vector<std::string> patients;
    bool all = false;
    bool apply = false;
    std::string verifier;
};

// What signing off would make of it; "" where there is nothing to sign off.
std::string becomes(const OutboxEntry& entry) {
    if (entry.state == OutboxState::awaiting_release) {
        return entry.wanted.empty() ? "entered-in-error" : "amended";
    }
    const bool unsigned_one =
        entry.state == OutboxState::settled && entry.server_status == "preliminary";
    return unsigned_one && !entry.wanted.empty() ? "final" : "";
}

struct Selected {
    OutboxEntry entry;
    std::string status; // that it becomes
};

std::vector<Selected> select(const Config& config, Store& store, const ReleaseOptions& options) {
    store.use_target(config.target.server.base_url);
    std::vector<Selected> out;
    std::set<std::string> met;
    for (OutboxEntry& entry : store.load_outbox()) {
        const bool named =
            std::count(options.patients.begin(), options.patients.end(), entry.patient) > 0;
        if (!options.all && !named) {
            continue;
        }
        met.insert(entry.patient);
        std::string status = becomes(entry);
        if (!status.empty()) {
            out.push_back({std::move(entry), std::move(status)});
        }
    }
    for (const std::string& patient : options.patients) {
        if (met.count(patient) == 0) {
            throw Error(ErrorKind::usage,
                        "nothing was derived of a patient who was named",
                        "--patient " + patient,
                        "write it as the source does, \"Patient/<id>\", of the surviving patient");
        }
    }
    return out;
}

class Releasing {
public:
    Releasing(const Config& config, const ReleaseOptions& options, const Log& log)
        : config_(config), options_(options), log_(log),
          store_(
              open_sqlite_store(config.store, {config.source.name, config.source.server.base_url})),
          lease_(*store_), selected_(select(config, *store_, options)) {}

    const std::vector<Selected>& selected() const { return selected_; }

    // How many were signed off, and how many wait all the same.
    WriteCounts send() {
        WriteCounts counts;
        WatchedRun watched;
        watched.run(send_all(watched.executor(), counts), [this] { lease_.keep(); });
        return counts;
    }

private:
    asio::awaitable<void> send_all(asio::any_io_executor executor, WriteCounts& counts) {
        std::set<std::string> identifiers;
        for (const Selected& one : selected_) {
            identifiers.insert(one.entry.identifier);
        }
        const std::function<bool(const OutboxEntry&)> due = [&](const OutboxEntry& entry) {
            return identifiers.count(entry.identifier) > 0;
        };
        const std::function<void(std::size_t, std::size_t)> tell = [&](std::size_t, std::size_t) {
            lease_.keep();
        };
        ServerSession source(executor, config_.source.server, log_);
        ServerSession target(executor, config_.target.server, log_);
        const Instant now = current_instant();
        const Date today = day_of(now, zone_rule(config_.site.config.time_zone));
        WriteBack work{*store_,
                       source.client(),
                       target.client(),
                       write_frame(config_, today, now),
                       false,
                       due,
                       options_.verifier,
                       tell};
        const std::vector<Derivation> derivations = store_->load_derivations();
        counts = co_await write_back(std::move(work), derivations);
    }

    const Config& config_;
    const ReleaseOptions& options_;
    const Log& log_;
    std::unique_ptr<Store> store_;
    RunLease lease_;
    std::vector<Selected> selected_;
};

void print(const std::vector<Selected>& selected, const CommonOptions& common) {
    OutputFile output("-");
    json list = json::array();
    for (const auto& [entry, status] : selected) {
        if (common.json) {
            list.push_back(
                {{"patient", entry.patient}, {"param", entry.param}, {"becomes", status}});
        } else {
            output.line(entry.patient + "  " + entry.param + "  becomes " + status);
        }
    }
    if (common.json) {
        output.line(list.dump(2));
    }
    output.commit();
}

void release(const ReleaseOptions& options, const CommonOptions& common) {
    if (options.all == !options.patients.empty()) {
        throw Error(ErrorKind::usage,
                    "whose outcomes are to be signed off?",
                    "embolink release",
                    "name patients by --patient, or take them all by --all");
    }
    if (options.apply && options.verifier.empty()) {
        throw Error(ErrorKind::usage,
                    "nobody signs",
                    "--verifier",
                    "name the clinician who has read the outcomes, as known at the hospital");
    }
    const Config config = load_config(options.config);
    const Log log = common.log();
    Releasing releasing(config, options, log);
    print(releasing.selected(), common);
    if (!options.apply) {
        log.info(std::to_string(releasing.selected().size()) +
                 " outcomes would be signed off; --apply does it");
        return;
    }
    const WriteCounts counts = releasing.send();
    log.info(std::to_string(counts.updated + counts.retracted) + " outcomes signed off, " +
             std::to_string(counts.held) + " wait");
    if (counts.held > 0) {
        throw Error(ErrorKind::check,
                    std::to_string(counts.held) + " outcomes could not be signed off",
                    config.target.server.base_url,
                    "they changed on the server, or their patient did; the next `embolink run` "
                    "says why");
    }
}

} // namespace

void add_release_command(CLI::App& app, const CommonOptions& common) {
    CLI::App* command = app.add_subcommand(
        "release", "a clinician signs off outcomes that were written back; shows them by default");
    auto options = std::make_shared<ReleaseOptions>();
    command->add_option("--config", options->config, "configuration (deploy/config.example.json)")
        ->type_name("FILE")
        ->required();
    command->add_option("--patient", options->patients, "Patient/<id>, may be repeated")
        ->type_name("REF");
    command->add_flag("--all", options->all, "of all patients");
    command->add_option("--verifier", options->verifier, "who signs off; stands in the Provenance")
        ->type_name("NAME");
    command->add_flag("--apply", options->apply, "sign off, instead of only showing");
    command->footer(
        "Preliminary outcomes become final. Those that were signed off before, and are derived\n"
        "otherwise by now, become amended; no longer derived at all, entered-in-error.\n"
        "Example:\n"
        "  embolink release --config config.json --patient Patient/17\n"
        "  embolink release --config config.json --patient Patient/17 \\\n"
        "      --verifier \"interventional radiology, reader 2\" --apply");
    command->callback([options, &common] { release(*options, common); });
}

} // namespace embolink
