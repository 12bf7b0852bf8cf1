import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { StageError } from '../domain/reasons.ts';

/** Where distributions keep the public authorities: Debian and Alpine, Fedora and RHEL, openSUSE, Alpine's LibreSSL. */
const SYSTEM_BUNDLES: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** Variables that name the whole list of authorities for a tool: OpenSSL, Go and Rust, git, Python, curl, pip, cargo, AWS, Deno. */
const BUNDLE_VARIABLES: readonly string[] = [
  'SSL_CERT_FILE',
  'GIT_SSL_CAINFO',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'PIP_CERT',
  'CARGO_HTTP_CAINFO',
  'AWS_CA_BUNDLE',
  'DENO_CERT',
];

const PEM = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----/;

/** The authorities that everyone trusts: the system's, else those that Node brings. */
function publicAuthorities(): string {
  const bundle = SYSTEM_BUNDLES.find((file) => existsSync(file));
  return bundle === undefined ? rootCertificates.join('\n') : readFileSync(bundle, 'utf8');
}

function ownAuthorities(file: string, source: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new StageError(
      'EnvironmentNotReady',
      `The certificate authorities of the settings (runner.ca) are missing in this project: ConfigMap ${source}. Create it: kubectl create configmap NAME --from-file=KEY=FILE`,
      { cause },
    );
  }
  if (PEM.test(text)) return text;
  throw new StageError(
    'EnvironmentNotReady',
    `The ConfigMap ${source} (settings: runner.ca) holds no certificate in PEM.`,
  );
}

/**
 * Has every tool of a stage trust the authorities that the cluster's settings name (BGTASK_CA), besides the public ones: writes one file with both, and
 * sets the variables by which tools find it. A variable that is set already stays. Throws EnvironmentNotReady where they are missing.
 */
export function trustAuthorities(env: NodeJS.ProcessEnv): void {
  const file = env['BGTASK_CA'];
  if (!file) return;
  const own = ownAuthorities(file, env['BGTASK_CA_SOURCE'] ?? file);
  const bundle = join(env['TMPDIR'] ?? tmpdir(), 'bgtask-ca-bundle.crt');
  writeFileSync(bundle, `${publicAuthorities().trimEnd()}\n${own.trimEnd()}\n`, { mode: 0o444 });
  for (const name of BUNDLE_VARIABLES) env[name] ??= bundle;
}
