import { GROUP, VERSION } from './names.ts';
import type { Kind } from './types.ts';

/**
 * Field errors in the API server's words: the texts of k8s.io/apimachinery/pkg/util/validation/field/errors.go
 * and of kube-openapi's validation errors, as of Kubernetes 1.35.
 */

/** What is wrong with a field, as in the causes of an API server's Status. */
type FieldReason =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueTypeInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueDuplicate';

/** One refusal: `path` as in `spec.repos[0].input.url`, `message` without the path. */
export interface FieldError {
  path: string;
  message: string;
  reason: FieldReason;
}

const fieldError = (reason: FieldReason, path: string, message: string): FieldError => ({
  path,
  message,
  reason,
});

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

export const required = (path: string, detail = ''): FieldError =>
  fieldError('FieldValueRequired', path, detail ? `Required value: ${detail}` : 'Required value');

export const invalid = (path: string, value: unknown, detail: string): FieldError =>
  fieldError('FieldValueInvalid', path, `Invalid value: ${goValue(value)}: ${detail}`);

/** An object or list that a rule refuses: the API server leaves the value out. */
export const invalidWhole = (path: string, detail: string): FieldError =>
  fieldError('FieldValueInvalid', path, `Invalid value: ${detail}`);

export const typeInvalid = (path: string, value: unknown, detail: string): FieldError =>
  fieldError('FieldValueTypeInvalid', path, `Invalid value: ${goValue(value)}: ${detail}`);

export const notSupported = (path: string, value: unknown, allowed: readonly unknown[]): FieldError => {
  const values = allowed.map((one) => goQuote(String(one))).join(', ');
  return fieldError(
    'FieldValueNotSupported',
    path,
    `Unsupported value: ${goValue(value)}: supported values: ${values}`,
  );
};

/** The API server says bytes, though a schema's maxLength counts code points. */
export const tooLong = (path: string, max: number): FieldError =>
  fieldError('FieldValueTooLong', path, `Too long: may not be more than ${plural(max, 'byte')}`);

export const tooMany = (path: string, actual: number, max: number): FieldError =>
  fieldError('FieldValueTooMany', path, `Too many: ${actual}: must have at most ${plural(max, 'item')}`);

export const duplicate = (path: string, value: unknown): FieldError =>
  fieldError('FieldValueDuplicate', path, `Duplicate value: ${goValue(value)}`);

const ESCAPES: Record<string, string> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

/** A string as Go's `%q` prints it: what is not printable is escaped, so an error shows no control character. */
export const goQuote = (text: string): string =>
  `"${text.replace(/["\\]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (char) => ESCAPES[char] ?? escapeRune(char))}"`;

function escapeRune(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x80) return `\\x${hex.padStart(2, '0')}`;
  return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}

/** A value as field errors show it: strings quoted, objects as JSON with sorted keys. */
function goValue(value: unknown): string {
  if (typeof value === 'string') return goQuote(value);
  return typeof value === 'number' ? goNumber(value) : JSON.stringify(sorted(value));
}

/** True for what the API server reads as an int64; any other number is a float there. */
export const isInt64 = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;

/** A number as Go's `%v` prints it: floats below 1e-4 and from 1e6 with an exponent of two digits. */
function goNumber(value: number): string {
  const [digits, exponent] = value.toExponential().split('e');
  const power = Number(exponent);
  if (isInt64(value) || (power >= -4 && power < 6)) return String(value);
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, child]) => [key, sorted(child)]),
  );
}

/**
 * The API server's sentence for a refused object (its answer 422):
 * `AgenticSession.vteam.ambient-code "x" is invalid: spec.prompt: Required value`, several errors in brackets.
 */
export function invalidMessage(kind: Kind, name: string, errors: readonly FieldError[]): string {
  const texts = [...new Set(errors.map(({ path, message }) => `${path}: ${message}`))];
  const all = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return `${kind}.${GROUP} ${goQuote(name)} is invalid: ${all}`;
}

/** The API server's sentence for unknown fields under strict field validation (its answer 400). */
export const unknownMessage = (kind: Kind, unknown: readonly string[]): string =>
  `${kind} in version "${VERSION}" cannot be handled as a ${kind}: strict decoding error: ${unknown.join(', ')}`;
