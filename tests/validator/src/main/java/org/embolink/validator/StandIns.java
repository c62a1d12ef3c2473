package org.embolink.validator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * Stand-ins for definitions that mCODE points to and that no package registry has. A stand-in has
 * the right URL and type and no rule, so that references and bindings resolve; a real definition of
 * the same URL that is read later takes its place. mCODE's own snapshots hold the rules of their
 * US Core parents. The list is in stand-ins.txt.
 */
final class StandIns {
    static final String VERSION = "0.0.0-stand-in";
    private static final String CORE = "http://hl7.org/fhir/StructureDefinition/";
    private static final ObjectMapper JSON = new ObjectMapper();

    private StandIns() {}

    static ArrayNode all() throws IOException {
        ArrayNode list = JSON.createArrayNode();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                StandIns.class.getResourceAsStream("/stand-ins.txt"), StandardCharsets.UTF_8))) {
            for (String line; (line = lines.readLine()) != null; ) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    list.add(standIn(line.strip().split("\\s+")));
                }
            }
        }
        return list;
    }

    /** TYPE URL [LOINC code]; or ValueSet URL, and SYSTEM CODE... once or more. */
    private static ObjectNode standIn(String[] words) {
        return words[0].equals("ValueSet") ? valueSet(words) : profile(words);
    }

    private static ObjectNode head(String resourceType, String url) {
        String id = url.substring(url.lastIndexOf('/') + 1);
        return JSON.createObjectNode().put("resourceType", resourceType).put("id", id)
                .put("url", url).put("version", VERSION).put("name", id.replace('-', '_'))
                .put("status", "draft");
    }

    private static ObjectNode profile(String[] words) {
        String type = words[0];
        String url = words[1];
        ObjectNode profile = head("StructureDefinition", url).put("fhirVersion", "4.0.1")
                .put("kind", type.equals("Extension") ? "complex-type" : "resource")
                .put("abstract", false).put("type", type).put("baseDefinition", CORE + type)
                .put("derivation", "constraint");
        ArrayNode elements = profile.putObject("differential").putArray("element");
        elements.addObject().put("id", type).put("path", type);
        if (type.equals("Extension")) {
            // Real ones are simple or complex, so that only the url is fixed.
            elements.addObject().put("id", "Extension.url").put("path", "Extension.url")
                    .put("fixedUri", url);
            ArrayNode context = profile.putArray("context");
            context.addObject().put("type", "element").put("expression", "Element");
            context.addObject().put("type", "element").put("expression", "Resource");
        }
        if (words.length > 2) {
            elements.addObject().put("id", type + ".code").put("path", type + ".code")
                    .putObject("patternCodeableConcept").putArray("coding").addObject()
                    .put("system", "http://loinc.org").put("code", words[2]);
        }
        return profile;
    }

    private static ObjectNode valueSet(String[] words) {
        ObjectNode set = head("ValueSet", words[1]);
        ArrayNode includes = set.putObject("compose").putArray("include");
        ArrayNode codes = null;
        for (int i = 2; i < words.length; i++) {
            if (words[i].startsWith("http:")) {
                codes = includes.addObject().put("system", words[i]).putArray("concept");
            } else {
                codes.addObject().put("code", words[i]);
            }
        }
        return set;
    }
}
