import { copyFileSync, linkSync, mkdirSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { get } from './api.ts';
import { PAUSE_IMAGE, prepareContainerd, socketOf } from './containerd.ts';
import type { ExtraArguments } from './control-plane.ts';
import { daemon, type Daemon } from './daemon.ts';
import { buildImage } from './images.ts';
import { NODE_NAME, prepareKubelet, proxyArguments } from './kubelet.ts';
import { ENFORCER_PACKAGES, enforcePolicies, enforcerProgram, POD_PLUGIN } from './network-policies.ts';
import { startNamespace, type NodeNamespace } from './node-namespace.ts';
import { ensurePackages } from './packages.ts';
import type { Program, Programs } from './programs.ts';
import { cgroupOf, type Claim } from './registry.ts';
import { until } from './until.ts';
import type { Access } from './users.ts';

const run = promisify(execFile);

/** A node with real containers. Pods reach this machine's stand-ins and the API server, and nothing beyond this machine. */
export interface Node {
  /** The name of the Node object. */
  name: string;
  /** This machine's address as pods see it: stand-in servers listen here. */
  hostAddress: string;
  /** Loads an image archive (of buildImage) under the name that it was built with; pods need imagePullPolicy Never or IfNotPresent. */
  importImage(archive: string): Promise<void>;
  /** Ends containerd (default SIGTERM) and starts it again; containers run on. Resolves when it answers. */
  restartContainerd(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Ends and starts the kubelet, for tests of a node that goes away. */
  stopKubelet(): Promise<void>;
  startKubelet(): void;
  /** Gives the node one more address, which its pods reach: what a pod of the node's network listens on. */
  addAddress(address: string): Promise<void>;
}

/** A node's namespaces and containerd, before there is an API server to join. */
export interface NodeStart {
  hostAddress: string;
  /** Starts the kubelet and kube-proxy; resolves when the Node is Ready. */
  join(admin: Access): Promise<Node>;
}

export interface NodeSpec {
  claim: Claim;
  programs: Programs;
  extra: ExtraArguments;
  /** True: the network of pods enforces NetworkPolicies. */
  networkPolicies: boolean;
}

/** Takes files into the cluster's folder, which the node sees wherever the cache is. */
function bring(folder: string, files: Readonly<Record<string, string>>): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, path] of Object.entries(files)) {
    try {
      linkSync(path, join(bin, name));
    } catch {
      copyFileSync(path, join(bin, name));
    }
  }
}

const answers = (socket: string): Promise<boolean> =>
  new Promise((resolve) => {
    const connection = connect(socket)
      .on('error', () => resolve(false))
      .on('connect', () => {
        connection.destroy();
        resolve(true);
      });
  });

const listening = async (containerd: Daemon, folder: string): Promise<void> => {
  await until('a containerd that answers', 30, () => {
    containerd.assertRunning();
    return answers(socketOf(folder));
  });
};

interface Condition {
  type: string;
  status: string;
}

const isReady = (body: unknown): boolean => {
  const { status } = body as { status?: { conditions?: Condition[] } };
  return !!status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True');
};

const pauseImage = (pause: string): Promise<string> =>
  buildImage({
    name: PAUSE_IMAGE,
    containerfile: 'FROM scratch\nCOPY pause /pause\nENTRYPOINT ["/pause"]\n',
    files: { pause },
  });

interface Programmed {
  spec: NodeSpec;
  space: NodeNamespace;
  containerd: Daemon;
  archive: Promise<string>;
}

async function joinCluster({ spec, space, containerd, archive }: Programmed, admin: Access): Promise<Node> {
  const { folder, id } = spec.claim;
  const { subnets } = space;
  const importImage = async (path: string): Promise<void> => {
    await run('ctr', ['--address', socketOf(folder), '--namespace', 'k8s.io', 'images', 'import', path]);
  };
  const program = (name: Program, args: string[]): Daemon => {
    const command = space.enter([join(folder, 'bin/kube'), name, ...args, ...(spec.extra[name] ?? [])]);
    return daemon({ name, command, id, log: join(folder, 'logs', `${name}.log`), entered: true });
  };
  const kubelet = program('kubelet', prepareKubelet(folder, cgroupOf(id), subnets));
  const proxy = program('kube-proxy', proxyArguments(folder, subnets));
  await listening(containerd, folder);
  kubelet.start();
  proxy.start();
  await importImage(await archive);
  await until('a ready node', 60, async () => {
    for (const each of [containerd, kubelet, proxy]) each.assertRunning();
    return isReady((await get(admin, `/api/v1/nodes/${NODE_NAME}`)).body);
  });
  if (spec.networkPolicies) {
    await enforcePolicies({ claim: spec.claim, space, admin, program: join(folder, 'bin/kube-router') });
  }
  return {
    name: NODE_NAME,
    hostAddress: subnets.host,
    importImage,
    async restartContainerd(signal) {
      await containerd.stop(signal);
      containerd.start();
      await listening(containerd, folder);
    },
    stopKubelet: () => kubelet.stop('SIGKILL'),
    startKubelet: () => void kubelet.start(),
    async addAddress(address) {
      const [file = '', ...args] = space.enter(['ip', 'address', 'add', `${address}/32`, 'dev', 'lo']);
      await run(file, args);
    },
  };
}

/** Prepares a node: packages, namespaces, containerd and the sandbox image. */
export async function startNode(spec: NodeSpec): Promise<NodeStart> {
  const { folder, id } = spec.claim;
  const { pause } = spec.programs;
  const [kube] = spec.programs.command('kubelet') ?? [];
  if (pause === undefined || kube === undefined) {
    throw new Error(`a node needs a kubelet, and there is none: ${spec.programs.description}`);
  }
  const { networkPolicies } = spec;
  await ensurePackages(networkPolicies ? ENFORCER_PACKAGES : {});
  mkdirSync(join(folder, 'logs'), { recursive: true });
  bring(folder, { kube, pause, ...(networkPolicies && { 'kube-router': await enforcerProgram() }) });
  const space = await startNamespace(spec.claim);
  const command = space.enter(prepareContainerd(folder, space.subnets, networkPolicies ? [POD_PLUGIN] : []));
  const containerd = daemon({
    name: 'containerd',
    command,
    id,
    log: join(folder, 'logs/containerd.log'),
    entered: true,
  });
  containerd.start();
  const archive = pauseImage(pause);
  // Until the node joins no caller waits for it; the error is thrown there.
  archive.catch(() => undefined);
  return {
    hostAddress: space.subnets.host,
    join: (admin) => joinCluster({ spec, space, containerd, archive }, admin),
  };
}
