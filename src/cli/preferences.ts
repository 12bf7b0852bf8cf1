import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isDnsLabel } from '../api/names.ts';
import { isRecord } from '../api/record.ts';
import { BgtaskError } from '../domain/errors.ts';
import { codeOf, writeAtomic } from '../engine/atomic-file.ts';
import { localPaths, privateFolder } from '../engine/local/paths.ts';

/** What a person can set for all commands on this machine. */
export interface Preferences {
  engine?: 'kubernetes' | 'local';
  project?: string;
}

/** One line each: its name, what it is for, and what it may be. */
export const PREFERENCES: Readonly<
  Record<keyof Preferences, { about: string; isValid: (value: string) => boolean }>
> = {
  engine: {
    about: 'the default of --engine: kubernetes or local',
    isValid: (value) => value === 'kubernetes' || value === 'local',
  },
  project: {
    about: 'the default of --namespace',
    isValid: (value) => isDnsLabel(value, 63),
  },
};

export const PREFERENCE_NAMES = Object.keys(PREFERENCES) as (keyof Preferences)[];

type Environment = Readonly<Record<string, string | undefined>>;

/** JSON, so that a command reads it without a parser of YAML. */
const fileOf = (env: Environment): string => join(localPaths(env).config, 'preferences.json');

/** Returns the preferences of this machine, or an empty object if the file does not exist. Throws Invalid if the file is malformed or has unknown keys or values. */
export function readPreferences(env: Environment): Preferences {
  const file = fileOf(env);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return {};
    throw error;
  }
  const found = parsed(text);
  const entries = isRecord(found) ? Object.entries(found) : [['', '']];
  for (const [name, value] of entries)
    if (!isPreference(name) || typeof value !== 'string' || !PREFERENCES[name].isValid(value))
      throw new BgtaskError('Invalid', `${file} is malformed.`, {
        hint: 'Remove it, and set the values again with bgtask config set.',
      });
  return found as Preferences;
}

/** Sets a preference, or removes it where the value is undefined. Throws Usage for an invalid value. */
export function setPreference(env: Environment, name: keyof Preferences, value: string | undefined): void {
  const { isValid, about } = PREFERENCES[name];
  if (value !== undefined && !isValid(value))
    throw new BgtaskError('Usage', `invalid ${name} ${JSON.stringify(value)}.`, {
      hint: `${name}: ${about}`,
    });
  const { [name]: _, ...others } = readPreferences(env);
  const next = value === undefined ? others : { ...others, [name]: value };
  privateFolder(localPaths(env).config);
  if (Object.keys(next).length === 0) rmSync(fileOf(env), { force: true });
  else writeAtomic(fileOf(env), `${JSON.stringify(next, null, 2)}\n`);
}

/** A preference's name. */
export const isPreference = (name: string | undefined): name is keyof Preferences =>
  name !== undefined && Object.hasOwn(PREFERENCES, name);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
