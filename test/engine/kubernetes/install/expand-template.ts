/** What Helm's templates may name here. */
export interface Scope {
  Values: Record<string, unknown>;
  Release: { Namespace: string };
}

type Json = Record<string, unknown>;

/** The value of `.a.b`, `$.a.b` or `.`. */
function valueOf(path: string, scope: Scope, dot: unknown): unknown {
  if (path === '.') return dot;
  const fields = path.replace(/^\$?\./, '').split('.');
  return fields.reduce<unknown>((here, field) => {
    if (typeof here !== 'object' || here === null || !(field in here))
      throw new Error(`${path}: no ${field}`);
    return (here as Json)[field];
  }, scope);
}

function action(words: string, scope: Scope, dot: unknown): string {
  const [first = '', second] = words.split(' ');
  if (first.startsWith('"')) return JSON.parse(first) as string;
  if (first === 'toJson' && second) return JSON.stringify(valueOf(second, scope, dot));
  if (first.startsWith('.') && second === undefined) return String(valueOf(first, scope, dot));
  throw new Error(`the chart's templates are to stay simpler than {{ ${words} }}`);
}

/** True when a condition holds: a path, or `and` with paths and `(not .path)`. */
function holds(condition: string, scope: Scope): boolean {
  const terms = condition.replace(/^and /, '').match(/\(not \S+\)|\S+/g) ?? [];
  return terms.every((term) => {
    const [, negated] = /^\(not (\S+)\)$/.exec(term) ?? [];
    return negated === undefined ? Boolean(valueOf(term, scope, scope)) : !valueOf(negated, scope, scope);
  });
}

/** Expands a template of the chart: `toJson`, paths, quoted texts, and one `if` or `range` around the whole. Anything else is refused. */
export function expandTemplate(template: string, scope: Scope): string {
  const [, kind, path = '', body] =
    /^\{\{- (if|range) (.+?) \}\}\n([^]*)\{\{- end \}\}\n$/.exec(template) ?? [];
  const expand = (text: string, dot: unknown): string =>
    text.replaceAll(/\{\{ (.*?) \}\}(?!")/g, (_, words: string) => action(words, scope, dot));
  if (body === undefined) return expand(template, scope);
  if (kind === 'if') return holds(path, scope) ? expand(body, scope) : '';
  return (valueOf(path, scope, scope) as unknown[]).map((item) => expand(body, item)).join('');
}
