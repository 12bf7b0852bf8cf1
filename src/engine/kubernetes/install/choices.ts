import { BgtaskError } from '../../../domain/errors.ts';
import { parseSettings } from '../../../domain/settings.ts';
import { parse } from 'yaml';
import {
  checkOptions,
  defaultOptions,
  EGRESS_PORTS,
  egressRules,
  type InstallOptions,
  type NetworkPolicyOptions,
  type ServerOptions,
} from './options.ts';
import { isQuantity } from '../../../domain/quantity.ts';

/** What a person chose, in the words of the command line; what is absent is as by default. */
export interface Choices {
  namespace?: string;
  image?: string;
  replicas?: string;
  /** `cpu=100m,memory=128Mi` */
  requests?: string;
  limits?: string;
  /** `key=value`, each. */
  nodeSelector?: string[];
  /** `key=value:effect`, `key:effect` or `:effect`, each. */
  toleration?: string[];
  /** Names of Secrets. */
  imagePullSecret?: string[];
  policy?: boolean;
  /** Projects. */
  networkPolicy?: string[];
  server?: boolean;
  /** The name of a Secret. */
  serverTls?: string;
  serverReplicas?: string;
  egressPort?: string[];
  /** The text of a settings document. */
  settings?: { text: string; source: string };
}

const usage = (flag: string, text: string, example: string): BgtaskError =>
  new BgtaskError('Usage', `${flag}: ${JSON.stringify(text)} is not understood.`, {
    hint: `For example: ${flag} ${example}`,
  });

function pairs(flag: string, texts: readonly string[], example: string): Record<string, string> {
  const entries = texts.map((text) => {
    const [, key, value] = /^([^=\s]+)=(\S*)$/.exec(text) ?? [];
    if (key === undefined || value === undefined) throw usage(flag, text, example);
    return [key, value] as const;
  });
  return Object.fromEntries(entries);
}

function quantities(flag: string, text: string): Record<string, string> {
  const example = 'cpu=100m,memory=128Mi';
  const given = pairs(flag, text.split(','), example);
  if (Object.values(given).some((value) => !isQuantity(value))) throw usage(flag, text, example);
  return given;
}

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

/** A toleration in the words of `kubectl taint`. */
function toleration(text: string): Record<string, unknown> {
  const [, key, value, effect] = /^([^=:\s]*)(?:=([^:\s]*))?(?::(\w+))?$/.exec(text) ?? [];
  if (
    key === undefined ||
    (effect !== undefined && !EFFECTS.includes(effect)) ||
    (key === '' && value !== undefined)
  )
    throw usage('--toleration', text, 'dedicated=bgtask:NoSchedule');
  return {
    ...(key && { key }),
    operator: value === undefined ? 'Exists' : 'Equal',
    ...(value !== undefined && { value }),
    ...(effect && { effect }),
  };
}

function port(text: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > 65_535) throw usage('--egress-port', text, '8443');
  return number;
}

function settingsOf({ text, source }: { text: string; source: string }): string {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new BgtaskError(
      'Invalid',
      `${source} is not valid YAML: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  parseSettings(document, source);
  // An empty document asks for the defaults; an empty text would be none.
  return text.trim() === '' ? '{}\n' : text;
}

function networkPolicyOf({ networkPolicy: projects, egressPort }: Choices): NetworkPolicyOptions | undefined {
  if (egressPort && !projects)
    throw new BgtaskError('Usage', '--egress-port belongs to --network-policy PROJECT.');
  return projects && { projects, egress: egressRules(egressPort ? egressPort.map(port) : EGRESS_PORTS) };
}

function serverOf({ server, serverTls, serverReplicas }: Choices): ServerOptions | undefined {
  if (!server && (serverTls !== undefined || serverReplicas !== undefined))
    throw new BgtaskError('Usage', '--server-tls and --server-replicas belong to --server.');
  if (!server) return undefined;
  return { replicas: Number(serverReplicas ?? 1), ...(serverTls !== undefined && { tlsSecret: serverTls }) };
}

/** The options of an installation. Throws Usage or Invalid, naming the flag. `version` is the package's. */
export function installOptions(choices: Choices, version: string): InstallOptions {
  const base = defaultOptions(version);
  const { requests, limits } = choices;
  const networkPolicy = networkPolicyOf(choices);
  const server = serverOf(choices);
  const options: InstallOptions = {
    namespace: choices.namespace ?? base.namespace,
    image: choices.image ?? base.image,
    replicas: choices.replicas === undefined ? base.replicas : Number(choices.replicas),
    resources: {
      requests: requests ? quantities('--requests', requests) : base.resources.requests,
      limits: limits ? quantities('--limits', limits) : base.resources.limits,
    },
    nodeSelector: pairs('--node-selector', choices.nodeSelector ?? [], 'kubernetes.io/os=linux'),
    tolerations: (choices.toleration ?? []).map(toleration),
    imagePullSecrets: (choices.imagePullSecret ?? []).map((name) => ({ name })),
    withPolicy: choices.policy ?? base.withPolicy,
    settings: choices.settings ? settingsOf(choices.settings) : base.settings,
    ...(networkPolicy && { networkPolicy }),
    ...(server && { server }),
  };
  checkOptions(options);
  return options;
}
