import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOnPath } from '../../src/engine/on-path.ts';

describe('a program that a shell finds', () => {
  let dir: string;
  before(() => {
    dir = mkdtempSync(join(tmpdir(), 'bgtask-path-'));
    mkdirSync(join(dir, 'bin'));
    for (const name of ['bin/tool', 'own', 'text']) writeFileSync(join(dir, name), '#!/bin/sh\n');
    for (const name of ['bin/tool', 'own']) chmodSync(join(dir, name), 0o755);
  });
  after(() => rmSync(dir, { recursive: true }));

  const rows: [program: string, isFound: boolean][] = [
    ['tool', true],
    ['own', false],
    ['./own', true],
    ['bin/tool', true],
    ['DIR/own', true],
    ['/own', false],
    ['./text', false],
    ['./bin', false],
    ['none', false],
  ];
  for (const [program, isFound] of rows)
    it(`${program}: ${isFound}`, () => {
      const path = `${join(dir, 'bin')}:`;
      assert.equal(isOnPath(program.replace('DIR', dir), { dir, path }), isFound);
    });
});
