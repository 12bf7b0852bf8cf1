import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DESCRIPTION, locate } from './description.ts';
import { at, isJson, resolved, type Json } from './schema.ts';
import { OPERATIONS } from './start.ts';

/**
 * Writes github-api.json: the part of GitHub's description of its API (npm package @octokit/openapi, 385 MB unpacked) that the stand-in uses. Run it as
 * `npx tsx test/support/github-standin/extract.ts 23.0.2` when the stand-in learns an operation, or for a newer version; the file names its version.
 */
const PACKAGE = '@octokit/openapi';
const BASIC_ERROR = '#/components/schemas/basic-error';

/** The pointers that a value refers to. */
function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (!isJson(value)) return [];
  const own = typeof value.$ref === 'string' ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(references)];
}

/** OpenAPI 3.0's `nullable` as JSON Schema has it; ajv takes it beside `type` only, and not for enums. */
function withoutNullable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullable);
  if (!isJson(value)) return value;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, key === 'example' ? child : withoutNullable(child)]),
  );
  // A property may be named `nullable` too: its value is a schema then.
  if (typeof nullable !== 'boolean') return nullable === undefined ? rest : { ...rest, nullable };
  return nullable ? { anyOf: [rest, { type: 'null' }] } : rest;
}

/** Without the prose, which nothing reads: descriptions, and examples of single fields. */
function withoutProse(value: unknown, isNames = false): unknown {
  if (Array.isArray(value)) return value.map((child) => withoutProse(child));
  if (!isJson(value)) return value;
  const kept = Object.entries(value).filter(
    ([key, child]) =>
      isNames ||
      !['description', 'example', 'externalDocs', 'summary', 'tags'].includes(key) ||
      isJson(child),
  );
  return Object.fromEntries(
    kept.map(([key, child]) => [
      key,
      key === 'examples' && !isNames ? child : withoutProse(child, key === 'properties' && !isNames),
    ]),
  );
}

/** A document with these parts and all that they refer to, at the same places. */
function excerpt(whole: Json, pointers: string[]): Json {
  const document: Json = {};
  const left = [...pointers];
  const seen = new Set<string>();
  for (let pointer = left.pop(); pointer !== undefined; pointer = left.pop()) {
    if (seen.has(pointer)) continue;
    seen.add(pointer);
    const found = withoutNullable(at(whole, pointer));
    const part = pointer.startsWith('#/components/examples/') ? found : withoutProse(found);
    const steps = pointer.slice(2).split('/');
    const last = decodeURIComponent(steps.pop() ?? '');
    let here = document;
    for (const step of steps) {
      const key = decodeURIComponent(step).replaceAll('~1', '/');
      here[key] ??= {};
      here = resolved(here, here[key]);
    }
    here[last] = part;
    left.push(...references(part));
  }
  return document;
}

const version = process.argv[2];
if (version === undefined) throw new Error(`usage: extract.ts VERSION of ${PACKAGE}`);
const folder = mkdtempSync(join(tmpdir(), 'octokit-openapi-'));
try {
  execFileSync('npm', [
    'install',
    '--prefix',
    folder,
    '--no-save',
    '--ignore-scripts',
    `${PACKAGE}@${version}`,
  ]);
  const whole: unknown = JSON.parse(
    readFileSync(join(folder, 'node_modules', PACKAGE, 'generated/api.github.com.json'), 'utf8'),
  );
  if (!isJson(whole)) throw new Error(`${PACKAGE}@${version} holds no description`);
  const pointers = OPERATIONS.map((id) => locate(whole, id).pointer);
  const found = excerpt(whole, [...pointers, BASIC_ERROR]);
  writeFileSync(
    DESCRIPTION,
    `${JSON.stringify({ 'x-extracted-from': `${PACKAGE}@${version}`, ...found }, null, 1)}\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
