import { API_VERSION } from '../../src/api/names.ts';

export type Json = Record<string, unknown>;

const metadata = (name: string): Json => ({ name, namespace: 'team-a' });

/** A session of vTeam's own, in any mode but background. */
export const session = (spec: Json = {}): Json => ({
  apiVersion: API_VERSION,
  kind: 'AgenticSession',
  metadata: metadata('fix-lint-1a2b3c4d'),
  spec,
});

/** A background task that is valid but for what `spec` changes; a field that is undefined there is left out. */
export const background = (spec: Json = {}): Json =>
  JSON.parse(
    JSON.stringify(
      session({
        mode: 'background',
        prompt: 'upgrade lodash to 4.17.21',
        repos: [{ input: { url: 'https://example.com/org/app.git', branch: 'main' } }],
        interactive: false,
        autoPushOnComplete: true,
        timeout: 600,
        ...spec,
      }),
    ),
  ) as Json;

export const template = (spec: Json = {}): Json => ({
  apiVersion: API_VERSION,
  kind: 'TaskTemplate',
  metadata: metadata('upgrade-dependency'),
  spec: { displayName: 'Upgrade a dependency', instructionsTemplate: 'upgrade {{name}}', ...spec },
});

/** The same object with a status. */
export const withStatus = (object: Json, status: Json): Json => ({ ...object, status });

/** A copy with the value at a path such as `spec.repos[0].input.url`; what is missing on the way is made. */
export function at(object: Json, path: string, value: unknown): Json {
  const copy = structuredClone(object);
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
  let parent: Json = copy;
  keys.forEach((key, i) => {
    const next = keys[i + 1];
    if (next === undefined) parent[key] = value;
    else parent = (parent[key] ??= /^\d+$/.test(next) ? [] : {}) as Json;
  });
  return copy;
}
