package org.embolink.validator;

import ca.uhn.fhir.validation.ResultSeverityEnum;

/** What the validator says about one element of one resource. */
record Finding(String file, String resource, ResultSeverityEnum severity, String location,
        String message) {

    boolean isError() {
        return severity.ordinal() >= ResultSeverityEnum.ERROR.ordinal();
    }

    /** One line, tab-separated; what the patterns of the allow-list are matched against. */
    @Override
    public String toString() {
        return String.join("\t", file, resource, severity.getCode(), location,
                message.replaceAll("\\s+", " "));
    }
}
