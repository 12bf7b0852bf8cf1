/** Where a forge's token is looked for, in order: names of environment variables, and of keys in a Secret. */
export const FORGE_TOKEN_VARIABLES = [
  'BGTASK_FORGE_TOKEN',
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'GH_ENTERPRISE_TOKEN',
] as const;

/** Where a GitHub App is looked for; it goes before a token, on GitHub. Without the installation's id it is found by the repository. */
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
  if (!id && !privateKey) return undefined;
  return { id, privateKey, ...(installationId && { installationId }) };
}

/** The token among variables or a Secret's keys. */
export const forgeTokenOf = (values: Readonly<Record<string, string | undefined>>): string | undefined => {
  const name = FORGE_TOKEN_VARIABLES.find((each) => values[each]);
  return name && values[name];
};
