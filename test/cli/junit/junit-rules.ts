import assert from 'node:assert/strict';
import { below, type Element } from './read-xml.ts';

interface Rule {
  required: readonly string[];
  optional: readonly string[];
  /** Names of the elements inside, in their order. */
  inside: readonly string[];
}

/** What may stand where, by the schema that the xUnit plugin of Jenkins holds JUnit reports to (junit-10.xsd), as far as we write it. */
const RULES: Record<string, Rule> = {
  testsuites: {
    required: [],
    optional: ['name', 'time', 'tests', 'failures', 'errors'],
    inside: ['testsuite'],
  },
  testsuite: {
    required: ['name', 'tests'],
    optional: ['failures', 'errors', 'time', 'skipped', 'timestamp', 'hostname', 'id', 'package'],
    inside: ['properties', 'testcase'],
  },
  properties: { required: [], optional: [], inside: ['property'] },
  property: { required: ['name', 'value'], optional: [], inside: [] },
  testcase: {
    required: ['name'],
    optional: ['classname', 'time', 'group'],
    inside: ['skipped', 'error', 'failure'],
  },
  skipped: { required: [], optional: ['message', 'type'], inside: [] },
  error: { required: [], optional: ['message', 'type'], inside: [] },
  failure: { required: [], optional: ['message', 'type'], inside: [] },
};

const COUNT = /^\d+$/;
/** How values look that are not any text. */
const VALUES: Record<string, RegExp> = {
  tests: COUNT,
  failures: COUNT,
  errors: COUNT,
  skipped: COUNT,
  // SUREFIRE_TIME has at most three decimals; ISO8601 here is without a time zone.
  time: /^\d+\.\d{3}$/,
  timestamp: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/,
};

function followRules({ name, attributes, children, text }: Element): void {
  const rule = RULES[name];
  assert.ok(rule, `<${name}> is not an element of JUnit`);
  for (const each of rule.required) assert.ok(each in attributes, `<${name}> lacks ${each}`);
  for (const [each, value] of Object.entries(attributes)) {
    assert.ok([...rule.required, ...rule.optional].includes(each), `<${name}> takes no ${each}`);
    assert.match(value, VALUES[each] ?? /^[^]*$/, `${name} ${each}`);
  }
  const places = children.map((child) => rule.inside.indexOf(child.name));
  assert.ok(!places.includes(-1), `<${name}> takes no ${children.map((child) => child.name).join(', ')}`);
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
    `the order in <${name}>`,
  );
  if (rule.inside.length > 0) assert.equal(text.trim(), '', `<${name}> takes no text`);
  children.forEach(followRules);
}

/** Fails unless a document follows the rules, its counts are those of its cases, and each case has one outcome at most. */
export function assertJunit(root: Element): void {
  assert.equal(root.name, 'testsuites');
  followRules(root);
  for (const suite of [root, ...below(root, 'testsuite')]) {
    for (const [attribute, element] of [
      ['tests', 'testcase'],
      ['failures', 'failure'],
      ['errors', 'error'],
      ['skipped', 'skipped'],
    ] as const)
      if (attribute in suite.attributes)
        assert.equal(suite.attributes[attribute], String(below(suite, element).length), attribute);
  }
  for (const { children } of below(root, 'testcase')) assert.ok(children.length <= 1);
}
