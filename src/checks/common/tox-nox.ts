/** Characters of a line that is read as a header; longer ones are made by no person, and patterns would take long on them. */
const HEADER_MAX = 400;

/** An environment of tox.ini. */
export interface ToxEnvironment {
  /** Empty for `[testenv]`, from which the others inherit. */
  name: string;
  /** The lines of its section. */
  body: string;
}

/** A function of a noxfile. */
export interface NoxFunction {
  name: string;
  /** The arguments of its `@session` on the line of the decorator; undefined for a function that nox does not run. */
  session: string | undefined;
  /** The lines up to the next function. */
  body: string;
}

const TOX_HEADER = /^\[(?:testenv|env)(?::([^\]]+))?\]/;
const SESSION = /^@(?:nox\.)?session\b(.*)$/;
const FUNCTION = /^def (\w+)\(/;
/** Lines that may stand between a decorator and its function. */
const STILL_DECORATING = /^(?:[@ \t)\]]|$)/;

const headerOf = (pattern: RegExp, line: string): RegExpExecArray | null =>
  line.length <= HEADER_MAX ? pattern.exec(line) : null;

/** The environments of a tox.ini in their order. Takes linear time. */
export function toxEnvironments(text: string): ToxEnvironment[] {
  const found: { name: string; lines: string[] }[] = [];
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    if (!line.startsWith('[')) {
      lines.push(line);
      continue;
    }
    lines = [];
    const header = headerOf(TOX_HEADER, line);
    if (header) found.push({ name: header[1] ?? '', lines });
  }
  return found.map((one) => ({ name: one.name, body: one.lines.join('\n') }));
}

/** The functions of a noxfile in their order. Takes linear time. */
export function noxFunctions(text: string): NoxFunction[] {
  const found: { name: string; session: string | undefined; lines: string[] }[] = [];
  let session: string | undefined;
  for (const line of text.split('\n')) {
    const decorator = headerOf(SESSION, line);
    const name = headerOf(FUNCTION, line)?.[1];
    if (decorator) session = decorator[1] ?? '';
    else if (name !== undefined) {
      found.push({ name, session, lines: [] });
      session = undefined;
    } else {
      if (!STILL_DECORATING.test(line)) session = undefined;
      found.at(-1)?.lines.push(line);
    }
  }
  return found.map(({ lines, ...one }) => ({ ...one, body: lines.join('\n') }));
}
