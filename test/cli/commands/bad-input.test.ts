import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openWorld, type World } from '../world.ts';

const URL = 'https://example.com/example-org/app';
const TOKEN = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';

type Flags = readonly (readonly [what: string, args: readonly string[], words: RegExp])[];

const repo = (url: string): string[] => ['x', '--repo', url, '-m', 'Do it'];
const branch = (name: string): string[] => [...repo(URL), '--branch', name];

/** Command lines of create that are refused with exit code 2 before anything is stored. */
const FLAGS: Flags = [
  ['no name', ['--repo', URL, '-m', 'x'], /A task needs instructions, or a name\.\nFor example: /],
  [
    'capitals',
    ['Fix', '--repo', URL, '-m', 'x'],
    /name: "Fix" is not a valid task name: it must have at most 50 lower-case/,
  ],
  ['51 characters', ['a'.repeat(51), '--repo', URL, '-m', 'x'], /is not a valid task name/],
  ['a path as name', ['../../etc', '--repo', URL, '-m', 'x'], /is not a valid task name/],
  ['an escape as name', ['\u001b[2Jx', '--repo', URL, '-m', 'x'], /"\\u001b\[2Jx" is not a valid task name/],
  ['an empty name', ['', '--repo', URL, '-m', 'x'], /"" is not a valid task name/],
  ['two names', ['a', 'b', '--repo', URL, '-m', 'x'], /too many arguments/],
  ['no instructions', ['x', '--repo', URL], /a task needs instructions or a template\.\nGive -m/],
  ['blank instructions', ['x', '--repo', URL, '-m', ' \n '], /a task needs instructions or a template/],
  [
    '10,241 characters of instructions',
    ['x', '--repo', URL, '-m', 'x'.repeat(10_241)],
    /instructions: at most 10240 characters fit, and these have 10241\./,
  ],
  [
    'parameters without a template',
    ['x', '--repo', URL, '-m', 'y', '-p', 'a=1'],
    /parameters belong to a template/,
  ],
  [
    'a credential in the URL',
    repo(`https://alex:${TOKEN}@example.com/o/r`),
    /the URL holds a credential; give it as GITHUB_TOKEN/,
  ],
  ["a token as the URL's user", repo(`https://${TOKEN}@example.com/o/r`), /the URL holds a credential/],
  ['plain http', repo('http://example.com/o/r'), /the scheme http is not allowed/],
  ['ftp', repo('ftp://example.com/o/r'), /the scheme ftp is not allowed/],
  ['a transport helper', repo('ext::sh -c id'), /the URL holds spaces/],
  ['a transport helper without spaces', repo('ext::sh'), /no URL, and no absolute path/],
  ['a helper in a scheme', repo('ext://sh'), /the scheme ext is not allowed/],
  ['an option of git', repo('--upload-pack=touch$IFS/tmp/x'), /the URL begins with "-"/],
  ['an option of ssh', repo('ssh://-oProxyCommand=id/x'), /no URL|not allowed|begins with/],
  ['another user of scp form', repo('root@example.com:o/r'), /only the user git@ is allowed/],
  ['a newline in the URL', repo('https://example.com/o\n/r'), /spaces, control characters/],
  [
    'a URL of 2,049 characters',
    repo(`https://example.com/${'a'.repeat(2029)}`),
    /more than 2,048 characters/,
  ],
  ['a folder that is not there', repo('/no/such/folder'), /--repo: there is no folder "\/no\/such\/folder"/],
  ['a branch that is an option', branch('--force'), /"--force" is not a valid branch name/],
  ['a branch with ..', branch('a..b'), /is not a valid branch name/],
  ['an empty branch', branch(''), /"" is not a valid branch name/],
  ['a timeout above the hour', [...repo(URL), '--timeout', '2h'], /--timeout: 2h is not from 60s to 1h\./],
  ['an unknown agent', [...repo(URL), '--agent', 'unknown'], /Allowed choices are claude, codex, command/],
  ['six repairs', [...repo(URL), '--repairs', '6'], /spec\.repairs: Invalid value: 6/],
  ['half a repair', [...repo(URL), '--repairs', '0.5'], /spec\.repairs: .*integer/],
  ['no such dry run', [...repo(URL), '--dry-run=maybe'], /--dry-run is client or server, not "maybe"/],
  ['an option without its value', ['x', '--repo'], /argument missing\nSee: bgtask create --help/],
];

const task = (spec: string, head = 'kind: AgenticSession'): string =>
  `apiVersion: vteam.ambient-code/v1alpha1\n${head}\nmetadata: {name: x}\nspec:\n  mode: background\n  prompt: Do it\n  interactive: false\n  autoPushOnComplete: true\n${spec}`;
const REPOS = `  repos: [{input: {url: ${URL}}}]\n`;

const bomb = (): string => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let at = 1; at < 9; at++)
    lines.push(
      `a${at}: &a${at} [${Array(10)
        .fill(`*a${at - 1}`)
        .join(', ')}]`,
    );
  return lines.join('\n');
};

