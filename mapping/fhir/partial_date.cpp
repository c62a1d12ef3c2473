#include "mapping/fhir/partial_date.hpp"

namespace embolink {

namespace {

// Reads fixed-width fields from left to right; `failed` once anything did not fit.
class Scanner {
public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    int number(std::size_t width) {
        int value = 0;
        if (failed_ || rest_.size() < width) {
            failed_ = true;
            return 0;
        }
        for (std::size_t i = 0; i < width; ++i) {
            if (rest_[i] < '0' || rest_[i] > '9') {
                failed_ = true;
                return 0;
            }
            value = value * 10 + (rest_[i] - '0');
        }
        rest_.remove_prefix(width);
        return value;
    }

    bool take(char c) {
        if (failed_ || rest_.empty() || rest_.front() != c) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    void skip_digits() {
        if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') {
            failed_ = true;
        }
        while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
            rest_.remove_prefix(1);
        }
    }

    void fail() { failed_ = true; }

    bool at_end() const { return rest_.empty(); }

    bool failed() const { return failed_; }

private:
    std::string_view rest_;
    bool failed_ = false;
};

struct TimeOfDay {
    int seconds = 0;                   // since midnight
    std::optional<int> offset_seconds; // east of UTC; nullopt: none written
};

// "Thh:mm[:ss[.f]](Z|+hh:mm)"; the T has been taken. FHIR allows second 60 (leap seconds) and
// forbids hour 24.
TimeOfDay scan_time(Scanner& scanner) {
    const int hour = scanner.number(2);
    if (!scanner.take(':')) {
        scanner.fail();
    }
    const int minute = scanner.number(2);
    int second = 0;
    if (scanner.take(':')) {
        second = scanner.number(2);
        if (scanner.take('.')) {
            scanner.skip_digits();
        }
    }
    if (hour > 23 || minute > 59 || second > 60) {
        scanner.fail();
    }
    TimeOfDay time{hour * 3600 + minute * 60 + second, std::nullopt};
    if (scanner.take('Z')) {
        time.offset_seconds = 0;
        return time;
    }
    const bool east = scanner.take('+');
    if (!east && !scanner.take('-')) {
        return time;
    }
    const int offset_hour = scanner.number(2);
    if (!scanner.take(':')) {
        scanner.fail();
    }
    const int offset_minute = scanner.number(2);
    if (offset_hour > 14 || offset_minute > 59) {
        scanner.fail();
    }
    const int offset = offset_hour * 3600 + offset_minute * 60;
    time.offset_seconds = east ? offset : -offset;
    return time;
}

PartialDate whole_year(std::chrono::year year) {
    using namespace std::chrono;
    return {Precision::year, Date{year / January / 1}, Date{year / December / 31}, std::nullopt};
}

PartialDate whole_month(std::chrono::year_month month) {
    using namespace std::chrono;
    return {Precision::month, Date{month / 1}, Date{month / last}, std::nullopt};
}

PartialDate instant(Date written, const TimeOfDay& time, const ZoneRule& zone) {
    if (!time.offset_seconds) {
        return {Precision::day, written, written, std::nullopt};
    }
    const std::int64_t days = written.time_since_epoch().count();
    const std::int64_t utc = days * 86400 + time.seconds - *time.offset_seconds;
    const Date date = zone ? zone(utc) : written;
    return {Precision::instant, date, date, utc};
}

} // namespace

std::optional<PartialDate> parse_partial_date(std::string_view text, const ZoneRule& zone) {
    Scanner scanner{text};
    const int year_number = scanner.number(4);
    if (scanner.failed() || year_number < 1) {
        return std::nullopt;
    }
    const std::chrono::year year{year_number};
    if (scanner.at_end()) {
        return whole_year(year);
    }
    if (!scanner.take('-')) {
        return std::nullopt;
    }
    const std::chrono::month month{static_cast<unsigned>(scanner.number(2))};
    if (scanner.failed() || !month.ok()) {
        return std::nullopt;
    }
    if (scanner.at_end()) {
        return whole_month(year / month);
    }
    if (!scanner.take('-')) {
        return std::nullopt;
    }
    const std::chrono::year_month_day ymd = year / month / static_cast<unsigned>(scanner.number(2));
    if (scanner.failed() || !ymd.ok()) {
        return std::nullopt;
    }
    if (scanner.at_end()) {
        return PartialDate{Precision::day, Date{ymd}, Date{ymd}, std::nullopt};
    }
    if (!scanner.take('T')) {
        return std::nullopt;
    }
    const TimeOfDay time = scan_time(scanner);
    if (scanner.failed() || !scanner.at_end()) {
        return std::nullopt;
    }
    return instant(Date{ymd}, time, zone);
}

} // namespace embolink
