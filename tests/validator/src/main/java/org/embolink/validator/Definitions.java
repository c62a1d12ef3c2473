package org.embolink.validator;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.LenientErrorHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.MetadataResource;

/**
 * Profiles, value sets and code systems of the guides and of our own, read from packages, folders
 * and files. A later definition of the same URL replaces an earlier one. Unlike its parent it also
 * serves Questionnaire, Measure and Library.
 */
final class Definitions extends PrePopulatedValidationSupport {
    private static final Set<String> SERVED_BY_PARENT =
            Set.of("StructureDefinition", "ValueSet", "CodeSystem");
    private static final Set<String> SERVED_HERE = Set.of("Questionnaire", "Measure", "Library");

    private final ObjectMapper json = new ObjectMapper();
    private final IParser parser;
    private final Map<String, IBaseResource> others = new HashMap<>();
    private final Set<String> standIns = new HashSet<>();

    Definitions(FhirContext context) {
        super(context);
        parser = context.newJsonParser().setParserErrorHandler(new LenientErrorHandler(false));
    }

    /** Reads a .tgz, a .json (one resource, a list or a Bundle) or a folder of them, by name. */
    int load(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            int count = 0;
            try (Stream<Path> files = Files.list(path)) {
                for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                    if (file.toString().matches(".*\\.(json|tgz)")) {
                        count += load(file);
                    }
                }
            }
            return count;
        }
        return path.toString().endsWith(".tgz") ? loadPackage(path) : add(Files.readString(path));
    }

    private int loadPackage(Path path) throws IOException {
        int count = 0;
        try (InputStream file = new BufferedInputStream(Files.newInputStream(path));
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(new GzipCompressorInputStream(file))) {
            for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
                if (entry.getName().matches("package/[^/]+\\.json")) {
                    count += add(new String(tar.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
        }
        return count;
    }

    private int add(String text) throws IOException {
        return add(json.readTree(text));
    }

    int add(JsonNode node) {
        String type = node.path("resourceType").asText();
        if (node.isArray() || type.equals("Bundle")) {
            int count = 0;
            for (JsonNode entry : node.isArray() ? node : node.path("entry")) {
                count += add(entry.has("resource") ? entry.get("resource") : entry);
            }
            return count;
        }
        boolean served = SERVED_BY_PARENT.contains(type) || SERVED_HERE.contains(type);
        if (!served || !node.has("url")) {
            return 0;
        }
        refuseEmptyProfile(type, node);
        if (node.path("version").asText().equals(StandIns.VERSION)) {
            standIns.add(node.get("url").asText());
        } else {
            standIns.remove(node.get("url").asText());
        }
        ((ObjectNode) node).remove("text"); // narratives are large and check nothing
        keep(type, parser.parseResource(node.toString()));
        return 1;
    }

    private static void refuseEmptyProfile(String type, JsonNode node) {
        if (type.equals("StructureDefinition") && node.path("snapshot").path("element").isEmpty()
                && node.path("differential").path("element").isEmpty()) {
            throw new IllegalArgumentException(node.get("url").asText()
                    + " has neither snapshot nor differential: it would check nothing");
        }
    }

    private void keep(String type, IBaseResource resource) {
        if (SERVED_BY_PARENT.contains(type)) {
            addResource(resource);
            return;
        }
        MetadataResource definition = (MetadataResource) resource;
        others.put(definition.getUrl(), resource);
        others.put(definition.getUrl() + "|" + definition.getVersion(), resource);
    }

    /** A profile that stands for one that is not to be had: it checks nothing. */
    boolean isStandIn(String url) {
        return standIns.contains(url);
    }

    @Override
    public <T extends IBaseResource> T fetchResource(Class<T> type, String url) {
        IBaseResource other = others.get(url);
        return type != null && type.isInstance(other) ? type.cast(other)
                : super.fetchResource(type, url);
    }
}
