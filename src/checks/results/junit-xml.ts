import { withoutFolders } from './lines.ts';
import type { TestOutcome, TestResults } from './results.ts';
import { SuiteList } from './suite-list.ts';
import { Tests } from './tests.ts';

/** Characters of one file that are read; what stands behind is left out, and so are its names. */
const MAX_FILE = 32_000_000;
/** Characters of one opening tag that are read. */
const MAX_TAG = 8192;
const ATTRIBUTE = /\s(name|classname|status|result)\s?=\s?(?:"([^"]*)"|'([^']*)')/g;
const ENTITIES: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
/** Elements inside a test case, and what they say of it. A rerun that passed in the end leaves it passed. */
const OUTCOMES: Record<string, TestOutcome> = { failure: 'failed', error: 'failed', skipped: 'skipped' };

/** Entities of XML and numbered characters as text. */
const decoded = (text: string): string =>
  text.replace(
    /&(?:#(x?)([0-9a-f]{1,6})|([a-z]{2,4}));/gi,
    (whole, hex: string, code: string, name: string) => {
      if (name) return ENTITIES[name] ?? whole;
      const point = Number.parseInt(code, hex ? 16 : 10);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );

/** A test case that is open. */
interface Case {
  name: string;
  outcome: TestOutcome;
}

function caseOf(tag: string): Case {
  const values: Record<string, string> = {};
  for (const [, key = '', double, single] of tag.matchAll(ATTRIBUTE))
    values[key] ??= decoded(double ?? single ?? '');
  const { name = '', classname = '', status = '', result = '' } = values;
  const isSkipped = /^(?:notrun|disabled|skipped)$/.test(status) || /^(?:suppressed|skipped)$/.test(result);
  return { name: classname ? `${classname}.${name}` : name, outcome: isSkipped ? 'skipped' : 'passed' };
}

/** Reads the test cases of one file by scanning its tags once. Undefined if it is not a report of tests. */
function casesOf(xml: string, folders: readonly string[]): Tests | undefined {
  const tests = new Tests();
  let open: Case | undefined;
  let isReport = false;
  const settle = (): void => {
    if (open) tests.add(open.outcome, withoutFolders(open.name, folders));
    open = undefined;
  };
  for (const { name, tag } of tagsOf(xml)) {
    if (name === 'testsuite' || name === 'testsuites') isReport = true;
    else if (name === 'testcase') {
      settle();
      open = caseOf(tag);
      if (tag.endsWith('/')) settle();
    } else if (name === '/testcase') settle();
    else if (open && OUTCOMES[name] && open.outcome !== 'failed') open.outcome = OUTCOMES[name];
  }
  // A file that is cut off: the last case may still have failed, so it is left out.
  return isReport ? tests : undefined;
}

/** The tags of a text in order, without comments, CDATA and declarations. */
function* tagsOf(xml: string): Generator<{ name: string; tag: string }> {
  const text = xml.length > MAX_FILE ? xml.slice(0, MAX_FILE) : xml;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    const block = text.startsWith('<![CDATA[', at) ? ']]>' : text.startsWith('<!--', at) ? '-->' : undefined;
    const end = block ? text.indexOf(block, at) : closeOf(text, at);
    if (end < 0) return;
    if (!block) {
      const tag = text.slice(at + 1, Math.min(end, at + MAX_TAG));
      yield {
        name: /^\/?[\w.:-]{1,60}/.exec(tag)?.[0] ?? '',
        tag: end - at > MAX_TAG ? tag : text.slice(at + 1, end),
      };
    }
    at = end + (block?.length ?? 1);
  }
}

/** Where a tag ends: at the first `>` outside of quotes. */
function closeOf(text: string, start: number): number {
  let quote = '';
  for (let at = start; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quote) quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return at;
  }
  return -1;
}

/**
 * The results of reports in the format of JUnit's XML, as Surefire, Gradle, sbt and many others write them: one text a file.
 * Names are class and test: `demo.ATest.breaks`. Linear in the size of the texts; names have the usual caps. Broken XML gives what was read up to there.
 * @param folders where the checkout stands; names are relative to it.
 * @returns undefined when none of the texts is a report of tests.
 */
export function junitResults(
  texts: Iterable<string>,
  folders: readonly string[] = [],
): TestResults | undefined {
  const list = new SuiteList();
  for (const text of texts) {
    const tests = casesOf(text, folders);
    if (tests) list.add(list, '', tests.close('junit xml'));
  }
  return list.sum(false);
}

/**
 * What a check's output and its reports say together: the one that knows more tests; the reports when both know as many, since they name each.
 * They are never added up: they tell of the same tests.
 */
export function withReports(
  output: TestResults | undefined,
  reports: TestResults | undefined,
): TestResults | undefined {
  if (!output || !reports) return reports ?? output;
  return reports.run + reports.skipped >= output.run + output.skipped ? reports : output;
}
