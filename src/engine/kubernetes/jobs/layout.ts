import type { Stage } from '../../../domain/report.ts';

/** Where a pod's volumes are mounted. */
export const PATH = {
  input: '/bgtask/input',
  pristine: '/bgtask/pristine',
  workspace: '/bgtask/workspace',
  proof: '/bgtask/proof',
  handed: '/bgtask/handed',
  tools: '/bgtask/tools',
  gateway: '/bgtask/gateway',
  continued: '/bgtask/continued',
  secrets: '/var/run/secrets/bgtask',
  ca: '/var/run/bgtask-ca',
  tmp: '/tmp',
} as const;

/** The user and group of every stage. */
export const RUNNER_ID = 10_001;

/** Seconds between a pod's SIGTERM and its SIGKILL: a cancelled task is gone well within 30 seconds. */
export const GRACE_SECONDS = 10;

interface Mount {
  name: string;
  mountPath: string;
  readOnly?: boolean;
}

const READ_ONLY = { readOnly: true } as const;
const input: Mount = { name: 'input', mountPath: PATH.input, ...READ_ONLY };
const pristine: Mount = { name: 'pristine', mountPath: PATH.pristine };
const workspace: Mount = { name: 'workspace', mountPath: PATH.workspace };
/** The prove stage's own workspace: the work stage never sees it. */
const proof: Mount = { name: 'proof', mountPath: PATH.proof };
const tools: Mount = { name: 'tools', mountPath: PATH.tools };
const forge: Mount = { name: 'forge', mountPath: `${PATH.secrets}/forge`, ...READ_ONLY };
const model: Mount = { name: 'model', mountPath: `${PATH.secrets}/model`, ...READ_ONLY };

/** How the model gateway is reached: its container writes it, the work stage reads it. */
const gateway: Mount = { name: 'gateway', mountPath: PATH.gateway };

/** Certificate authorities: the file has the name of CA_FILE whatever its key in the ConfigMap. */
export const CA_MOUNT: Mount = { name: 'ca', mountPath: PATH.ca, ...READ_ONLY };
export const CA_FILE = 'ca.crt';

/** What each stage sees. The pristine copy and the forge's credential never meet the code of the repository. */
const MOUNTS: Record<Stage, readonly Mount[]> = {
  clone: [input, pristine, workspace, proof, forge],
  work: [input, workspace],
  // At the same path as the work stage's: what is installed notes where it is.
  prove: [
    input,
    { ...proof, mountPath: PATH.workspace },
    { ...workspace, mountPath: PATH.handed, ...READ_ONLY },
  ],
  publish: [input, pristine, { ...workspace, ...READ_ONLY }, { ...proof, ...READ_ONLY }, forge],
};

/** What a pod has besides what every pod has. */
export interface Extras {
  /** The runner's tools: an image of the task's own runs the work stage. */
  tools: boolean;
  /** Model keys that the agent's own container holds. */
  model: boolean;
  /** A container of its own for the model gateway, which holds the other model keys. */
  gateway: boolean;
  /** Certificate authorities of the cluster's own. */
  ca?: boolean | undefined;
  /** The session whose kept change the agent goes on with. */
  continued?: string | undefined;
}

/** A stage's mounts. */
export function mountsOf(stage: Stage, extras: Extras): Mount[] {
  const mounts = [...MOUNTS[stage]];
  if (stage === 'work' && extras.model) mounts.push(model);
  if (stage === 'work' && extras.gateway) mounts.push({ ...gateway, ...READ_ONLY });
  if (stage === 'work' && extras.continued)
    mounts.push({ name: 'continued', mountPath: PATH.continued, ...READ_ONLY });
  if (extras.ca) mounts.push(CA_MOUNT);
  mounts.push({ name: `tmp-${stage}`, mountPath: PATH.tmp });
  if (!extras.tools || stage === 'publish') return mounts;
  return [...mounts, stage === 'clone' ? tools : { ...tools, ...READ_ONLY }];
}

/** The mounts of the gateway's container: the task's input, its keys, and nothing that another container writes. */
export const GATEWAY_MOUNTS: readonly Mount[] = [
  input,
  { ...model, name: 'gateway-keys' },
  gateway,
  { name: 'tmp-gateway', mountPath: PATH.tmp },
];

/** Where the gateway's container is told to find things. */
export const GATEWAY_VARIABLES: Readonly<Record<string, string>> = {
  BGTASK_INPUT: `${PATH.input}/input.json`,
  BGTASK_SECRETS_DIR: PATH.secrets,
  BGTASK_GATEWAY: PATH.gateway,
  BGTASK_REPORT: '/dev/termination-log',
  HOME: PATH.tmp,
  TMPDIR: PATH.tmp,
};

/** Where a stage is told to find things. */
export function stageVariables(
  stage: Stage,
  { tools: ownImage, gateway: hasGateway, continued }: Extras,
): Record<string, string> {
  const common = {
    BGTASK_INPUT: `${PATH.input}/input.json`,
    BGTASK_REPORT: '/dev/termination-log',
    BGTASK_SECRETS_DIR: PATH.secrets,
    BGTASK_WORKSPACE: PATH.workspace,
    // At its deadline a stage says why and stays, so that the Job's own status shows DeadlineExceeded.
    BGTASK_LINGER: '1',
    BGTASK_CLOCK: 'pod',
    HOME: PATH.tmp,
    TMPDIR: PATH.tmp,
  };
  // The container keeps its programs apart: no sandbox is looked for inside of it.
  const room = { ...common, BGTASK_ROOM: 'container' };
  const more: Record<string, string> = {
    ...(hasGateway && { BGTASK_GATEWAY: PATH.gateway }),
    ...(continued && { BGTASK_CONTINUED: PATH.continued }),
  };
  if (stage === 'work') return { ...room, BGTASK_PROVED_BY: 'prove', BGTASK_CHANGE: 'log', ...more };
  if (stage === 'prove') return { ...room, BGTASK_HANDED: PATH.handed };
  const trusted = { ...common, BGTASK_PRISTINE: PATH.pristine, BGTASK_PROOF: PATH.proof };
  if (stage === 'publish') return { ...trusted, BGTASK_PULL_REQUESTS: `${PATH.tmp}/pull-requests` };
  return ownImage ? { ...trusted, BGTASK_TOOLS: PATH.tools } : trusted;
}
