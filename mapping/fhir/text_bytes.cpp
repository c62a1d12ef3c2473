#include "mapping/fhir/text_bytes.hpp"

#include <array>
#include <cstdint>

namespace embolink {

namespace {

std::optional<std::uint32_t> sextet(char c) {
    if (c >= 'A' && c <= 'Z') {
        return static_cast<std::uint32_t>(c - 'A');
    }
    if (c >= 'a' && c <= 'z') {
        return static_cast<std::uint32_t>(c - 'a' + 26);
    }
    if (c >= '0' && c <= '9') {
        return static_cast<std::uint32_t>(c - '0' + 52);
    }
    if (c == '+' || c == '/') {
        return c == '+' ? 62U : 63U;
    }
    return std::nullopt;
}

bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// How many bytes follow a lead byte; nullopt: it leads nothing.
std::optional<int> following(unsigned char lead) {
    if (lead < 0x80) {
        return 0;
    }
    if (lead >= 0xC2 && lead < 0xE0) {
        return 1;
    }
    if (lead >= 0xE0 && lead < 0xF0) {
        return 2;
    }
    return lead >= 0xF0 && lead < 0xF5 ? std::optional<int>{3} : std::nullopt;
}

// Windows-1252 at 0x80..0x9F; 0: unused.
constexpr std::array<std::uint16_t, 32> windows_1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

void append(std::string& text, std::uint32_t point) {
    const auto byte = [&](std::uint32_t value) { text += static_cast<char>(value); };
    if (point < 0x80) {
        byte(point);
    } else if (point < 0x800) {
        byte(0xC0U | (point >> 6U));
        byte(0x80U | (point & 0x3FU));
    } else {
        byte(0xE0U | (point >> 12U));
        byte(0x80U | ((point >> 6U) & 0x3FU));
        byte(0x80U | (point & 0x3FU));
    }
}

} // namespace

std::optional<std::string> decode_base64(std::string_view text) {
    std::string bytes;
    std::uint32_t bits = 0;
    int count = 0;
    int padding = 0;
    for (const char c : text) {
        if (is_space(c)) {
            continue;
        }
        if (c == '=') {
            ++padding;
            continue;
        }
        const auto value = sextet(c);
        if (!value || padding > 0) {
            return std::nullopt;
        }
        bits = (bits << 6U) | *value;
        if (++count % 4 != 1) {
            const int shift = count % 4 == 2 ? 4 : count % 4 == 3 ? 2 : 0;
            bytes += static_cast<char>((bits >> static_cast<unsigned>(shift)) & 0xFFU);
        }
    }
    const bool whole = count % 4 != 1 && (padding == 0 || (count + padding) % 4 == 0);
    return whole ? std::optional{bytes} : std::nullopt;
}

bool is_utf8(std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
        const auto more = following(static_cast<unsigned char>(bytes[at]));
        if (!more || at + static_cast<std::size_t>(*more) >= bytes.size()) {
            return false;
        }
        for (int i = 1; i <= *more; ++i) {
            const auto byte = static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
            if ((byte & 0xC0U) != 0x80U) {
                return false;
            }
        }
        at += static_cast<std::size_t>(*more) + 1;
    }
    return true;
}

std::string to_utf8(std::string_view bytes) {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (bytes.starts_with(mark)) {
        bytes.remove_prefix(mark.size());
    }
    if (is_utf8(bytes)) {
        return std::string{bytes};
    }
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        const bool special = byte >= 0x80 && byte < 0xA0;
        const std::uint32_t point =
            special ? windows_1252.at(static_cast<std::size_t>(byte - 0x80)) : byte;
        append(text, point == 0 && special ? ' ' : point);
    }
    return text;
}

} // namespace embolink
