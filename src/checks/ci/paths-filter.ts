import { OpenDictionary, toValue, type Value } from './expression.ts';
import { viewYaml, type YamlView } from './yaml-view.ts';

const CHANGES = /^\s*\$\{\{\s*steps\.([\w-]+)\.outputs\.changes\s*\}\}\s*$/;

/**
 * The `needs` context of a job: what the jobs before it hand over, as far as files tell it. That is the list that dorny/paths-filter makes of the
 * filters whose files changed, by which monorepos choose the packages of a matrix: here all of them. Anything else is unknown.
 */
export function needsContext(job: YamlView, jobs: ReadonlyMap<string, YamlView>): Value {
  const needs = job.get('needs');
  const names = [needs, ...(needs?.items() ?? [])].flatMap((one) => one?.text() ?? []);
  return open(
    names.flatMap((name): [string, Value][] => {
      const before = jobs.get(name);
      return before ? [[name, open([['outputs', open(outputsOf(before))]])]] : [];
    }),
  );
}

const open = (entries: readonly (readonly [string, Value])[]): Value =>
  new OpenDictionary(...entries.map(([key, value]) => ({ key, value })));

function outputsOf(job: YamlView): [string, Value][] {
  return job.entriesAt('outputs').flatMap(([name, output]): [string, Value][] => {
    const id = CHANGES.exec(output.text() ?? '')?.[1];
    const step = id === undefined ? undefined : job.itemsAt('steps').find((one) => one.textAt('id') === id);
    const filters = /(^|\/)paths-filter@/.test(step?.textAt('uses') ?? '')
      ? filtersIn(step?.textAt('with', 'filters') ?? '')
      : [];
    return filters.length > 0 ? [[name, toValue(JSON.stringify(filters))]] : [];
  });
}

/** The names of filters, which are YAML in a text. */
function filtersIn(text: string): string[] {
  try {
    return viewYaml(text)?.keys() ?? [];
  } catch {
    return [];
  }
}
