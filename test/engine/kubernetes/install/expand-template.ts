/** What Helm's templates may name here. */
export interface Scope {
  Values: Record<string, unknown>;
  Release: { Namespace: string };
  /** What the template bgtask.admission makes. */
  admission: string;
  /** True for Kubernetes 1.30 and newer. */
  isNew: boolean;
}

type Json = Record<string, unknown>;

/** The value of `.a.b`. */
function valueOf(path: string, scope: Scope): unknown {
  const fields = path.slice(1).split('.');
  return fields.reduce<unknown>((here, field) => {
    if (typeof here !== 'object' || here === null || !(field in here))
      throw new Error(`${path}: no ${field}`);
    return (here as Json)[field];
  }, scope);
}

function action(words: string, scope: Scope): string {
  const [first = '', second, third] = words.split(' ');
  if (first.startsWith('"')) return JSON.parse(first) as string;
  if (words === 'toJson (include "bgtask.admission" .)') return JSON.stringify(scope.admission);
  if (words === '(include "bgtask.admission" .)') return scope.admission;
  if (first === 'toJson' && second) return JSON.stringify(valueOf(second, scope));
  if (first === 'join' && second === '","' && third) return (valueOf(third, scope) as string[]).join(',');
  if (first.startsWith('.') && second === undefined) return String(valueOf(first, scope));
  throw new Error(`the chart's templates are to stay simpler than {{ ${words} }}`);
}

/** True when a condition holds: a path, or `and` with paths and `(not .path)`. */
function holds(condition: string, scope: Scope): boolean {
  if (condition === 'hasPrefix "v1" (include "bgtask.admission" .)') return scope.admission.startsWith('v1');
  if (condition === 'eq (include "bgtask.admission" .) "webhook"') return scope.admission === 'webhook';
  const terms = condition.replace(/^and /, '').match(/\(not \S+\)|\S+/g) ?? [];
  return terms.every((term) => {
    const [, negated] = /^\(not (\S+)\)$/.exec(term) ?? [];
    return negated === undefined ? Boolean(valueOf(term, scope)) : !valueOf(negated, scope);
  });
}

/** Takes a block for newer clusters in or out. */
const forVersion = (template: string, { isNew }: Scope): string =>
  template.replaceAll(
    /^\{\{- if semverCompare ">= 1\.30\.0-0" \.Capabilities\.KubeVersion\.Version \}\}\n([^{]*)\{\{- end \}\}\n/gm,
    isNew ? '$1' : '',
  );

/** Expands a template of the chart: `toJson`, `join`, paths, quoted texts, what is only for newer clusters, and one `if` around the whole. Anything else is refused. */
export function expandTemplate(given: string, scope: Scope): string {
  const template = forVersion(given, scope);
  const [, path = '', body] = /^\{\{- if (.+?) \}\}\n([^]*)\{\{- end \}\}\n$/.exec(template) ?? [];
  const expand = (text: string): string =>
    text.replaceAll(/\{\{ (.*?) \}\}(?!")/g, (_, words: string) => action(words, scope));
  if (body === undefined) return expand(template);
  return holds(path, scope) ? expand(body) : '';
}
