/** What Helm's templates may name here. */
export interface Scope {
  Values: Record<string, unknown>;
  Release: { Namespace: string };
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
  if (first === 'toJson' && second) return JSON.stringify(valueOf(second, scope));
  if (first === 'join' && second === '","' && third) return (valueOf(third, scope) as string[]).join(',');
  if (first.startsWith('.') && second === undefined) return String(valueOf(first, scope));
  throw new Error(`the chart's templates are to stay simpler than {{ ${words} }}`);
}

/** True when a condition holds: a path, or `and` with paths and `(not .path)`. */
function holds(condition: string, scope: Scope): boolean {
  const terms = condition.replace(/^and /, '').match(/\(not \S+\)|\S+/g) ?? [];
  return terms.every((term) => {
    const [, negated] = /^\(not (\S+)\)$/.exec(term) ?? [];
    return negated === undefined ? Boolean(valueOf(term, scope)) : !valueOf(negated, scope);
  });
}

/** Expands a template of the chart: `toJson`, `join`, paths, quoted texts, and one `if` around the whole. Anything else is refused. */
export function expandTemplate(template: string, scope: Scope): string {
  const [, path = '', body] = /^\{\{- if (.+?) \}\}\n([^]*)\{\{- end \}\}\n$/.exec(template) ?? [];
  const expand = (text: string): string =>
    text.replaceAll(/\{\{ (.*?) \}\}(?!")/g, (_, words: string) => action(words, scope));
  if (body === undefined) return expand(template);
  return holds(path, scope) ? expand(body) : '';
}
