// Results appear whole or not at all: a file is written beside its place under a passing name and
// moved there at the end. "-" is standard output.
#pragma once

#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

namespace embolink {

// Files are readable by their owner only (0600): every result may hold patients' data.
class OutputFile {
public:
    // Throws Error (output) when the place cannot be written to.
    explicit OutputFile(const std::filesystem::path& path);
    ~OutputFile(); // without commit: no trace is left
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    void write(std::string_view text);
    void line(std::string_view text); // text and a newline
    void commit();                    // flushed to disk, then renamed

private:
    [[noreturn]] void fail(const std::string& what) const;

    std::filesystem::path path_;
    std::filesystem::path temporary_; // empty: written in place (standard output, a device)
    std::FILE* file_ = nullptr;
};

// One whole text.
void write_file(const std::filesystem::path& path, std::string_view text);

// Makes the folder (and those above it), mode 0700 where it is new. Throws Error (output).
void make_folder(const std::filesystem::path& path);

} // namespace embolink
