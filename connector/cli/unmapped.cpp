// `embolink unmapped`: what the data say and nothing understands, that first which would change
// most, found by trying; a skeleton of a map; and what accepting one changes.
#include "connector/cli/cohort_run.hpp"
#include "connector/cli/unmapped_text.hpp"
#include "connector/core/error.hpp"
#include "connector/core/interrupt.hpp"
#include "connector/core/output_file.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>

namespace embolink {
namespace {

using nlohmann::json;

struct UnmappedOptions {
    CohortOptions cohort;
    std::string output;
    std::string skeleton;
    std::string accept;
    std::size_t limit = 20;
    bool with_text = false;
    bool all = false;
};

RareTexts rare_texts(const UnmappedOptions& options) {
    return options.with_text ? RareTexts::show : RareTexts::hide;
}

void check_outputs(const UnmappedOptions& options, const CommonOptions& common) {
    if (!options.accept.empty() && !options.skeleton.empty()) {
        throw Error(ErrorKind::usage,
                    "--skeleton and --accept are two steps",
                    "--skeleton, --accept",
                    "write the skeleton first, edit it, then accept it");
    }
    if (common.json && options.output == "-") {
        throw Error(ErrorKind::usage,
                    "two results are to go to standard output",
                    "--output or --json",
                    "name a file for the list, for example --output unmapped.ndjson");
    }
}

// Nothing is dated before somebody is a candidate; then nothing is cut.
Date cut_of(const CohortRun& run) {
    return run.as_of.value_or(Date{std::chrono::year{9999} / std::chrono::December / 31});
}

std::string cut_words(const CohortRun& run) {
    if (!run.as_of) {
        return "no data cut: nobody has an embolization that is understood (--as-of sets a cut)";
    }
    return "as of " + to_iso(*run.as_of) + (run.as_of_by_default ? " (--as-of sets another)" : "");
}

void write_text(const std::string& path, const std::string& text) {
    OutputFile file(path);
    file.write(text);
    file.commit();
}

// The site with the rows of another file, which holds nothing but rows.
SiteConfig with_accepted(SiteConfig site, const std::string& path, const Terminology& known) {
    const SiteConfig more = load_site_file(path).config;
    check_site_names(more, known);
    if (!more.complete_feeds.empty() || !more.limits.empty() || !more.time_zone.empty() ||
        !more.opt_out.empty() || !more.read_report_text) {
        throw Error(ErrorKind::config,
                    "the file holds more than rows of maps",
                    path,
                    "leave concept_maps, value_sets, drugs and unit_defaults in it; the rest "
                    "belongs into --site");
    }
    const auto append = [](auto& to, const auto& from) {
        to.insert(to.end(), from.begin(), from.end());
    };
    append(site.codes, more.codes);
    append(site.drug_names, more.drug_names);
    append(site.phrases, more.phrases);
    append(site.unit_spellings, more.unit_spellings);
    append(site.unit_defaults, more.unit_defaults);
    return site;
}

std::vector<std::string> params_of(const TrialDefinition& trial) {
    std::vector<std::string> params;
    for (const EndpointDefinition& endpoint : trial.endpoints) {
        params.push_back(endpoint.param);
    }
    return params;
}

// Both readings side by side, at the cut of the first.
void accept(const UnmappedOptions& options, const CommonOptions& common) {
    CohortSetup before = set_up_cohort(options.cohort, common);
    const SiteConfig site =
        with_accepted(before.run.site.config, options.accept, before.run.definitions.terminology);
    Intake after(make_reading_frame(before.run.definitions, site, before.zone));
    read_cohort(
        before, options.cohort, common, [&](const Resource& resource) { after.add(resource); });
    after.follow(before.intake);
    if (!before.run.as_of) {
        before.run.as_of = after.default_as_of();
    }
    const Date cut = cut_of(before.run);
    const auto changes = changes_between(before.intake.derive(before.run.trial, cut).records,
                                         after.derive(before.run.trial, cut).records);
    const std::string text =
        cut_words(before.run) + "\n" + changes_text(changes, params_of(before.run.trial));
    if (!options.output.empty()) {
        OutputFile file(options.output);
        for (const RecordChange& change : changes) {
            file.line(to_json_line(change));
        }
        file.commit();
    }
    if (common.json) {
        std::map<std::string, std::size_t> of_param;
        for (const RecordChange& change : changes) {
            ++of_param[change.param];
        }
        write_text("-", json{{"records", changes.size()}, {"by_param", of_param}}.dump(2) + "\n");
    } else if (options.output != "-") {
        write_text("-", text);
    }
}

std::string list_text(const std::vector<UnmappedGroup>& groups,
                      const UnmappedOptions& options,
                      std::size_t changing) {
    const std::size_t shown = std::min(options.all ? groups.size() : changing,
                                       options.limit == 0 ? groups.size() : options.limit);
    std::string text = std::to_string(groups.size()) +
                       " codes, texts and units are not understood; " + std::to_string(changing) +
                       " would change records\n";
    for (std::size_t at = 0; at < shown; ++at) {
        text += "\n" + group_text(groups[at], at + 1, rare_texts(options));
    }
    if (shown < changing) {
        text += "\n" + std::to_string(changing - shown) + " more would (--limit 0 shows all)\n";
    }
    if (!options.all && changing < groups.size()) {
        text += "\nThe others change nothing as far as proposals go (--all lists them).\n";
    }
    return text;
}

json list_json(const CohortRun& run,
               const std::vector<UnmappedGroup>& groups,
               std::size_t changing) {
    std::map<std::string, std::size_t> kinds;
    for (const UnmappedGroup& group : groups) {
        ++kinds[to_string(group.what.kind)];
    }
    return {{"as_of", run.as_of ? json(to_iso(*run.as_of)) : json(nullptr)},
            {"groups", groups.size()},
            {"would_change", changing},
            {"by_kind", kinds}};
}

void list(const UnmappedOptions& options, const CommonOptions& common) {
    CohortSetup setup = set_up_cohort(options.cohort, common);
    UnmappedCollector collector(setup.run.definitions, setup.run.site.config, setup.zone);
    read_cohort(setup, options.cohort, common, [&](const Resource& resource) {
        collector.look_at(resource);
    });
    Rereading rereading(setup.intake, setup.run.trial, cut_of(setup.run));
    Progress progress(common.progress(), "trying", "groups");
    const auto groups = collector.rank(rereading, [&](std::size_t done, std::size_t all) {
        throw_if_interrupted();
        progress.update(static_cast<double>(done) / static_cast<double>(all), done);
    });
    const auto changing = static_cast<std::size_t>(std::ranges::count_if(
        groups, [](const UnmappedGroup& group) { return group.would_change_records() > 0; }));
    if (!options.skeleton.empty()) {
        write_text(options.skeleton, skeleton_text(groups, rare_texts(options)));
    }
    if (!options.output.empty()) {
        OutputFile file(options.output);
        for (const UnmappedGroup& group : groups) {
            file.line(group_json(group, rare_texts(options)).dump());
        }
        file.commit();
    }
    if (common.json) {
        write_text("-", list_json(setup.run, groups, changing).dump(2) + "\n");
    } else if (options.output != "-" && options.skeleton != "-") {
        write_text("-", cut_words(setup.run) + "\n" + list_text(groups, options, changing));
    }
}

} // namespace

void add_unmapped_command(CLI::App& app, const CommonOptions& common) {
    CLI::App* command = app.add_subcommand(
        "unmapped", "codes, units and texts that nothing understands, by what they would change");
    auto options = std::make_shared<UnmappedOptions>();
    add_cohort_options(*command, options->cohort);
    command->add_option("--output", options->output, "file (NDJSON) for the whole list, or -")
        ->type_name("FILE");
    command
        ->add_option("--skeleton",
                     options->skeleton,
                     "file for a map of all of it, to be edited; as it is, it maps nothing")
        ->type_name("FILE");
    command
        ->add_option("--accept",
                     options->accept,
                     "rows of a site file, such as the edited skeleton: which records change "
                     "when they come on top of --site")
        ->type_name("FILE");
    command->add_option("--limit", options->limit, "how many are shown; 0: all")
        ->capture_default_str();
    command->add_flag("--all", options->all, "those that would change nothing, too");
    command->add_flag("--with-text",
                      options->with_text,
                      "also texts that fewer than three patients have: they may name somebody");
    command->footer("Example:\n"
                    "  embolink unmapped --input export/ --site site.json --skeleton more.json\n"
                    "  embolink unmapped --input export/ --site site.json --accept more.json\n"
                    "Each proposal is tried on the patients concerned. A proposal is for people to "
                    "judge: only\n"
                    "rows of the site file count.");
    command->callback([options, &common] {
        check_outputs(*options, common);
        if (options->accept.empty()) {
            list(*options, common);
        } else {
            accept(*options, common);
        }
    });
}

} // namespace embolink
