import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trustAuthorities } from '../../src/runner/trusted-authorities.ts';

const OWN = '-----BEGIN CERTIFICATE-----\nb3du\n-----END CERTIFICATE-----';

describe('certificate authorities of the settings', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'authorities-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const environment = (text: string | undefined, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => {
    const file = join(folder, 'ca.crt');
    if (text !== undefined) writeFileSync(file, text);
    return { TMPDIR: folder, BGTASK_CA: file, BGTASK_CA_SOURCE: 'company-ca, key ca.crt', ...more };
  };

  it('are trusted by each tool besides the public ones, and by what names a list of its own not', () => {
    const env = environment(OWN, { PIP_CERT: '/etc/own.pem' });
    trustAuthorities(env);
    const bundle = join(folder, 'bgtask-ca-bundle.crt');
    const { GIT_SSL_CAINFO, SSL_CERT_FILE, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, CARGO_HTTP_CAINFO, PIP_CERT } =
      env;
    assert.deepEqual(
      [GIT_SSL_CAINFO, SSL_CERT_FILE, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, CARGO_HTTP_CAINFO, PIP_CERT],
      [bundle, bundle, bundle, bundle, bundle, '/etc/own.pem'],
    );
    const text = readFileSync(bundle, 'utf8');
    assert.ok(text.endsWith(`\n${OWN}\n`));
    assert.ok(text.split('-----BEGIN CERTIFICATE-----').length > 50, 'the public ones are there too');
  });

  it('change nothing where the settings name none', () => {
    const env = { TMPDIR: folder };
    trustAuthorities(env);
    assert.deepEqual(env, { TMPDIR: folder });
  });

  const faults: [what: string, text: string | undefined, says: RegExp][] = [
    [
      'missing',
      undefined,
      /are missing in this project: ConfigMap company-ca, key ca\.crt\. Create it: kubectl create configmap/,
    ],
    ['empty', '', /holds no certificate in PEM/],
    [
      'in DER',
      '\u0030\u0082\u0003',
      /The ConfigMap company-ca, key ca\.crt \(settings: runner\.ca\) holds no certificate in PEM/,
    ],
  ];
  for (const [what, text, message] of faults)
    it(`that are ${what} end the stage with a sentence`, () =>
      assert.throws(() => trustAuthorities(environment(text)), { reason: 'EnvironmentNotReady', message }));
});
