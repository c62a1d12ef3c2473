// Holds every conversion that the program makes against LHNCBC's UCUM library:
//   node check.mjs FILE
// FILE has one JSON object a line, written by fhir_test: {of, from, to, value, result, exact}: so
// much `value` in `from` is `result` in `to`. `from` may be a spelling that laboratories use; those
// that UCUM reads as a unit must mean the same there, but for the ones listed below.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const ucum = require('@lhncbc/ucum-lhc').UcumLhcUtils.getInstance();

// g/mol, for mass and amount of substance; of creatinine's ratios both sides have one.
const molecularWeights = {
    '5-HIAA': 191.183,
    'bilirubin': 584.66,
    'creatinine': 113.12,
    'hemoglobin': 16114.5, // of one chain: how laboratories count its moles
};

// In UCUM these are gauss, kelvin, or arbitrary units, which it never converts; on a laboratory
// report they are giga, thousands, and the units of the enzyme or assay that they stand beside.
// A quotient without brackets is read from the left, as hours of a 24th; nobody measures that.
// What stands in braces is a remark there; "{24h}" is the time of collection all the same.
const otherwiseInUcum = new Set([
    'G/L', 'G/l', 'K/mm3', 'K/uL', 'K/ul',
    'mg/24.h', 'mmol/24.h', 'nmol/24.h', 'ug/24.h', 'umol/24.h',
    'mg/{24h}', 'mmol/{24h}', 'nmol/{24h}', 'ug/{24h}', 'umol/{24h}',
    'mg/{24.h}', 'mmol/{24.h}', 'nmol/{24.h}', 'ug/{24.h}', 'umol/{24.h}',
    'mg/{24_h}', 'mmol/{24_h}', 'nmol/{24_h}', 'ug/{24_h}', 'umol/{24_h}',
    '[IU]/L', '[iU]/L', '[IU]/mL', 'k[IU]/L', 'm[IU]/mL',
]);

// Rounded molar factors of the conversion tables (terminology: CONV): within a thousandth.
const tolerance = { true: 1e-12, false: 1e-3 };

const relative = (a, b) => Math.abs(a - b) / Math.abs(b);

const isUnit = (text) => {
    const found = ucum.validateUnitString(text, false);
    return found.status === 'valid' && found.ucumCode === text;
};

function convert(from, value, to, molecularWeight) {
    const found = ucum.convertUnitTo(from, value, to, { molecularWeight });
    return found.status === 'succeeded' ? found.toVal : NaN;
}

// A ratio to creatinine has two substances: each side is converted by itself.
function convertRatio(from, value, to) {
    const [top, bottom] = from.split('/');
    const [wantedTop, wantedBottom] = to.split('/');
    return convert(top, value, wantedTop, molecularWeights['5-HIAA']) /
        convert(bottom, 1, wantedBottom, molecularWeights.creatinine);
}

const rows = readFileSync(process.argv[2], 'utf8').trim().split('\n').map((line) => JSON.parse(line));
let compared = 0;
const wrong = [];
const met = new Set();
for (const { of, from, to, value, result, exact } of rows) {
    if (!isUnit(from)) {
        continue;
    }
    const [analyte, property] = of.split('|');
    const there = property.startsWith('ratio')
        ? convertRatio(from, Number(value), to)
        : convert(from, Number(value), to, molecularWeights[analyte] ?? null);
    if (otherwiseInUcum.has(from)) {
        met.add(from);
        continue;
    }
    compared += 1;
    if (!(relative(there, Number(result)) <= tolerance[exact])) {
        wrong.push(`${of}: ${value} ${from} is ${result} ${to} here, ${there} there`);
    }
}
for (const unused of otherwiseInUcum) {
    if (!met.has(unused)) {
        wrong.push(`${unused}: listed, but the program knows no such spelling`);
    }
}
for (const line of wrong) {
    console.error(line);
}
console.log(`${compared} of ${rows.length} conversions compared, ${wrong.length} wrong`);
process.exit(wrong.length > 0 || compared < 100 ? 1 : 0);
