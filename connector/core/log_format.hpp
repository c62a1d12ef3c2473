// How all log lines of this process look, and what the lines of a thread say beside their text.
#pragma once

#include <cstddef>
#include <string>

namespace embolink {

// text: "embolink: words"; json: one object a line with time (UTC), level, text and tags.
enum class LogFormat { text, json };

// For every Log made afterwards; decided once, before other threads begin. Progress is no JSON and
// is not shown then.
void set_log_format(LogFormat format);
LogFormat log_format();

// For every Log made afterwards: lines go to a queue that a thread writes, and when nobody reads
// them the oldest are dropped. While it lives; it ends when what is queued is written.
class QueuedLog {
public:
    QueuedLog();
    ~QueuedLog();
    QueuedLog(const QueuedLog&) = delete;
    QueuedLog& operator=(const QueuedLog&) = delete;
};

// While it lives, JSON lines of this thread carry the tag: the number of a run, the id of a
// request; never patient data. Of a coroutine it must not outlive the stretch between two waits.
class LogTag {
public:
    LogTag(const std::string& name, const std::string& value);
    ~LogTag();
    LogTag(const LogTag&) = delete;
    LogTag& operator=(const LogTag&) = delete;

private:
    std::size_t before_;
};

} // namespace embolink
