/** Where a forge's token is looked for, in order: names of environment variables, and of keys in a Secret. */
export const FORGE_TOKEN_VARIABLES = [
  'BGTASK_FORGE_TOKEN',
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'GH_ENTERPRISE_TOKEN',
] as const;

/** Names further hosts that the forge's token is for, besides GitHub's; a variable, and a key in the Secret. With their ports, separated by commas or spaces. */
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
  if ((!id && !privateKey) || values['BGTASK_FORGE_TOKEN']) return undefined;
  return { id, privateKey, ...(installationId && { installationId }) };
}

/** The token among variables or a Secret's keys. */
export const forgeTokenOf = (values: Readonly<Record<string, string | undefined>>): string | undefined => {
  const name = FORGE_TOKEN_VARIABLES.find((each) => values[each]);
  return name && values[name];
};

/**
 * Where an agent's model key is looked for, by type of agent and in order: names of environment variables, and of keys in a Secret. The agent gets the
 * first that is there. A type that is not listed needs none.
 */
export const MODEL_KEY_VARIABLES = {
  claude: ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_AUTH_TOKEN'],
  codex: ['CODEX_API_KEY', 'OPENAI_API_KEY'],
  gemini: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
  opencode: [
    'OPENCODE_API_KEY',
    'ANTHROPIC_API_KEY',
    'OPENAI_API_KEY',
    'GEMINI_API_KEY',
    'OPENROUTER_API_KEY',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The same for any type of agent, known or not. */
export const modelKeysOf = (agentType: string): readonly string[] =>
  Object.hasOwn(MODEL_KEY_VARIABLES, agentType)
    ? MODEL_KEY_VARIABLES[agentType as keyof typeof MODEL_KEY_VARIABLES]
    : [];

/** The keys and variables of an agent with which it does not use the model gateway. */
interface PastGateway {
  /** Keys whose API the gateway does not know. */
  keys: readonly string[];
  /** Variables with which the agent's program does not use the gateway's address. */
  variables: readonly string[];
}

const NOTHING_PAST: PastGateway = { keys: [], variables: [] };

const PAST_GATEWAY: Readonly<Record<string, PastGateway>> = {
  claude: { keys: [], variables: ['CLAUDE_CODE_USE_BEDROCK', 'CLAUDE_CODE_USE_VERTEX'] },
  codex: NOTHING_PAST,
  gemini: { keys: [], variables: ['GOOGLE_GENAI_USE_VERTEXAI'] },
  opencode: { keys: ['OPENCODE_API_KEY'], variables: ['OPENCODE_CONFIG'] },
};

/** How the model's keys are split between the gateway's container and the agent's, by name. */
export interface SplitKeys {
  gateway: readonly string[];
  agent: readonly string[];
}

/**
 * Returns which keys of an agent the gateway's container holds, and which the agent's container must hold itself. `env` is the environment of both.
 * Returns empty lists for an unknown type of agent.
 */
export function splitKeys(agentType: string, env: Readonly<Record<string, string | undefined>>): SplitKeys {
  const all = modelKeysOf(agentType);
  const past = Object.hasOwn(PAST_GATEWAY, agentType) ? PAST_GATEWAY[agentType] : undefined;
  if (!past || past.variables.some((name) => env[name])) return { gateway: [], agent: all };
  return {
    gateway: all.filter((name) => !past.keys.includes(name)),
    agent: all.filter((name) => past.keys.includes(name)),
  };
}
