#include "connector/core/output_file.hpp"

#include "connector/core/error.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace embolink {

OutputFile::OutputFile(const std::filesystem::path& path) : path_(path) {
    if (path == "-") {
        file_ = stdout;
        return;
    }
    if (std::filesystem::is_directory(path)) {
        throw Error(ErrorKind::usage,
                    "the output is a folder, a file is needed",
                    path.string(),
                    "name a file, or use --format csv to write a folder");
    }
    std::error_code fault;
    if (std::filesystem::exists(path, fault) && !std::filesystem::is_regular_file(path, fault)) {
        // A device or pipe (/dev/null, /dev/stdout): a rename would replace it by a file.
        file_ = std::fopen(path.c_str(), "w");
        if (file_ == nullptr) {
            fail("cannot write");
        }
        return;
    }
    if (std::filesystem::is_symlink(path, fault)) {
        path_ = std::filesystem::canonical(path, fault);
    }
    temporary_ = path_;
    temporary_ += ".part-" + std::to_string(::getpid());
    const int descriptor = ::open(temporary_.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
    if (descriptor >= 0) {
        file_ = ::fdopen(descriptor, "w");
    }
    if (file_ == nullptr) {
        fail("cannot write");
    }
}

OutputFile::~OutputFile() {
    if (file_ == nullptr || file_ == stdout) {
        return;
    }
    std::fclose(file_);
    if (!temporary_.empty()) {
        ::unlink(temporary_.c_str());
    }
}

void OutputFile::write(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) {
        fail("cannot write");
    }
}

void OutputFile::line(std::string_view text) {
    write(text);
    write("\n");
}

void OutputFile::commit() {
    if (std::fflush(file_) != 0) {
        fail("cannot write");
    }
    if (temporary_.empty()) {
        return;
    }
    if (::fsync(::fileno(file_)) != 0 && errno != EINVAL) {
        fail("cannot write");
    }
    std::fclose(file_);
    file_ = nullptr;
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) {
        const int reason = errno;
        ::unlink(temporary_.c_str());
        errno = reason;
        fail("cannot put the finished file in its place");
    }
}

void OutputFile::fail(const std::string& what) const {
    throw Error(ErrorKind::output,
                what + ": " + std::strerror(errno),
                path_ == "-" ? std::string("standard output") : path_.string(),
                "check that the folder exists, may be written to and has room left");
}

void write_file(const std::filesystem::path& path, std::string_view text) {
    OutputFile file(path);
    file.write(text);
    file.commit();
}

void make_folder(const std::filesystem::path& path) {
    std::error_code fault;
    if (std::filesystem::is_directory(path, fault)) {
        return;
    }
    std::filesystem::create_directories(path, fault);
    if (!fault) {
        std::filesystem::permissions(path, std::filesystem::perms::owner_all, fault);
    }
    if (fault) {
        throw Error(ErrorKind::output,
                    "cannot make the folder: " + fault.message(),
                    path.string(),
                    "name a folder that can be made, or make it beforehand");
    }
}

} // namespace embolink
