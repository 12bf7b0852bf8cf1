/** A forge's token that is meant for us alone: it goes before the variables that the forge itself knows. A variable, and a key in the Secret. */
export const FORGE_TOKEN_VARIABLE = 'BGTASK_FORGE_TOKEN';

/** Names further hosts that the forge's token is for, besides its own; a variable, and a key in the Secret. With their ports, separated by commas or spaces. */
export const FORGE_HOST_VARIABLE = 'BGTASK_FORGE_HOST';

/** Those hosts, in lower case. */
export const forgeHostsOf = (values: Readonly<Record<string, string | undefined>>): string[] =>
  (values[FORGE_HOST_VARIABLE] ?? '')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean);

/** Where a GitHub App is looked for; on GitHub it goes before any token but BGTASK_FORGE_TOKEN, which is meant for us alone. Without the installation's id it is found by the repository. */
export const FORGE_APP_VARIABLES = {
  id: 'GITHUB_APP_ID',
  privateKey: 'GITHUB_APP_PRIVATE_KEY',
  installationId: 'GITHUB_APP_INSTALLATION_ID',
} as const;

/** A GitHub App, as it was given: nothing of it is checked yet, and a part may be empty. */
export interface ForgeApp {
  /** The App's id, or its client id. */
  id: string;
  /** PEM. */
  privateKey: string;
  installationId?: string;
}

/** The App among variables or a Secret's keys; undefined when neither id nor key is there. A key on one line has `\n` for its line breaks. */
export function forgeAppOf(values: Readonly<Record<string, string | undefined>>): ForgeApp | undefined {
  const id = values[FORGE_APP_VARIABLES.id]?.trim() ?? '';
  const privateKey = values[FORGE_APP_VARIABLES.privateKey]?.replaceAll(String.raw`\n`, '\n').trim() ?? '';
  const installationId = values[FORGE_APP_VARIABLES.installationId]?.trim();
  if ((!id && !privateKey) || values[FORGE_TOKEN_VARIABLE]) return undefined;
  return { id, privateKey, ...(installationId && { installationId }) };
}

/** How the model's keys are split between the gateway's container and the agent's, by name. */
export interface SplitKeys {
  gateway: readonly string[];
  agent: readonly string[];
}

/**
 * The keys of an agent's model, by the type of the agent. `env` is the environment of both containers. Omit `env` if the pod does not run a gateway:
 * then the agent's container holds all keys. Returns empty lists for an unknown type.
 */
export type ModelKeys = (agentType: string, env?: Readonly<Record<string, string | undefined>>) => SplitKeys;
