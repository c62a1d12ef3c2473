#include "connector/pull/resource_stream.hpp"

#include "connector/core/error.hpp"
#include "connector/core/hash.hpp"
#include "connector/core/interrupt.hpp"
#include "connector/pull/line_reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

namespace embolink {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view blanks = " \t\r\n";

bool is_blank(std::string_view text) {
    return text.find_first_not_of(blanks) == std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_resource_file(const fs::path& path) {
    const std::string extension = path.extension().string();
    return extension == ".ndjson" || extension == ".json" || extension == ".gz";
}

Input find_input(const std::string& path) {
    if (path == "-") {
        return {path, {path}, 0};
    }
    std::error_code fault;
    const fs::file_status status = fs::status(path, fault);
    if (!fs::exists(status)) {
        throw Error(ErrorKind::input,
                    "the input does not exist",
                    path,
                    "give the path of a file or folder, or - for standard input");
    }
    Input input{path, {}, 0};
    if (!fs::is_directory(status)) {
        input.files.push_back(path);
        const auto size = fs::file_size(path, fault);
        input.bytes = fault ? 0 : size;
        return input;
    }
    auto walk = fs::recursive_directory_iterator(
        path, fs::directory_options::follow_directory_symlink, fault);
    for (; !fault && walk != fs::recursive_directory_iterator(); walk.increment(fault)) {
        if (walk->is_regular_file() && is_resource_file(walk->path())) {
            input.files.push_back(walk->path().string());
            input.bytes += walk->file_size();
        }
    }
    if (fault) {
        throw Error(ErrorKind::input,
                    "cannot read the folder: " + fault.message(),
                    path,
                    "check that you may read it and all below it");
    }
    if (input.files.empty()) {
        throw Error(ErrorKind::input,
                    "the folder holds no file ending in .ndjson, .json or .gz",
                    path,
                    "give the folder that the FHIR resources are in");
    }
    std::sort(input.files.begin(), input.files.end());
    return input;
}

// Reads one file: decides by its first lines whether each line is a value of its own (NDJSON) or
// all lines together are one document.
class FileReader {
public:
    FileReader(const std::string& path,
               const ResourceSink& sink,
               const StreamOptions& options,
               StreamSummary& summary,
               const std::function<void(std::uint64_t)>& advance)
        : name_(path == "-" ? "standard input" : path), source_(path),
          lines_(source_, options.limit_bytes), limit_(options.limit_bytes), summary_(summary),
          advance_(advance) {
        sink_.resource = [&sink, this](const Resource& resource) {
            ++summary_.resources;
            sink.resource(resource);
        };
        sink_.issue = [&sink, this](Issue issue) {
            summary_.faults += issue.severity == Severity::fatal ? 1 : 0;
            sink.issue(std::move(issue));
        };
    }

    void read();

    std::string sha256() { return source_.sha256(); }

private:
    // nullopt: the end. Blank lines are passed over.
    std::optional<Line> next_line();
    void take_line(const Line& line);
    bool take_if_value(std::string_view text, std::size_t number);
    void read_document(std::string text);
    void read_lines();
    void fault(const std::string& place, std::string text);
    void take(const ParsedJson& parsed, const std::string& place);

    std::string place(std::size_t line) const { return name_ + ":" + std::to_string(line); }

    std::string name_;
    ByteSource source_;
    LineReader lines_;
    std::size_t limit_;
    StreamSummary& summary_;
    const std::function<void(std::uint64_t)>& advance_;
    ResourceSink sink_;
};

void FileReader::fault(const std::string& place, std::string text) {
    Issue issue;
    issue.severity = Severity::fatal;
    issue.code = IssueCode::structure;
    issue.reference = place;
    issue.text = std::move(text);
    sink_.issue(std::move(issue));
}

std::optional<Line> FileReader::next_line() {
    for (;;) {
        throw_if_interrupted();
        std::optional<Line> line = lines_.next();
        advance_(source_.bytes_read());
        if (!line || line->too_long || !is_blank(line->text)) {
            return line;
        }
    }
}

void FileReader::take(const ParsedJson& parsed, const std::string& place) {
    if (parsed.duplicate_keys > 0) {
        Issue issue;
        issue.severity = Severity::warning;
        issue.code = IssueCode::structure;
        issue.reference = place;
        issue.text = "a JSON object has a key twice; the last one counts";
        sink_.issue(std::move(issue));
    }
    unpack_resources(parsed.value, place, sink_);
}

void FileReader::take_line(const Line& line) {
    if (line.too_long) {
        fault(place(line.number),
              "the line is longer than the limit of " + std::to_string(limit_) +
                  " bytes, left out");
        return;
    }
    const ParsedJson parsed = parse_json(line.text);
    if (parsed.value) {
        take(parsed, place(line.number));
        return;
    }
    fault(place(line.number),
          line.terminated ? "the line is not JSON, left out: " + parsed.error
                          : "the last line is cut or not JSON, left out: " + parsed.error);
}

void FileReader::read_lines() {
    while (const std::optional<Line> line = next_line()) {
        take_line(*line);
    }
}

bool FileReader::take_if_value(std::string_view text, std::size_t number) {
    const ParsedJson parsed = parse_json(text);
    if (!parsed.value || !(parsed.value->is_object() || parsed.value->is_array())) {
        return false;
    }
    take(parsed, place(number));
    return true;
}

void FileReader::read_document(std::string text) {
    while (const std::optional<Line> line = next_line()) {
        if (line->too_long || text.size() + line->text.size() > limit_) {
            fault(name_,
                  "the document is larger than the limit of " + std::to_string(limit_) +
                      " bytes, left out; NDJSON has no such limit");
            return;
        }
        text += line->text;
        text += '\n';
    }
    const ParsedJson parsed = parse_json(text);
    if (parsed.value) {
        take(parsed, name_);
    } else {
        fault(name_, "neither a JSON document nor NDJSON, left out: " + parsed.error);
    }
}

void FileReader::read() {
    const std::optional<Line> first = next_line();
    if (first && first->too_long) {
        take_line(*first);
        read_lines();
    } else if (first && take_if_value(first->text, first->number)) {
        read_lines();
    } else if (first) {
        // Either the first line of an indented document, or a broken line of NDJSON: then the
        // second line is a value by itself, which no line of an indented object is.
        const std::string kept(first->text);
        const Line held{kept, first->number, false, first->terminated};
        const std::optional<Line> second = next_line();
        const bool opens_array = trimmed(kept) == "[";
        if (!second) {
            take_line(held);
        } else if (!opens_array && !second->too_long && parse_json(second->text).value &&
                   trimmed(second->text).front() == '{') {
            take_line(held);
            take_line(*second);
            read_lines();
        } else if (name_.find(".ndjson") != std::string::npos && trimmed(kept) != "{" &&
                   !opens_array) {
            take_line(held);
            take_line(*second);
            read_lines();
        } else {
            read_document(kept + "\n" + std::string(second->text) + "\n");
        }
    }
    if (!source_.fault().empty()) {
        fault(name_, source_.fault() + ": what follows is lost; fetch the file again");
    }
}

std::string input_name(const std::string& path) {
    if (path == "-") {
        return "standard input";
    }
    fs::path clean = fs::path(path).lexically_normal();
    if (!clean.has_filename()) {
        clean = clean.parent_path();
    }
    return clean.filename().string();
}

} // namespace

std::vector<Input> find_inputs(const std::vector<std::string>& paths) {
    std::vector<Input> inputs;
    for (const std::string& path : paths) {
        inputs.push_back(find_input(path));
    }
    return inputs;
}

StreamSummary read_resources(const std::vector<Input>& inputs,
                             const ResourceSink& sink,
                             const StreamOptions& options) {
    StreamSummary summary;
    std::uint64_t bytes_before = 0;
    std::uint64_t bytes_here = 0;
    const std::function<void(std::uint64_t)> advance = [&](std::uint64_t bytes) {
        bytes_here = bytes;
        if (options.progress) {
            options.progress({bytes_before + bytes, summary.resources});
        }
    };
    for (const Input& input : inputs) {
        std::string listing;
        std::string digest;
        for (const std::string& path : input.files) {
            FileReader reader(path, sink, options, summary, advance);
            reader.read();
            bytes_before += bytes_here;
            bytes_here = 0;
            ++summary.files;
            digest = reader.sha256();
            listing +=
                digest + "  " + fs::path(path).lexically_relative(input.path).string() + "\n";
        }
        const bool one_file = input.files.size() == 1 && input.files.front() == input.path;
        summary.digests.push_back(
            {input_name(input.path), one_file ? digest : sha256_hex(listing)});
    }
    return summary;
}

} // namespace embolink