/** Files that -f refuses with exit code 2. */
const FILES: readonly (readonly [what: string, text: string | Uint8Array, words: RegExp])[] = [
  ['an unknown field', task(`${REPOS}  promt: typo\n`), /unknown field "spec\.promt"/],
  [
    'an unknown field deep down',
    task('  repos: [{input: {url: u, brnach: main}}]\n'),
    /unknown field "spec\.repos\[0\]\.input\.brnach"/,
  ],
  [
    'another kind',
    task(REPOS, 'kind: Pod'),
    /is vteam\.ambient-code\/v1alpha1 Pod; expected is vteam\.ambient-code\/v1alpha1 AgenticSession/,
  ],
  ['no kind', 'name: x', /is \(none\) \(none\); expected is/],
  ['another version', task(REPOS).replace('v1alpha1', 'v2'), /is vteam\.ambient-code\/v2 AgenticSession/],
  ['another mode', task(REPOS).replace('mode: background', 'mode: batch'), /spec\.mode must be "background"/],
  [
    'no spec',
    'apiVersion: vteam.ambient-code/v1alpha1\nkind: AgenticSession\nmetadata: {name: x}',
    /spec: Required value/,
  ],
  [
    'a list as spec',
    'apiVersion: vteam.ambient-code/v1alpha1\nkind: AgenticSession\nmetadata: {name: x}\nspec: []',
    /spec: .*must be of type object/,
  ],
  [
    'a number as name',
    task(REPOS).replace('{name: x}', '{name: 5}'),
    /metadata\.name is missing, or no text/,
  ],
  ['labels that are a list', task(REPOS).replace('{name: x}', '{name: x, labels: [a]}'), /metadata\.labels/],
  ['a text as repos', task('  repos: here\n'), /spec\.repos: .*must be of type array/],
  ['two repositories', task(`  repos: [{input: {url: ${URL}}}, {input: {url: ${URL}2}}]\n`), /exactly one/],
  [
    'a credential in its URL',
    task(`  repos: [{input: {url: "https://${TOKEN}@example.com/o/r"}}]\n`),
    /spec\.repos\[0\]\.input\.url: .*credential|spec\.repos\[0\]\.input\.url/,
  ],
  ['a branch that is an option', task(`  repos: [{input: {url: ${URL}, branch: --force}}]\n`), /branch/],
  ['a prompt that is too long', task(REPOS).replace('Do it', 'x'.repeat(10_241)), /spec\.prompt/],
  ['a key twice', task(`${REPOS}  prompt: again\n`), /is not valid YAML: .*[Uu]nique/],
  ['a bomb of aliases', bomb(), /is refused: its aliases unfold to too much/],
  ['brackets without end', '['.repeat(1_000_000), /is refused: it nests deeper than 64 levels/],
  [
    'a map without end',
    Array.from({ length: 100_000 }, (_, at) => `key${at}: x`).join('\n'),
    /is refused: it has a list or map of more than 5000 entries/,
  ],
  ['a list in a list without end', `a: ${'- '.repeat(5000)}`, /is not valid YAML|is refused: it nests/],
  ['lists in lists on one line', '- '.repeat(100_000), /is refused: it nests deeper than 64 levels/],
  ['a reference to itself', 'a: &a [*a]\n', /is \(none\)|is refused|is not an object/],
  ['a tab as indent', 'a:\n\tb: 1', /is not valid YAML: /],
  ['nothing', '', /holds no object/],
  ['comments alone', '# nothing\n---\n', /holds no object/],
  ['a text', 'hello', /is not an object/],
  ['bytes that are not text', new Uint8Array([0xff, 0xfe, 0x00, 0x80, 0xc0]), /must be text in UTF-8/],
  ['NUL bytes', new Uint8Array(64), /is not an object|is not valid YAML|holds no object/],
  ['more than 3 MB', `# ${'x'.repeat(3_145_728)}`, /has more than 3145728 bytes/],
  ['__proto__', task(`${REPOS}  __proto__: {polluted: true}\n`), /unknown field/],
];

describe('bad input to create', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  const refused = async (args: readonly string[], words: RegExp): Promise<void> => {
    const { code, out, err } = await world.run(['create', ...args]);
    assert.equal(code, 2, err);
    assert.match(err, words);
    assert.match(err, /^error: /);
    assert.ok(!err.includes(TOKEN), 'the credential is not repeated');
    assert.doesNotMatch(err, /\n {4}at /, 'no stack');
    assert.ok(err.split('\n').length <= 4, err);
    assert.equal(out, '');
    assert.deepEqual(await world.tasks(), []);
  };

  for (const [what, args, words] of FLAGS) it(`refuses ${what}`, () => refused(args, words));

  for (const [what, text, words] of FILES) {
    it(`refuses a file with ${what}`, () => refused(['-f', world.file('input.yaml', text)], words));
  }

  it('refuses what cannot be read', async () => {
    mkdirSync(join(world.folder, 'folder'));
    await refused(['-f', join(world.folder, 'none.yaml')], /-f: there is no file/);
    await refused(['-f', join(world.folder, 'folder')], /-f: ".*folder" is a folder/);
    world.stdin = 'hello';
    await refused(['-f', '-'], /standard input is not an object/);
  });

  it('refuses one name for two tasks', async () => {
    world.stdin = `${task(REPOS)}---\n${task(REPOS)}`;
    await refused(['one-name', '-f', '-'], /holds 2 tasks; a name fits one only/);
  });

  it("nothing of JavaScript's own objects is changed by a file", () =>
    assert.equal(({} as { polluted?: boolean }).polluted, undefined));
});
