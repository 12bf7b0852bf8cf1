import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { get } from './api.ts';
import {
  apiserverArguments,
  componentKubeconfig,
  controllerManagerArguments,
  etcdArguments,
  schedulerArguments,
} from './control-plane-arguments.ts';
import { daemon, type Daemon } from './daemon.ts';
import { freePorts } from './free-ports.ts';
import type { Program, Programs } from './programs.ts';
import type { Claim } from './registry.ts';
import { until } from './until.ts';
import { COMPONENTS, kubeconfigText, tokenFile, tokensFor, type Access, type TestUser } from './users.ts';

/** More flags for a program; the last of equal flags wins. */
export type ExtraArguments = Partial<Record<Program, string[]>>;

export interface ControlPlaneSpec {
  claim: Claim;
  programs: Programs;
  users: readonly TestUser[];
  /** The address on which the API server listens, and which it tells to pods. */
  address: string;
  /** False: nothing has to reach the API server by its service. */
  node: boolean;
  extra: ExtraArguments;
}

/** etcd and the API server, and where they are there the controller manager and the scheduler. */
export interface ControlPlane {
  url: string;
  tokens: Record<string, string>;
  etcd: Daemon;
  apiserver: Daemon;
  controllers: Daemon[];
  /** The access of one user of the token file. */
  access(user: string): Access;
  /** Resolves when the API server says that it is ready. */
  ready(): Promise<void>;
}

const READY_SECONDS = 60;

function writeSecrets(folder: string, users: readonly TestUser[]): Record<string, string> {
  const everyone = [...users, ...COMPONENTS];
  const tokens = tokensFor(everyone);
  const keys = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const write = (name: string, text: string): void =>
    writeFileSync(join(folder, name), text, { mode: 0o600 });
  write('tokens.csv', tokenFile(everyone, tokens));
  write('service-accounts.key', keys.privateKey);
  write('service-accounts.pub', keys.publicKey);
  return tokens;
}

function writeComponentKubeconfigs(folder: string, access: (user: string) => Access): void {
  mkdirSync(join(folder, 'components'), { recursive: true });
  for (const { name } of COMPONENTS) {
    writeFileSync(componentKubeconfig(folder, name), kubeconfigText(access(name)), { mode: 0o600 });
  }
}

/** Starts a control plane; resolves when it is ready for its first task: namespaces have their service accounts. */
export async function startControlPlane(spec: ControlPlaneSpec): Promise<ControlPlane> {
  const { folder, id } = spec.claim;
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  const tokens = writeSecrets(folder, spec.users);
  const [port = 0] = await freePorts(spec.address, 1);
  const [client, peer] = (await freePorts('127.0.0.1', 2)).map((each) => `http://127.0.0.1:${each}`);
  const url = `https://${spec.address}:${port}`;

  const prepared = (program: Program, args: string[]): Daemon | undefined => {
    const command = spec.programs.command(program);
    const known = args.filter((arg) => !spec.programs.lacks?.includes(arg.split('=')[0] ?? ''));
    const more = spec.programs.flags?.[program] ?? [];
    const all = command && [...command, ...known, ...more, ...(spec.extra[program] ?? [])];
    return all && daemon({ name: program, command: all, id, log: join(logs, `${program}.log`) });
  };
  const needed = (program: Program, args: string[]): Daemon => {
    const found = prepared(program, args);
    if (found === undefined) throw new Error(`${program} is missing from ${spec.programs.description}`);
    return found;
  };

  const controllers = [
    prepared('kube-controller-manager', controllerManagerArguments(folder)),
    prepared('kube-scheduler', schedulerArguments(folder)),
  ].filter((found) => found !== undefined);
  const etcd = needed('etcd', etcdArguments(folder, client ?? '', peer ?? ''));
  const serviceAccounts = controllers.length > 0;
  const { address, node } = spec;
  const apiserver = needed(
    'kube-apiserver',
    apiserverArguments({ folder, etcd: client ?? '', address, port, node, serviceAccounts }),
  );

  const certificate = join(folder, 'certificates/apiserver.crt');
  const access = (user: string): Access => {
    const token = tokens[user];
    if (token === undefined)
      throw new Error(`the test cluster has no user ${user}: name it in the option users`);
    return { url, ca: readFileSync(certificate, 'utf8'), token };
  };
  const check = (): void => [etcd, apiserver].forEach((each) => each.assertRunning());
  const answers = async (path: string): Promise<boolean> => {
    check();
    return existsSync(certificate) && (await get(access('admin'), path)).status === 200;
  };
  const ready = async (): Promise<void> => {
    await until('a ready API server', READY_SECONDS, () => answers('/readyz'));
  };

  etcd.start();
  apiserver.start();
  await ready();
  writeComponentKubeconfigs(folder, access);
  for (const each of controllers) each.start();
  if (serviceAccounts) {
    const path = '/api/v1/namespaces/default/serviceaccounts/default';
    await until('the default service account', READY_SECONDS, () => {
      for (const each of controllers) each.assertRunning();
      return answers(path);
    });
  }
  return { url, tokens, etcd, apiserver, controllers, access, ready };
}
