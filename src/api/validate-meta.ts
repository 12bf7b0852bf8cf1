import { invalid, required, tooLong, typeInvalid, type FieldError } from './validate-errors.ts';
import { isRecord } from './record.ts';

/**
 * The checks that the API server makes of every object's metadata, in its words
 * (k8s.io/apimachinery/pkg/api/validation/objectmeta.go and pkg/api/validate/content/kube.go, Kubernetes 1.35).
 */

/** Keys and values of all annotations together, in bytes. */
const ANNOTATIONS_MAX_BYTES = 256 * 1024;

const DNS_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS_SUBDOMAIN = `${DNS_LABEL}(\\.${DNS_LABEL})*`;
const LABEL_NAME = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = `(${LABEL_NAME})?`;

/** A pattern that a whole string must match, and the sentence for one that does not. */
interface Syntax {
  pattern: RegExp;
  message: string;
}
const syntax = (pattern: string, message: string, ...examples: string[]): Syntax => ({
  pattern: new RegExp(`^${pattern}$`),
  message: `${message} (e.g. ${examples.map((one) => `'${one}', `).join(' or ')}regex used for validation is '${pattern}')`,
});
const label = syntax(
  DNS_LABEL,
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  'my-name',
  '123-abc',
);
const subdomain = syntax(
  DNS_SUBDOMAIN,
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  'example.com',
);
const labelName = syntax(
  LABEL_NAME,
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  'MyName',
  'my.name',
  '123-abc',
);
const labelValue = syntax(
  LABEL_VALUE,
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  'MyValue',
  'my_value',
  '12345',
);

const bytes = (text: string): number => Buffer.byteLength(text);

/** What is wrong with a text of at most `max` bytes and one syntax; for names the API server calls them characters. */
function faults(text: string, { pattern, message }: Syntax, max: number, unit = 'bytes'): string[] {
  return [
    ...(bytes(text) > max ? [`must be no more than ${max} ${unit}`] : []),
    ...(pattern.test(text) ? [] : [message]),
  ];
}

function namespaceFaults(text: string): string[] {
  const dotted = !label.pattern.test(text) && subdomain.pattern.test(text);
  return faults(text, dotted ? { ...label, message: 'must not contain dots' } : label, 63, 'characters');
}

/** A qualified name: a label's or annotation's key. */
function keyFaults(key: string): string[] {
  const parts = key.split('/');
  if (parts.length > 2)
    return [
      `a valid label key ${labelName.message} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  const name = parts.at(-1) ?? '';
  const prefix = parts.length === 2 ? (parts[0] ?? '') : undefined;
  const ofPrefix = prefix === '' ? ['must be non-empty'] : prefix ? faults(prefix, subdomain, 253) : [];
  const ofName = [...(name === '' ? ['must be non-empty'] : []), ...faults(name, labelName, 63)];
  return [...ofPrefix.map((fault) => `prefix part ${fault}`), ...ofName.map((fault) => `name part ${fault}`)];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The entries of a map of strings, and an error for each value that is not a string. */
function stringMap(value: unknown, path: string): { entries: [string, string][]; errors: FieldError[] } {
  if (value === undefined || value === null) return { entries: [], errors: [] };
  if (!isRecord(value))
    return { entries: [], errors: [typeInvalid(path, value, 'must be an object of strings')] };
  const all = Object.entries(value);
  const errors = all
    .filter(([, one]) => typeof one !== 'string')
    .map(([key, one]) => typeInvalid(path, one, `the value of ${key} must be a string: quote it`));
  return { entries: all.map(([key, one]) => [key, text(one)]), errors };
}

function labelErrors(labels: unknown): FieldError[] {
  const path = 'metadata.labels';
  const { entries, errors } = stringMap(labels, path);
  const wrong = entries.flatMap(([key, value]) => [
    ...invalids(path, key, keyFaults(key)),
    ...invalids(path, value, faults(value, labelValue, 63)),
  ]);
  return [...errors, ...wrong];
}

function annotationErrors(annotations: unknown): FieldError[] {
  const path = 'metadata.annotations';
  const { entries, errors } = stringMap(annotations, path);
  const wrong = entries.flatMap(([key]) => invalids(path, key, keyFaults(key.toLowerCase())));
  const size = entries.reduce((sum, [key, value]) => sum + bytes(key) + bytes(value), 0);
  return [
    ...errors,
    ...wrong,
    ...(size > ANNOTATIONS_MAX_BYTES ? [tooLong(path, ANNOTATIONS_MAX_BYTES)] : []),
  ];
}

/** Refusals of an object's metadata; with `old`, of the change of it. */
export function metaErrors(object: Record<string, unknown>, old?: Record<string, unknown>): FieldError[] {
  const meta = isRecord(object['metadata']) ? object['metadata'] : {};
  const names = old ? changedNames(meta, isRecord(old['metadata']) ? old['metadata'] : {}) : newNames(meta);
  return [...names, ...labelErrors(meta['labels']), ...annotationErrors(meta['annotations'])];
}

const invalids = (path: string, value: string, found: string[]): FieldError[] =>
  found.map((fault) => invalid(path, value, fault));

function newNames(meta: Record<string, unknown>): FieldError[] {
  const name = text(meta['name']);
  const namespace = text(meta['namespace']);
  return [
    ...(name
      ? invalids('metadata.name', name, faults(name, subdomain, 253, 'characters'))
      : [required('metadata.name', 'name or generateName is required')]),
    ...(namespace
      ? invalids('metadata.namespace', namespace, namespaceFaults(namespace))
      : [required('metadata.namespace')]),
  ];
}

const changedNames = (meta: Record<string, unknown>, old: Record<string, unknown>): FieldError[] =>
  ['name', 'namespace']
    .filter((key) => text(meta[key]) !== text(old[key]))
    .map((key) => invalid(`metadata.${key}`, text(meta[key]), 'field is immutable'));

const META_FIELDS = new Set(
  [
    'name generateName namespace selfLink uid resourceVersion generation creationTimestamp deletionTimestamp',
    'deletionGracePeriodSeconds labels annotations ownerReferences finalizers managedFields',
  ].flatMap((line) => line.split(' ')),
);

/** The paths of fields that ObjectMeta does not have. */
export function unknownMetaPaths(object: unknown): string[] {
  const meta = isRecord(object) && isRecord(object['metadata']) ? object['metadata'] : {};
  return Object.keys(meta)
    .filter((key) => !META_FIELDS.has(key))
    .map((key) => `metadata.${key}`);
}
