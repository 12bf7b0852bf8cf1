/** Where a forge's token is looked for, in order: names of environment variables, and of keys in a Secret. */
export const FORGE_TOKEN_VARIABLES = [
  'BGTASK_FORGE_TOKEN',
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'GH_ENTERPRISE_TOKEN',
] as const;
