import assert from 'node:assert/strict';
import { parseSelector } from '../../src/api/selector.ts';

const OBJECTS: Record<string, Record<string, string>> = {
  web: { app: 'web', tier: 'front', n: '5', 'example.com/team': 'a' },
  db: { app: 'db', n: '12' },
  bare: {},
  empty: { app: '', in: 'x', notin: 'y' },
};

const SELECTED: [selector: string, names: string[]][] = [
  ['', ['web', 'db', 'bare', 'empty']],
  ['  ', ['web', 'db', 'bare', 'empty']],
  ['app=web', ['web']],
  ['app == web', ['web']],
  [' app = web , tier = front ', ['web']],
  ['app=web,tier=back', []],
  ['app!=web', ['db', 'bare', 'empty']],
  ['app', ['web', 'db', 'empty']],
  ['!app', ['bare']],
  ['! app', ['bare']],
  ['app,!tier', ['db', 'empty']],
  ['app=', ['empty']],
  ['app=,in', ['empty']],
  ['app in (web,db)', ['web', 'db']],
  ['app in(web)', ['web']],
  ['app in ()', ['empty']],
  ['app in (,web)', ['web', 'empty']],
  ['app in (db,)', ['db', 'empty']],
  ['app notin (web, db)', ['bare', 'empty']],
  ['app notin (web),app', ['db', 'empty']],
  ['example.com/team=a', ['web']],
  ['in=x', ['empty']],
  ['in in (x)', ['empty']],
  ['notin notin (z),notin', ['empty']],
  ['app=in', []],
  ['n>5', ['db']],
  ['n<12,n>4', ['web']],
  ['app>1', []],
  ['toString', []],
  ['!constructor', ['web', 'db', 'bare', 'empty']],
];

/** The sentences are those of the API server's parser. */
const REFUSED: [selector: string, sentence: string][] = [
  ['a=b=c', "found '=', expected: ',' or 'end of string'"],
  [',a', "found ',', expected: !, identifier, or 'end of string'"],
  ['a,', "found '', expected: identifier after ','"],
  ['a,,b', "found ',', expected: identifier after ','"],
  ['=a', "found '=', expected: !, identifier, or 'end of string'"],
  ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
  ['a toString b', "unable to parse requirement: found 'toString', expected: in, notin, =, ==, !=, gt, lt"],
  ['a in b', "unable to parse requirement: found 'b' expected: '('"],
  ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
  ['a in (b c)', "unable to parse requirement: found 'c', expected: ',' or ')'"],
  ['a=(b)', "unable to parse requirement: found '(', expected: identifier"],
  ['!', "unable to parse requirement: found '', expected: identifier"],
  ['!a=b', "found '=', expected: ',' or 'end of string'"],
  [
    'a>b',
    "unable to parse requirement: values[0][a]: Invalid value: \"b\": for 'Gt', 'Lt' operators, the value must be an integer",
  ],
  ['-a', 'unable to parse requirement: <nil>: Invalid value: "-a": name part must consist of'],
  ['a/b/c', 'unable to parse requirement: <nil>: Invalid value: "a/b/c": '],
  ['Up.com/b', 'unable to parse requirement: <nil>: Invalid value: "Up.com/b": prefix part'],
  ['/b', 'unable to parse requirement: <nil>: Invalid value: "/b": prefix part'],
  ['a'.repeat(64), 'no more than 63'],
  [
    'a=user@example.com',
    'unable to parse requirement: values[0][a]: Invalid value: "user@example.com": a valid label must be',
  ],
  ['a in (b,-c)', 'unable to parse requirement: values[0][a]: Invalid value: "-c": a valid label must be'],
  [`a=${'b'.repeat(64)}`, 'no more than 63'],
];

describe('a label selector', () => {
  for (const [selector, names] of SELECTED) {
    it(`${JSON.stringify(selector)} selects ${names.join(', ') || 'nothing'}`, () => {
      const selects = parseSelector(selector);
      assert.deepEqual(
        Object.keys(OBJECTS).filter((name) => selects(OBJECTS[name] ?? {})),
        names,
      );
    });
  }

  for (const [selector, sentence] of REFUSED) {
    it(`${JSON.stringify(selector.slice(0, 30))} is refused, in the API server's words`, () => {
      assert.throws(
        () => parseSelector(selector),
        (error) => error instanceof Error && error.message.includes(sentence),
        sentence,
      );
    });
  }
});
