package org.embolink.validator;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport.IssueSeverity;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;

/** Checks one resource against FHIR R4, the profiles that it claims and all value sets offline. */
final class Checker {
    private static final int CACHED_DEFINITIONS = 50_000;

    private final ObjectMapper json = new ObjectMapper();
    private final Definitions definitions;
    private final FhirValidator validator;

    Checker(FhirContext context, Definitions definitions) {
        this.definitions = definitions;
        // Whoever answers first decides; what nobody knows (SNOMED CT, LOINC) is a warning.
        UnknownCodeSystemWarningValidationSupport unknown =
                new UnknownCodeSystemWarningValidationSupport(context);
        unknown.setNonExistentCodeSystemSeverity(IssueSeverity.WARNING);
        ValidationSupportChain chain = new ValidationSupportChain(
                ValidationSupportChain.CacheConfiguration.defaultValues()
                        .setCacheTimeout(Duration.ofHours(12)).setCacheSize(CACHED_DEFINITIONS),
                new DefaultProfileValidationSupport(context), definitions,
                new CommonCodeSystemsTerminologyService(context), new OfflineValueSets(context),
                new InMemoryTerminologyServerValidationSupport(context),
                new SnapshotGeneratingValidationSupport(context), unknown);
        FhirInstanceValidator instances = new FhirInstanceValidator(chain);
        instances.setErrorForUnknownProfiles(true);
        instances.setAnyExtensionsAllowed(false);
        instances.setBestPracticeWarningLevel(BestPracticeWarningLevel.Hint);
        instances.setAssumeValidRestReferences(true);
        validator = context.newValidator().setValidateAgainstStandardSchema(false)
                .setValidateAgainstStandardSchematron(false).registerValidatorModule(instances);
    }

    List<Finding> check(String where, String text) {
        List<Finding> findings = new ArrayList<>();
        String name = "?";
        try {
            JsonNode node = json.readTree(text);
            name = node.path("resourceType").asText("?") + "/" + node.path("id").asText("?");
            addStandIns(findings, where, name, node);
        } catch (JsonProcessingException fault) {
            findings.add(new Finding(where, name, ResultSeverityEnum.FATAL, "",
                    "not JSON: " + fault.getOriginalMessage()));
            return findings;
        }
        try {
            for (SingleValidationMessage message :
                    validator.validateWithResult(text).getMessages()) {
                findings.add(new Finding(where, name, message.getSeverity(),
                        Objects.toString(message.getLocationString(), ""),
                        String.valueOf(message.getMessage())));
            }
        } catch (RuntimeException fault) {
            findings.add(new Finding(where, name, ResultSeverityEnum.FATAL, "",
                    "the validator gave up: " + fault.getMessage()));
        }
        return findings;
    }

    private void addStandIns(List<Finding> findings, String where, String name, JsonNode node) {
        for (JsonNode profile : node.path("meta").path("profile")) {
            if (definitions.isStandIn(profile.asText())) {
                findings.add(new Finding(where, name, ResultSeverityEnum.WARNING, "meta.profile",
                        profile.asText() + " is a stand-in without rules: not checked"));
            }
        }
    }
}
