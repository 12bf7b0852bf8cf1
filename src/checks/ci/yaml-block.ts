import { HOLE } from '../shell-values.ts';
import type { JobTrail } from './job-trail.ts';
import { readBlock } from './run-block.ts';
import type { YamlView } from './yaml-view.ts';

const NONE: ReadonlySet<string> = new Set();

/** Where the shell lines of a pipeline run. */
export interface YamlPlace {
  path: string;
  /** Relative to the root; undefined when only a run of CI knows it. */
  dir: string | undefined;
  step?: string;
  env?: readonly (readonly [string, string])[];
}

/** What only a run knows in the languages of these systems: `$[[ inputs.x ]]`, `$(Build.Id)`, `<< parameters.x >>`, `${{ x }}`. */
const OPEN =
  /\$\{\{[^}]*\}\}|\$\[\[[^\]]*\]\]|\$\([A-Z][\w.]*\)|<<\s*(?:parameters|pipeline|matrix)[^<>\n]*>>/g;

/** Reads a scalar of shell text; `fill` replaces what is known of the system's own expressions. */
export function readYamlBlock(
  view: YamlView,
  place: YamlPlace,
  trail: JobTrail,
  fill = (text: string): string => text,
): void {
  const text = view.text();
  if (text === undefined || place.dir === undefined) return;
  const script = fill(text).replace(OPEN, (hole) => hole.replace(/[^\n]/g, HOLE));
  const source = (line: number): string => `${place.path}:${view.line(line)}`;
  const variables = { env: place.env ?? [], versions: NONE, open: NONE };
  readBlock(script, { source, dir: place.dir, step: place.step, variables }, trail);
}

/** The texts of a mapping of variables. */
export const variablesOf = (view: YamlView | undefined): [string, string][] =>
  (view?.entries() ?? []).flatMap(([name, value]): [string, string][] => {
    const text = value.text() ?? value.textAt('value');
    return text === undefined ? [] : [[name, text]];
  });
