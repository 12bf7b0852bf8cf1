import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { momentNow, ranSince } from '../../src/engine/running-time.ts';

describe('running time', () => {
  it('is one count for all processes of the machine', () => {
    const before = momentNow();
    const module = fileURLToPath(new URL('../../src/engine/running-time.ts', import.meta.url));
    const script = `import(${JSON.stringify(module)}).then((m) => console.log(JSON.stringify(m.momentNow())))`;
    const other = JSON.parse(
      execFileSync(process.execPath, ['--import=tsx', '-e', script], { encoding: 'utf8' }),
    ) as typeof before;
    const after = momentNow();
    assert.equal(other.boot, before.boot);
    assert.ok(before.ms <= other.ms && other.ms <= after.ms, `${before.ms}, ${other.ms}, ${after.ms}`);
  });

  it('does not change with the clock', () => {
    const began = momentNow();
    const real = Date.now;
    Date.now = () => real() + 3_600_000;
    try {
      assert.ok((ranSince(began) ?? Infinity) < 3_600_000);
    } finally {
      Date.now = real;
    }
  });

  const { boot, ms } = momentNow();
  for (const [what, moment] of [
    ['without a moment', undefined],
    ['after a restart of the machine', { boot: 'another', ms: 0 }],
    ['of a moment that has not come', { boot, ms: ms + 1e9 }],
  ] as const)
    it(`is not known ${what}`, () => assert.equal(ranSince(moment), undefined));
});
