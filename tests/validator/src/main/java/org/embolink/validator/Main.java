package org.embolink.validator;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Validates FHIR R4 resources offline: .json files, .ndjson files and folders of them. Reads
 * definitions only from --guide arguments and opens no socket. Exit codes: 0 no error that is not
 * allowed, 1 errors, 2 wrong usage or nothing to check.
 */
public final class Main {
    private static final String USAGE = "usage: validator [--guide PACKAGE.tgz|FOLDER|FILE.json]... [--allowed FILE] "
            + "[--every-allowance-needed] [--show error|warning] PATH...";

    private final List<Path> guides = new ArrayList<>();
    private final List<Path> inputs = new ArrayList<>();
    private AllowList allowed = new AllowList();
    private boolean everyAllowanceNeeded = false;
    private ResultSeverityEnum shown = ResultSeverityEnum.ERROR;
    private Checker checker;
    private int resources = 0;
    private int errors = 0;
    private int warnings = 0;

    public static void main(String[] arguments) {
        try {
            System.exit(new Main(arguments).run());
        } catch (IllegalArgumentException | IOException fault) {
            System.err.println(fault.getMessage());
            System.exit(2);
        }
    }

    private Main(String[] arguments) throws IOException {
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--guide" -> guides.add(path(arguments, ++i));
                case "--allowed" -> allowed = AllowList.read(path(arguments, ++i));
                case "--every-allowance-needed" -> everyAllowanceNeeded = true;
                case "--show" -> shown =
                        ResultSeverityEnum.fromCode(path(arguments, ++i).toString());
                default -> inputs.add(path(arguments, i));
            }
        }
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException(USAGE);
        }
        for (Path input : inputs) {
            if (!Files.exists(input)) {
                throw new IllegalArgumentException("no such file or folder: " + input);
            }
        }
    }

    private static Path path(String[] arguments, int i) {
        if (i >= arguments.length || arguments[i].startsWith("--")) {
            throw new IllegalArgumentException(USAGE);
        }
        return Path.of(arguments[i]);
    }

    private int run() throws IOException {
        long begin = System.nanoTime();
        FhirContext context = FhirContext.forR4Cached();
        Definitions definitions = new Definitions(context);
        definitions.add(StandIns.all());
        int loaded = 0;
        for (Path guide : guides) {
            loaded += definitions.load(guide);
        }
        checker = new Checker(context, definitions);
        for (Path input : inputs) {
            walk(input);
        }
        boolean stale = reportAllowances();
        System.err.printf(Locale.ROOT,
                "%d resources, %d errors, %d warnings; %d definitions, %.1f s%n", resources,
                errors, warnings, loaded, (System.nanoTime() - begin) / 1e9);
        if (resources == 0) {
            System.err.println("nothing to check");
            return 2;
        }
        return errors > 0 || stale ? 1 : 0;
    }

    private void walk(Path input) throws IOException {
        try (Stream<Path> files = Files.walk(input)) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                if (file.toString().endsWith(".json")) {
                    check(file.toString(), Files.readString(file));
                } else if (file.toString().endsWith(".ndjson")) {
                    checkLines(file);
                }
            }
        }
    }

    private void checkLines(Path file) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            int number = 0;
            for (String line; (line = reader.readLine()) != null; ) {
                number++;
                if (!line.isBlank()) {
                    check(file + ":" + number, line);
                }
            }
        }
    }

    private void check(String where, String text) {
        resources++;
        for (Finding finding : checker.check(where, text)) {
            if (finding.isError()) {
                if (allowed.allows(finding)) {
                    continue;
                }
                errors++;
            } else if (finding.severity() == ResultSeverityEnum.WARNING) {
                warnings++;
            }
            if (finding.severity().ordinal() >= shown.ordinal()) {
                System.out.println(finding);
            }
        }
    }

    /** True when a line of the allow-list was not needed and every one should have been. */
    private boolean reportAllowances() {
        boolean stale = false;
        for (Map.Entry<String, Integer> use : allowed.uses().entrySet()) {
            if (use.getValue() > 0) {
                System.err.println("allowed " + use.getValue() + " times: " + use.getKey());
            } else if (everyAllowanceNeeded) {
                System.err.println("allowed but not met, the line can go: " + use.getKey());
                stale = true;
            }
        }
        return stale;
    }
}
