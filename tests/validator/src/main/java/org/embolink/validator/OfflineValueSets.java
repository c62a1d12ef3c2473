package org.embolink.validator;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.ConceptValidationOptions;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.context.support.ValidationSupportContext;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.hl7.fhir.common.hapi.validation.support.BaseValidationSupport;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.ValueSet;

/**
 * Membership in value sets that select from code systems which are not loaded (SNOMED CT, LOINC,
 * RxNorm): HAPI's own expansion gives an error for them. Here a code that the value set lists
 * passes, a code of a system selected by a filter gets a warning, and a code of any other system
 * stays an error. About all other value sets it says nothing, and the rest of the chain decides.
 */
final class OfflineValueSets extends BaseValidationSupport {
    private static final Set<String> BUILT_IN = Set.of("http://unitsofmeasure.org",
            "urn:ietf:bcp:47", "urn:ietf:bcp:13", "urn:iso:std:iso:3166", "urn:iso:std:iso:4217",
            "https://www.usps.com/");
    private static final int MAX_DEPTH = 10; // of value sets that include value sets

    /** `missing`: an included value set was not found, so that nothing can be excluded. */
    private record Shape(Set<String> listed, Set<String> open, boolean missing) {}

    private final Map<String, Shape> shapes = new ConcurrentHashMap<>();

    OfflineValueSets(FhirContext context) {
        super(context);
    }

    @Override
    public CodeValidationResult validateCodeInValueSet(ValidationSupportContext context,
            ConceptValidationOptions options, String system, String code, String display,
            IBaseResource valueSet) {
        if (!(valueSet instanceof ValueSet set) || !set.hasUrl() || code == null) {
            return null;
        }
        Shape shape = shapes.computeIfAbsent(set.getUrl() + "|" + set.getVersion(),
                key -> shapeOf(context.getRootValidationSupport(), set));
        if ((shape.open.isEmpty() && !shape.missing) || system == null) {
            return null;
        }
        CodeValidationResult result = new CodeValidationResult().setCodeSystemName(system);
        if (shape.listed.contains(system + "#" + code)) {
            return result.setCode(code);
        }
        if (shape.open.contains(system) || shape.missing) {
            String origin = shape.missing ? "a value set" : "code system " + system;
            return said(result.setCode(code), IssueSeverity.WARNING,
                    "not checked offline: value set " + set.getUrl() + " selects from " + origin
                            + " that is not loaded",
                    CodeValidationIssueCode.NOT_FOUND, CodeValidationIssueCoding.NOT_FOUND);
        }
        return said(result, IssueSeverity.ERROR,
                "code " + system + "#" + code + " is not in value set " + set.getUrl(),
                CodeValidationIssueCode.CODE_INVALID, CodeValidationIssueCoding.NOT_IN_VS);
    }

    private static CodeValidationResult said(CodeValidationResult result, IssueSeverity severity,
            String text, CodeValidationIssueCode code, CodeValidationIssueCoding coding) {
        return result.setSeverity(severity).setMessage(text)
                .addIssue(new CodeValidationIssue(text, severity, code, coding));
    }

    @Override
    public boolean isValueSetSupported(ValidationSupportContext context, String url) {
        return context.getRootValidationSupport().fetchValueSet(url) != null;
    }

    private static Shape shapeOf(IValidationSupport root, ValueSet set) {
        Set<String> listed = new HashSet<>();
        Set<String> open = new HashSet<>();
        boolean complete = walk(root, set, listed, open, 0);
        return new Shape(listed, open, !complete);
    }

    /** False when an included value set cannot be found. */
    private static boolean walk(IValidationSupport root, ValueSet set, Set<String> listed,
            Set<String> open, int depth) {
        boolean complete = true;
        for (ValueSet.ConceptSetComponent include : set.getCompose().getInclude()) {
            if (include.hasSystem()) {
                addSystem(root, include, listed, open);
            }
            for (CanonicalType url : include.getValueSet()) {
                complete &= depth < MAX_DEPTH
                        && root.fetchValueSet(url.getValue()) instanceof ValueSet included
                        && walk(root, included, listed, open, depth + 1);
            }
        }
        return complete;
    }

    private static void addSystem(IValidationSupport root, ValueSet.ConceptSetComponent include,
            Set<String> listed, Set<String> open) {
        String system = include.getSystem();
        for (ValueSet.ConceptReferenceComponent concept : include.getConcept()) {
            listed.add(system + "#" + concept.getCode());
        }
        if (include.hasConcept()) {
            return;
        }
        if (!isLoaded(root, system)) {
            open.add(system);
        } else if (!include.hasFilter() && root.fetchCodeSystem(system) instanceof CodeSystem all) {
            addConcepts(all.getConcept(), system, listed);
        }
    }

    private static void addConcepts(List<CodeSystem.ConceptDefinitionComponent> concepts,
            String system, Set<String> listed) {
        for (CodeSystem.ConceptDefinitionComponent concept : concepts) {
            listed.add(system + "#" + concept.getCode());
            addConcepts(concept.getConcept(), system, listed);
        }
    }

    private static boolean isLoaded(IValidationSupport root, String system) {
        return BUILT_IN.contains(system)
                || (root.fetchCodeSystem(system) instanceof CodeSystem codes
                        && codes.getContent() == CodeSystem.CodeSystemContentMode.COMPLETE);
    }
}
