package org.embolink.validator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Errors that were looked at and stay. Lines of {@code NAME :: PATTERN :: REASON}; the pattern is
 * searched in the line that the finding prints as. A line without a reason is refused.
 */
final class AllowList {
    private record Entry(String name, Pattern pattern) {}

    private final List<Entry> entries = new ArrayList<>();
    private final Map<String, Integer> used = new LinkedHashMap<>();

    static AllowList read(Path file) throws IOException {
        AllowList list = new AllowList();
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split(" :: ", 3);
            if (parts.length != 3 || parts[2].isBlank()) {
                throw new IllegalArgumentException(
                        file + ": expected NAME :: PATTERN :: REASON, found: " + line);
            }
            list.entries.add(new Entry(parts[0].strip(), Pattern.compile(parts[1].strip())));
            list.used.put(parts[0].strip(), 0);
        }
        return list;
    }

    boolean allows(Finding finding) {
        for (Entry entry : entries) {
            if (entry.pattern.matcher(finding.toString()).find()) {
                used.merge(entry.name, 1, Integer::sum);
                return true;
            }
        }
        return false;
    }

    /** How often each line was needed; 0 is a line that can go. */
    Map<String, Integer> uses() {
        return used;
    }
}
