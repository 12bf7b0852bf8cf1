import assert from 'node:assert/strict';
import { OutputError } from '../../../../src/cli/output/error.ts';
import { parseTemplate } from '../../../../src/cli/output/jsonpath/parse.ts';
import { render } from '../../../../src/cli/output/jsonpath/render.ts';

const NODES = {
  kind: 'List',
  items: [
    {
      kind: 'None',
      metadata: { name: '127.0.0.1', labels: { 'kubernetes.io/hostname': '127.0.0.1', plain: 'p' } },
      status: {
        capacity: { cpu: '4' },
        ready: true,
        load: 4.5,
        addresses: [{ type: 'LegacyHostIP', address: '127.0.0.1' }],
      },
    },
    {
      kind: 'None',
      metadata: { name: '127.0.0.2' },
      status: {
        capacity: { cpu: '8' },
        ready: false,
        load: 12,
        nothing: null,
        addresses: [
          { type: 'LegacyHostIP', address: '127.0.0.2' },
          { type: 'another', address: '127.0.0.3' },
        ],
      },
    },
  ],
  users: [
    { name: 'myself', user: {} },
    { name: 'e2e', user: { username: 'admin', password: 'fake' } },
  ],
  numbers: [1, 2, 3, 4],
};

/** The examples of kubectl's documentation and of client-go's tests, then what only users' mistakes bring up. */
const CASES: [string, string][] = [
  ['kind is {.kind}', 'kind is List'],
  ['{.kind}', 'List'],
  ["{['kind']}", 'List'],
  ['{["kind"]}', 'List'],
  ['{$.kind}{@.kind}', 'ListList'],
  ['{..name}', '127.0.0.1 127.0.0.2 myself e2e'],
  ['{...cpu}', '4 8'],
  ['{.items[*].metadata.name}', '127.0.0.1 127.0.0.2'],
  ['{.users[0].name}', 'myself'],
  ['{.users[-1:].name}', 'e2e'],
  ['{.users[-1].name}', 'e2e'],
  ["{.items[*]['metadata.name', 'status.capacity']}", '127.0.0.1 127.0.0.2 {"cpu":"4"} {"cpu":"8"}'],
  ['{.users[?(@.name=="e2e")].user.password}', 'fake'],
  [
    '{range .items[*]}[{.metadata.name}, {.status.capacity}] {end}',
    '[127.0.0.1, {"cpu":"4"}] [127.0.0.2, {"cpu":"8"}] ',
  ],
  ['{range .items[*]}{.metadata.name}{"\\t"}{end}', '127.0.0.1\t127.0.0.2\t'],
  ['{range .items[*]}{.metadata.name}, {end}{.kind}', '127.0.0.1, 127.0.0.2, List'],
  [
    '{range .items[*]}{range .status.addresses[*]}{.address}, {end}{end}',
    '127.0.0.1, 127.0.0.2, 127.0.0.3, ',
  ],
  [String.raw`{.items[*].metadata.labels.kubernetes\.io/hostname}`, '127.0.0.1'],
  [String.raw`{.items[0].metadata.labels['kubernetes\.io/hostname']}`, '127.0.0.1'],
  [`{.items[0].metadata.labels['kubernetes.io/hostname']}`, '127.0.0.1'],
  [String.raw`{.items[?(@.metadata.labels.kubernetes\.io/hostname=="127.0.0.1")].kind}`, 'None'],
  ['{.items[?(@..ready==true)].metadata.name}', '127.0.0.1'],
  ['{.items[?(@.status.load>4.5)].metadata.name}', '127.0.0.2'],
  ['{.items[?( @.status.load <= 12 )].metadata.name}', '127.0.0.1 127.0.0.2'],
  ["{.items[?(@.metadata.name!='127.0.0.1')].metadata.name}", '127.0.0.2'],
  ['{.items[?(@.status.addresses[?(@.type=="another")])].metadata.name}', '127.0.0.2'],
  ['{.items[?(@.metadata.labels)].metadata.name}', '127.0.0.1'],
  ['{.items[?(@.metadata.name==$.metadata.name)].kind}', 'None None'],
  ['{.numbers}', '[1,2,3,4]'],
  ['{.numbers[0:2]} {.numbers[:2]} {.numbers[::2]} {.numbers[1::2]} {.numbers[-2:]}', '1 2 1 2 1 3 2 4 3 4'],
  ['{.numbers[0,3]}', '1 4'],
  ['{.numbers[?(@<3)]}', '1 2'],
  ['{.items[0].status.capacity.*}', '4'],
  ['{.items[0].status.ready} {.items[0].status.load}', 'true 4.5'],
  ['{"{"}{\'\\x41\\u00e9\\"\'}', '{Aé"'],
  ['{ .kind }', 'List'],
  ['', ''],
  // Taken as one expression: kubectl would print the text.
  ['.kind', 'List'],
  ['$.kind', 'List'],
  ['plain text', 'plain text'],
  // Not there, or of another shape: nothing, where kubectl ends the whole output for some.
  ['before-{.hello.world}after', 'before-after'],
  ['{.numbers[9]}{.numbers[-9]}{.kind[0]}{.items.metadata}{.kind[?(@.a)]}', ''],
  ['{.items[1].status.nothing}', ''],
  ['{range .none[*]}x{end}', ''],
  ['{.items[?(@.kind>1)].kind}', ''],
  ['{.constructor}{.kind.length}{.items.length}{.__proto__}', ''],
];

const BAD: [string, RegExp][] = [
  ['{.a', /at column 4: the expression has no closing }/],
  ['{hello}', /column 2: a field begins with a dot.*\.hello or "hello"/],
  ['{range .a}x', /\{range\} has no \{end\}/],
  ['x{end}', /\{end\} stands without \{range\}/],
  ['{.a[x]}', /a number, a slice, \* or a quoted key/],
  ['{.a[0}', /and then \]/],
  ['{.a[::0]}', /step/],
  ["{.a['b}", /no end/],
  ['{.a[?(@.b<>1)]}', /<> must be a comparison: one of == != <= >= < >/],
  ['{.a[?(@.b=~"x")]}', /=~ must be a comparison/],
  ['{.a[?(@.b==Failed)]}', /"Failed"/],
  ['{.a[?(@.b==)]}', /something to compare with/],
  ['{.a[?(@.b=="1" && @.c=="2")]}', /one comparison; && and \|\|/],
  ['{.a[?(@.b=="1")}', /\)\] is expected/],
  ['{.a[?(@.b=="1"]}', /column 15: "\]" is not expected/],
  ['{......a}', /".." stands twice/],
  [String.raw`{"\q"}`, /\\q is not a known escape/],
  ['{%}', /"%"/],
];

describe('jsonpath', () => {
  for (const [template, expected] of CASES) {
    it(`prints ${template}`, () => assert.equal(render(parseTemplate(template), NODES), expected));
  }
  for (const [template, message] of BAD) {
    it(`refuses ${template}`, () => {
      assert.throws(
        () => parseTemplate(template),
        (error) => error instanceof OutputError && message.test(error.message),
      );
    });
  }

  it('reads long templates without hanging', () => {
    for (const text of [
      '{'.repeat(20_000),
      `{"${'\\'.repeat(20_000)}`,
      `{.${'a\\'.repeat(20_000)}`,
      '{..a'.repeat(5000),
    ]) {
      assert.throws(() => parseTemplate(text), OutputError);
    }
  });
});
