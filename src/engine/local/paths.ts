import { chmodSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Where the local engine keeps things. All folders are the user's alone. */
export interface LocalPaths {
  state: string;
  config: string;
  objects: string;
  /** Holds `<project>/<session>/`, one folder a Job. */
  jobs: string;
  /** Holds `<project>/<session>.log.gz`: logs that outlive their Jobs, and go with their tasks. */
  logs: string;
  /** Holds `<project>/`: pull requests of repositories without a forge. */
  pullRequests: string;
  lease: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A folder of ours, or one below the XDG base folder; base folders that are not absolute are ignored, as that specification demands. */
function folder(env: Environment, ours: string, xdg: string, fallback: string[]): string {
  if (env[ours]) return resolve(env[ours]);
  const base = env[xdg];
  return join(base && isAbsolute(base) ? base : join(env['HOME'] || homedir(), ...fallback), 'bgtask');
}

/**
 * State in `BGTASK_STATE`, `$XDG_STATE_HOME/bgtask` or `~/.local/state/bgtask`; configuration in `BGTASK_CONFIG`,
 * `$XDG_CONFIG_HOME/bgtask` or `~/.config/bgtask`. Creates nothing.
 */
export function localPaths(env: Environment = process.env): LocalPaths {
  const state = folder(env, 'BGTASK_STATE', 'XDG_STATE_HOME', ['.local', 'state']);
  return {
    state,
    config: folder(env, 'BGTASK_CONFIG', 'XDG_CONFIG_HOME', ['.config']),
    objects: join(state, 'objects'),
    jobs: join(state, 'jobs'),
    logs: join(state, 'logs'),
    pullRequests: join(state, 'pull-requests'),
    lease: join(state, 'lease'),
  };
}

/** Makes a folder and those above it, mode 0700; one that is there already is closed to others. Its path. */
export function privateFolder(path: string): string {
  if (mkdirSync(path, { recursive: true, mode: 0o700 }) === undefined) chmodSync(path, 0o700);
  return path;
}
