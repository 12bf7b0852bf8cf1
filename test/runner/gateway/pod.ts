import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/package-root.ts';
import { tempFolder } from '../../support/stage/remote.ts';
import type { Provider } from './provider.ts';

const program = join(packageRoot(), 'bin', 'bgtask');

/** The volumes of a pod, as the kubelet mounts them. */
export interface Pod {
  env: Record<string, string>;
  folder: string;
  /** The termination message of its container. */
  report: string;
}

/** The volumes of a pod whose Secret of the model has these keys. */
export function makePod(provider: Provider, secret: Record<string, string>, agent: object = {}): Pod {
  const root = tempFolder();
  const [input, secrets, folder] = ['input.json', 'secrets', 'gateway'].map((name) => join(root, name)) as [
    string,
    string,
    string,
  ];
  const report = join(root, 'termination-log');
  mkdirSync(folder);
  mkdirSync(join(secrets, 'model'), { recursive: true });
  for (const [name, value] of Object.entries(secret)) writeFileSync(join(secrets, 'model', name), value);
  writeFileSync(input, JSON.stringify({ spec: { agent: { type: 'claude', ...agent } } }));
  const env = {
    PATH: process.env['PATH'] ?? '',
    BGTASK_INPUT: input,
    BGTASK_SECRETS_DIR: secrets,
    BGTASK_GATEWAY: folder,
    BGTASK_REPORT: report,
    ANTHROPIC_BASE_URL: provider.url,
  };
  return { env, folder, report };
}

/** A gateway's process. */
export interface GatewayProcess {
  child: ChildProcess;
  /** What it printed. */
  said: () => string;
  ended: Promise<number | null>;
}

/** Starts the gateway's program as its container does. */
export function startPodGateway({ env }: Pod): GatewayProcess {
  const child = spawn(program, ['runner', 'gateway'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, said: () => said, ended };
}
