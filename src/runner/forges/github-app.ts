import { createPrivateKey } from 'node:crypto';
import { createAppAuth } from '@octokit/auth-app';
import type { ForgeApp } from '../../domain/credentials.ts';
import { FORGE_APP_VARIABLES } from '../../domain/credentials.ts';
import type { GithubAddress } from './github-address.ts';
import { githubClient, type GithubClient, type GithubTiming } from './github-client.ts';
import { explainApp } from './github-app-errors.ts';

/** Permissions of a token, in GitHub's words. */
export type AppPermissions = Readonly<Record<string, 'read' | 'write'>>;

export interface MintOptions extends GithubTiming {
  app: ForgeApp;
  address: GithubAddress;
  permissions: AppPermissions;
  /** Names the proxy to go through. */
  env: Readonly<NodeJS.ProcessEnv>;
  log(line: string): void;
  /** Breaks off what is under way. */
  signal: AbortSignal;
}

/** A failure to get a token, in words for people; holds nothing secret. */
export class AppError extends Error {
  override name = 'AppError';
}

const { id: ID, privateKey: KEY, installationId: INSTALLATION } = FORGE_APP_VARIABLES;

/** A token of the App's installation, for this one repository and these permissions alone; GitHub lets it live for an hour. Throws AppError. */
export async function mintToken(options: MintOptions): Promise<string> {
  const { app, address, permissions, ...client } = options;
  const privateKey = checked(app);
  const github = githubClient({
    ...client,
    apiUrl: address.apiUrl,
    authStrategy: createAppAuth,
    auth: { appId: app.id, privateKey },
  });
  const attempt = { app: app.id, repository: `${address.owner}/${address.repo}`, permissions };
  try {
    const installation = app.installationId ? Number(app.installationId) : await installed(github, address);
    const { data } = await github.rest.apps.createInstallationAccessToken({
      installation_id: installation,
      repositories: [address.repo],
      permissions,
    });
    return data.token;
  } catch (error) {
    throw new AppError(explainApp(error, { ...attempt, apiUrl: address.apiUrl }), { cause: error });
  }
}

async function installed(github: GithubClient, { owner, repo }: GithubAddress): Promise<number> {
  return (await github.rest.apps.getRepoInstallation({ owner, repo })).data.id;
}

/** The key as PKCS#8, which signs whatever PEM it came as. */
function checked({ id, privateKey, installationId }: ForgeApp): string {
  if (!id) throw new AppError(`${KEY} is set, and ${ID} is not: give both.`);
  if (!privateKey) throw new AppError(`${ID} is set, and ${KEY} is not: give both.`);
  if (!/^\w{1,100}$/.test(id)) throw new AppError(`${ID} must be the App's id or its client id.`);
  if (installationId !== undefined && !/^\d{1,15}$/.test(installationId))
    throw new AppError(
      `${INSTALLATION} must be a number. Leave it out: the installation is found by the repository.`,
    );
  try {
    const key = createPrivateKey(privateKey);
    if (key.asymmetricKeyType === 'rsa') return key.export({ type: 'pkcs8', format: 'pem' }).toString();
  } catch {
    // Says nothing of what was given: it is a secret.
  }
  throw new AppError(
    `${KEY} must be an RSA private key in PEM format: give the file that GitHub made for the App, as it is.`,
  );
}
