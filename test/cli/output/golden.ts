import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Compares a text with a golden file, named relative to the test: `golden('golden/x.txt', import.meta.url, text)`. UPDATE_GOLDEN=1 rewrites it. */
export function golden(file: string, test: string, actual: string): void {
  const path = fileURLToPath(new URL(file, test));
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, actual);
  }
  assert.equal(actual, readFileSync(path, 'utf8'), `${file} (UPDATE_GOLDEN=1 rewrites it)`);
}
