import { generateKeyPairSync } from 'node:crypto';
import type { Permissions, StandInApp } from './github-standin/apps.ts';

/** A key pair made for this run: GitHub gives PKCS#1, which `privateKey` is. */
export interface AppKeys {
  publicKey: string;
  privateKey: string;
  /** The same key as PKCS#8. */
  pkcs8: string;
}

export function appKeys(): AppKeys {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    pkcs8: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

export const APP_ID = '12345';
export const INSTALLATION = 67890;
const GRANTED: Permissions = {
  contents: 'write',
  pull_requests: 'write',
  workflows: 'write',
  metadata: 'read',
};

/** An App that is installed on these repositories. */
export const appOn = (
  { publicKey }: AppKeys,
  repositories: string[],
  permissions: Permissions = GRANTED,
): StandInApp => ({
  id: APP_ID,
  publicKey,
  installations: [{ id: INSTALLATION, repositories, permissions }],
});
