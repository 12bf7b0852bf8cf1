import { parse } from 'yaml';
import { BgtaskError } from '../../domain/errors.ts';
import { type Narrowing, parseNarrowing } from '../../domain/narrow.ts';
import { parseSettings, type Settings } from '../../domain/settings.ts';
import { yamlHazard } from '../../domain/yaml-hazard.ts';

/** Aliases that the document may unfold. */
const MAX_ALIASES = 20;

function documentIn(text: string, source: string): unknown {
  const hazard = yamlHazard(text);
  if (hazard) throw new BgtaskError('Invalid', `${source} is refused: ${hazard}.`);
  return parse(text, { maxAliasCount: MAX_ALIASES }) as unknown;
}

/** The settings in a document's text. Throws Invalid, naming `source`, or the YAML parser's own error. */
export const settingsIn = (text: string, source: string): Settings =>
  parseSettings(documentIn(text, source), source);

/** What a project's own document narrows. Throws as settingsIn does, and for what only the cluster's settings have. */
export const narrowingIn = (text: string, source: string): Narrowing =>
  parseNarrowing(documentIn(text, source), source);
