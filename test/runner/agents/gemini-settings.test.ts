import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeGeminiSettings } from '../../../src/runner/agents/gemini-settings.ts';

describe('the settings of Gemini CLI', () => {
  let home: string;
  let file: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'bgtask-gemini-'));
    file = join(home, '.gemini', 'settings.json');
  });
  const written = (): unknown => JSON.parse(readFileSync(file, 'utf8'));

  it('name the key as the login where a base URL is set, and nothing else does', async () => {
    const common = { general: { maxAttempts: 3 }, privacy: { usageStatisticsEnabled: false } };
    await writeGeminiSettings(home, false);
    assert.deepEqual(written(), common);
    await writeGeminiSettings(home, true);
    assert.deepEqual(written(), { ...common, security: { auth: { selectedType: 'gemini-api-key' } } });
  });

  const traps: [name: string, set: (outside: string) => void][] = [
    ['a link to a folder', (outside) => symlinkSync(outside, join(home, '.gemini'))],
    [
      'a link to a file',
      (outside) => {
        mkdirSync(join(home, '.gemini'));
        symlinkSync(join(outside, 'settings.json'), file);
      },
    ],
    ['a folder', () => mkdirSync(join(file, 'inner'), { recursive: true })],
  ];
  for (const [name, set] of traps)
    it(`take the place of ${name} and write nowhere else`, async () => {
      const outside = mkdtempSync(join(tmpdir(), 'bgtask-outside-'));
      set(outside);
      await writeGeminiSettings(home, true);
      assert.ok(written());
      assert.deepEqual(readdirSync(outside), []);
      assert.ok(existsSync(outside));
    });
});
