import { parse } from 'yaml';
import { BgtaskError } from '../../domain/errors.ts';
import { parseSettings, type Settings } from '../../domain/settings.ts';
import { yamlHazard } from '../../domain/yaml-hazard.ts';

/** Aliases that the document may unfold. */
const MAX_ALIASES = 20;

/** The settings in a document's text. Throws Invalid, naming `source`, or the YAML parser's own error. */
export function settingsIn(text: string, source: string): Settings {
  const hazard = yamlHazard(text);
  if (hazard) throw new BgtaskError('Invalid', `${source} is refused: ${hazard}.`);
  return parseSettings(parse(text, { maxAliasCount: MAX_ALIASES }), source);
}
