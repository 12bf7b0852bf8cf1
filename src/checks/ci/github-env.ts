import { data } from '@actions/expressions';
import { textOf, toValue, UNKNOWN, type Contexts, type Value } from './expression.ts';
import type { YamlView } from './yaml-view.ts';

/** Variables that choose what tox and nox run. */
export const SELECTS = /^(TOX_?ENV|NOXSESSION)$/;

/** An environment of tox for a version is one for the Python at hand. */
const thisPython = (value: string): string => value.replace(/\bpy3(\.?\d+)?t?(?=-|,|$)/g, 'py');

/** The variables around a step. */
export interface Variables {
  /** Name and value, outermost first. */
  env: readonly (readonly [string, string])[];
  /** Names of those that a matrix sets: they choose among versions. */
  versions: ReadonlySet<string>;
  /** Names of those whose values only a run of CI knows. */
  open: ReadonlySet<string>;
}

/** The variables of a workflow, job or step behind those around it; unknown ones are left out. */
export function readEnv(view: YamlView, contexts: Contexts, outer: Variables): Variables {
  const env = [...outer.env];
  const versions = new Set(outer.versions);
  const open = new Set(outer.open);
  for (const [name, part] of view.entriesAt('env')) {
    const source = part.text();
    const value = source === undefined ? undefined : textOf(source, contexts);
    if (value !== undefined) env.push([name, SELECTS.test(name) ? thisPython(value) : value]);
    else open.add(name);
    if (source !== undefined && /\$\{\{.*\bmatrix\b/.test(source) && !SELECTS.test(name)) versions.add(name);
  }
  return { env, versions, open };
}

/** True when a failure of the job or step fails nothing. */
export const isForgiven = (view: YamlView, contexts: Contexts): boolean =>
  textOf(view.textAt('continue-on-error') ?? '', contexts) === 'true';

/** The inputs of a called workflow or action: what `with` says, else what they are by default. */
export function readInputs(
  declared: readonly (readonly [string, YamlView])[],
  call: YamlView,
  contexts: Contexts,
): Value {
  const given = new Map(call.entriesAt('with'));
  const pairs = declared.map(([name, input]) => {
    const own = given.get(name);
    const value = own === undefined ? (input.textAt('default') ?? '') : textOf(own.text() ?? '', contexts);
    const isFlag = input.textAt('type') === 'boolean';
    return { key: name, value: value === undefined ? UNKNOWN : toValue(isFlag ? value === 'true' : value) };
  });
  return new data.Dictionary(...pairs);
}
