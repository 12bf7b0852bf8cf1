import { BgtaskError } from '../../../domain/errors.ts';
import { parseSettings } from '../../../domain/settings.ts';
import { parse } from 'yaml';
import { type Served, servedBy } from './served.ts';
import { SECRET_PREFIX } from './operator-rules.ts';
import { checkOptions, defaultOptions, type InstallOptions, type ServerOptions } from './options.ts';
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
  /** False: neither admission policies nor the webhook. */
  policy?: boolean;
  /** The cluster's, such as `1.28`. */
  kubernetesVersion?: string;
  /** Names of Secrets that Jobs mount. */
  jobSecret?: string[];
  server?: boolean;
  /** The name of a Secret. */
  serverTls?: string;
  serverReplicas?: string;
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

/** The settings document, checked, and the Secrets that it and the flags name. */
function givenSettings(
  { settings, jobSecret = [] }: Choices,
  base: InstallOptions,
): Pick<InstallOptions, 'settings' | 'jobSecrets'> {
  const named = new Set([...jobSecret, ...(settings ? secretsOf(settings) : [])]);
  const jobSecrets = [...named].filter((name) => !name.startsWith(SECRET_PREFIX));
  if (!settings) return { settings: base.settings, jobSecrets };
  // An empty document asks for the defaults; an empty text would be none.
  return { settings: settings.text.trim() === '' ? '{}\n' : settings.text, jobSecrets };
}

/** The Secrets that a settings document names. Throws Invalid for one that is not valid. */
function secretsOf({ text, source }: { text: string; source: string }): string[] {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new BgtaskError(
      'Invalid',
      `${source} is not valid YAML: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return Object.values(parseSettings(document, source).runner.secrets ?? {});
}

function serverOf({ server, serverTls, serverReplicas }: Choices): ServerOptions | undefined {
  if (!server && (serverTls !== undefined || serverReplicas !== undefined))
    throw new BgtaskError('Usage', '--server-tls and --server-replicas belong to --server.');
  if (!server) return undefined;
  return { replicas: Number(serverReplicas ?? 1), ...(serverTls !== undefined && { tlsSecret: serverTls }) };
}

/** What the cluster serves, as far as the flags say it; the rest is the cluster's matter. */
export function chosenServed({
  policy,
  kubernetesVersion,
}: Pick<Choices, 'policy' | 'kubernetesVersion'>): Partial<Served> {
  const served = kubernetesVersion === undefined ? {} : servedBy(kubernetesVersion);
  return policy === false ? { ...served, admission: 'none' } : served;
}

/** The options of an installation. Throws Usage or Invalid, naming the flag. `version` is the package's. */
export function installOptions(choices: Choices, version: string): InstallOptions {
  const base = defaultOptions(version);
  const { requests, limits } = choices;
  const server = serverOf(choices);
  const given = givenSettings(choices, base);
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
    admission: base.admission,
    selectableFields: base.selectableFields,
    ...chosenServed(choices),
    ...given,
    ...(server && { server }),
  };
  checkOptions(options);
  return options;
}
