import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { BgtaskError, messageOf } from '../../domain/errors.ts';
import { yamlHazard } from '../../domain/yaml-hazard.ts';
import { parseSettings, type Settings } from '../../domain/settings.ts';

const modified = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.mtimeMs;

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new BgtaskError('Invalid', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** The settings of the user's configuration folder; the defaults when it has none. Throws Invalid, naming the file and the field. */
export function loadSettings(configFolder: string): Settings {
  const path = join(configFolder, 'config.yaml');
  if (modified(path) === undefined) return parseSettings({}, path);
  const text = readText(path);
  const hazard = yamlHazard(text);
  if (hazard) throw new BgtaskError('Invalid', `${path} is refused: ${hazard}.`);
  try {
    return parseSettings(parse(text, { maxAliasCount: 20 }), path);
  } catch (error) {
    if (error instanceof BgtaskError) throw error;
    throw new BgtaskError('Invalid', `${path} is not valid YAML: ${messageOf(error).split('\n')[0]}`, {
      cause: error,
    });
  }
}

/**
 * Settings that follow the file: read again when it changes; a bad new version is told to `onProblem` and the last good one stays.
 * Throws Invalid when the first version is bad, because defaults could allow what the file forbids.
 */
export function followSettings(configFolder: string, onProblem: (sentence: string) => void): () => Settings {
  const path = join(configFolder, 'config.yaml');
  let seen = modified(path);
  let settings = loadSettings(configFolder);
  return () => {
    const now = modified(path);
    if (now === seen) return settings;
    seen = now;
    try {
      settings = loadSettings(configFolder);
    } catch (error) {
      onProblem(`${messageOf(error).replace(/[.:]*$/, '.')} The previous settings remain in effect.`);
    }
    return settings;
  };
}
