import type { Cluster } from '../harness/cluster.ts';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { StandInApp } from '../../support/github-standin/apps.ts';
import { type Github, startGithub } from '../../support/github-standin/start.ts';

/** A GitHub stand-in with a certificate of its own, as a company's GitHub Enterprise with a private certificate authority. */
export interface SecureGithub extends Github {
  /** PEM */
  certificate: string;
}

/** A key and a certificate that is its own authority, for one address. */
async function selfSigned(address: string): Promise<{ key: string; cert: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'bgtask-certificate-'));
  const key = join(folder, 'key.pem');
  const cert = join(folder, 'cert.pem');
  try {
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const subject = ['-days', '2', '-subj', '/CN=stand-in', '-addext', `subjectAltName=IP:${address}`];
    await execa('openssl', [...args, ...subject, '-keyout', key, '-out', cert]);
    return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const LOOPBACK = '127.0.0.1';
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** The ConfigMap of a project with the stand-in's certificate, by the key ca.crt. */
export const CA = 'company-ca';

/** Gives a project the Secret of the forge, with these values, and the ConfigMap with the stand-in's certificate. */
export async function forgeSecret(
  cluster: Cluster,
  project: string,
  { certificate }: SecureGithub,
  values: Record<string, string>,
): Promise<void> {
  const literals = Object.entries(values).map(([name, value]) => `--from-literal=${name}=${value}`);
  await cluster.ok(['-n', project, 'create', 'secret', 'generic', 'bgtask-forge', ...literals]);
  await cluster.ok(['-n', project, 'create', 'configmap', CA, `--from-literal=ca.crt=${certificate}`]);
}

/** Trusts the stand-in as a GitHub Enterprise with a private certificate authority is trusted. */
export const trusting = (apiUrl: string, more = ''): string => `
runner:
  ${more}
  env:
    BGTASK_GITHUB_API_URL: ${apiUrl}
  ca: { configMap: ${CA} }
  resources:
    work: { requests: { cpu: 50m, memory: 64Mi }, limits: { memory: 512Mi } }
`;

/** Starts one that listens on this address, and speaks https there. */
export async function secureGithub(
  address: string,
  tokens: string[],
  apps: StandInApp[] = [],
): Promise<SecureGithub> {
  const { key, cert } = await selfSigned(address);
  const front = createServer({ key, cert }, (incoming, response) => {
    const { method, url: path, headers } = incoming;
    const onward = request({ host: LOOPBACK, port: portOf(front), method, path, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => front.listen(0, address, resolve));
  const port = portOf(front);
  const github = await startGithub({
    tokens,
    apps,
    host: LOOPBACK,
    port,
    publicUrl: `https://${address}:${port}`,
  });
  return {
    ...github,
    certificate: cert,
    async close() {
      front.close();
      front.closeAllConnections();
      await github.close();
    },
  };
}
