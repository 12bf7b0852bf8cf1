import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSecretFiles } from '../../src/runner/secret-files.ts';

describe('Secrets in a pod', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'bgtask-secrets-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A mounted Secret as the kubelet lays it out: links to a folder behind a link. */
  const mount = (name: string, data: Record<string, string>): void => {
    const version = '..2026_01_01_00_00_00.123456789';
    mkdirSync(join(folder, name, version), { recursive: true });
    symlinkSync(version, join(folder, name, '..data'));
    for (const [key, value] of Object.entries(data)) {
      writeFileSync(join(folder, name, version, key), value);
      symlinkSync(join('..data', key), join(folder, name, key));
    }
  };

  it('are absent where nothing is mounted', () => {
    assert.deepEqual(readSecretFiles(folder), {});
    assert.deepEqual(readSecretFiles(join(folder, 'none')), {});
  });

  it('are absent where the Secret is empty, or not one of bgtask’s', () => {
    mount('forge', {});
    mount('model', {});
    assert.deepEqual(readSecretFiles(folder), {});
  });

  it('are the forge’s token and the models’ keys, each from its own mount', () => {
    mount('forge', { GITHUB_TOKEN: 'not-a-real-token', ANTHROPIC_API_KEY: 'not-for-here' });
    mount('model', { ANTHROPIC_API_KEY: 'not-a-real-key', GITHUB_TOKEN: 'not-for-here' });
    const { forgeToken, modelKeys } = readSecretFiles(folder);
    assert.equal(forgeToken, 'not-a-real-token');
    assert.equal(modelKeys?.['ANTHROPIC_API_KEY'], 'not-a-real-key');
  });

  it('are the model’s keys alone where the forge’s Secret is not mounted, and the other way round', () => {
    mount('model', { ANTHROPIC_API_KEY: 'not-a-real-key', OPENAI_API_KEY: 'not-another' });
    assert.deepEqual(readSecretFiles(folder), {
      modelKeys: { ANTHROPIC_API_KEY: 'not-a-real-key', OPENAI_API_KEY: 'not-another' },
    });
    rmSync(join(folder, 'model'), { recursive: true });
    mount('forge', { GH_TOKEN: 'not-a-real-token' });
    assert.deepEqual(readSecretFiles(folder), { forgeToken: 'not-a-real-token' });
  });

  const ORDER = ['BGTASK_FORGE_TOKEN', 'GITHUB_TOKEN', 'GH_TOKEN', 'GH_ENTERPRISE_TOKEN'];
  for (const [index, name] of ORDER.entries())
    it(`take the forge’s token from ${name} when those before it are absent or empty`, () => {
      const data = Object.fromEntries(ORDER.map((each, at) => [each, at < index ? '' : `not-real-${each}`]));
      mount('forge', data);
      assert.deepEqual(readSecretFiles(folder), { forgeToken: `not-real-${name}` });
    });

  it('say for which hosts the token is, besides GitHub’s', () => {
    mount('forge', { GITHUB_TOKEN: 'not-real', BGTASK_FORGE_HOST: 'git.example.com Git.Example.org\n' });
    assert.deepEqual(readSecretFiles(folder), {
      forgeToken: 'not-real',
      forgeHosts: ['git.example.com', 'git.example.org'],
    });
  });

  it('are a GitHub App beside the token, with the key’s lines as they are', () => {
    mount('forge', {
      GITHUB_APP_ID: '12345\n',
      GITHUB_APP_PRIVATE_KEY: 'not\na real\nkey\n',
      GITHUB_APP_INSTALLATION_ID: '67890',
      GITHUB_TOKEN: 'not-real',
    });
    assert.deepEqual(readSecretFiles(folder), {
      forgeToken: 'not-real',
      forgeApp: { id: '12345', privateKey: 'not\na real\nkey', installationId: '67890' },
    });
  });

  const ENDS: [string, string][] = [
    ['token', 'token'],
    ['token\n', 'token'],
    ['token\r\n', 'token'],
    ['to\nken\n', 'to\nken'],
    [' token ', ' token '],
  ];
  for (const [text, value] of ENDS)
    it(`lose a final newline and nothing else: ${JSON.stringify(text)}`, () => {
      mount('forge', { GITHUB_TOKEN: text });
      mount('model', { KEY: text });
      assert.deepEqual(readSecretFiles(folder), { forgeToken: value, modelKeys: { KEY: value } });
    });
});
