import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SupervisorLease } from '../../../src/engine/local/lease.ts';
import { localEngine } from '../../../src/engine/local/local-engine.ts';
import { findings } from '../../../src/service/doctor/doctor.ts';
import { examineChecks } from '../../../src/service/doctor/machine/checks.ts';
import type { Finding } from '../../../src/service/doctor/finding.ts';

const AGENTS = ['claude', 'codex', 'gemini', 'opencode'];

describe('The doctor, of this machine,', () => {
  let folder: string;
  let programs: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bgtask-doctor-'));
    programs = join(folder, 'programs');
    mkdirSync(programs);
    symlinkSync('/bin/sh', join(programs, 'sh'));
    program('git', 'echo "git version 2.53.0"');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Puts a program on the PATH that is examined: there is no other one. */
  const program = (name: string, script = 'exit 0'): void => {
    writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(programs, name), 0o755);
  };
  const state = (): string => join(folder, 'state');
  const examine = (more: Record<string, string> = {}): Promise<Finding[]> => {
    const env = {
      PATH: programs,
      HOME: folder,
      BGTASK_STATE: state(),
      BGTASK_CONFIG: join(folder, 'config'),
      ...more,
    };
    const engine = localEngine({ env, command: [], onProblem: (sentence) => assert.fail(sentence) });
    return findings(engine, { env, project: 'default', flags: [], now: () => new Date() });
  };
  const about = async (subject: string, more: Record<string, string> = {}): Promise<Finding> => {
    const found = (await examine(more)).filter((finding) => finding.subject === subject);
    assert.equal(found.length, 1, `one finding about ${subject}`);
    return found[0] as Finding;
  };

  const checkouts: [what: string, files: Record<string, string>, level: string, says: RegExp][] = [
    ['a missing program', { 'go.mod': 'module a\n' }, 'warning', /go is not installed, and go .* needs it/],
    ['a checkout without checks', { 'README.md': 'x\n' }, 'warning', /nothing would prove a change/],
    ['a bad .bgtask.yaml', { '.bgtask.yaml': 'fun: 1\n' }, 'problem', /fun/],
    [
      'a checkout that is ready',
      { '.bgtask.yaml': 'checks: [{ name: a, run: git status }]\n' },
      'ok',
      /^1 found/,
    ],
  ];
  for (const [what, files, level, says] of checkouts)
    it(`says of the checkout it is called in: ${what}`, () => {
      const dir = join(folder, 'checkout');
      mkdirSync(join(dir, '.git'), { recursive: true });
      for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
      const finding = examineChecks(dir, { PATH: programs });
      assert.equal(finding?.level, level);
      assert.match(finding?.message ?? '', says);
    });

  it('looks at everything that a task on this machine needs, and each thing that is not fine has a remedy', async () => {
    const found = await examine();
    assert.deepEqual(
      found.map(({ subject }) => subject),
      [
        'engine',
        'node',
        'git',
        'state',
        'settings',
        'supervisor',
        'sandbox',
        'forge',
        'agent claude',
        'other agents',
      ],
    );
    for (const { level, subject, fix } of found)
      assert.equal(fix !== undefined, level !== 'ok', `${subject} is ${level}, its remedy: ${fix}`);
    assert.equal((await about('engine')).message, 'local');
    assert.equal((await about('node')).message, process.version);
  });

  it('finds a state folder on a full disk', async () => {
    mkdirSync(state());
    // A write there fails as it does on a full disk.
    symlinkSync('/dev/full', join(state(), `.doctor-${process.pid}`));
    const { level, message, fix } = await about('state');
    assert.equal(level, 'problem');
    assert.match(message, /cannot be written: ENOSPC/);
    assert.match(fix ?? '', /free some space/);
    assert.equal((await about('state')).level, 'ok', 'nothing of the look stays');
  });

  const GITS: [string, 'ok' | 'problem'][] = [
    ['git version 2.39.4', 'ok'],
    ['git version 2.39.5 (Apple Git-154)', 'ok'],
    ['git version 2.51.0.windows.1', 'ok'],
    ['git version 3.0.0', 'ok'],
    ['git version 2.39.3', 'problem'],
    ['git version 2.38.10', 'problem'],
    ['git version 2.9.5', 'problem'],
    ['git version 1.99.99', 'problem'],
    ['something else', 'problem'],
  ];
  for (const [text, level] of GITS)
    it(`finds "${text}" ${level === 'ok' ? 'fine' : 'too old'}`, async () => {
      program('git', `echo "${text}"`);
      const finding = await about('git');
      assert.equal(finding.level, level);
      assert.ok(finding.message.startsWith(text));
      if (level === 'problem') assert.equal(finding.fix, 'Install git 2.39.4 or newer.');
    });

  for (const [what, remove] of [
    ['is not installed', true],
    ['does not run', false],
  ] as const)
    it(`says that git is missing when it ${what}`, async () => {
      if (remove) rmSync(join(programs, 'git'));
      else program('git', 'exit 1');
      assert.deepEqual(await about('git'), {
        level: 'problem',
        subject: 'git',
        message: 'git is not installed.',
        fix: 'Install git 2.39.4 or newer.',
      });
    });

  it('makes the state folder, for the user alone, and names it', async () => {
    assert.deepEqual(await about('state'), { level: 'ok', subject: 'state', message: state() });
    assert.equal(statSync(state()).mode & 0o777, 0o700);
  });

  it('says why the state folder cannot be had', async () => {
    writeFileSync(join(folder, 'file'), '');
    const finding = await about('state', { BGTASK_STATE: join(folder, 'file', 'state') });
    assert.equal(finding.level, 'problem');
    assert.match(finding.message, /file\/state cannot be written: ENOTDIR/);
    assert.match(finding.fix ?? '', /BGTASK_STATE/);
    const supervisor = await about('supervisor', { BGTASK_STATE: join(folder, 'file', 'state') });
    assert.deepEqual([supervisor.level, supervisor.fix], ['warning', 'Correct the state folder first.']);
  });

  it('says what is wrong with the settings, and that no task starts before it is corrected', async () => {
    assert.equal((await about('settings')).level, 'ok');
    mkdirSync(join(folder, 'config'));
    const file = join(folder, 'config', 'config.yaml');
    writeFileSync(file, 'limits: { perUser: 2 }\n');
    assert.equal((await about('settings')).level, 'ok');
    writeFileSync(file, 'limits: { perUser: many }\n');
    const { level, message, fix } = await about('settings');
    assert.equal(level, 'problem');
    assert.ok(message.startsWith(file) && message.includes('limits.perUser'), message);
    assert.equal(fix, `Correct ${file}: no task starts before that.`);
  });

  it('says whether the supervisor runs, as which process, and where its log is', async () => {
    assert.match((await about('supervisor')).message, /^does not run/);
    const lease = new SupervisorLease(join(state(), 'lease'));
    await lease.acquire();
    const { level, message } = await about('supervisor');
    assert.equal(level, 'ok');
    assert.equal(message, `runs as process ${process.pid}; its log is ${state()}/supervisor.log`);
  });

  for (const name of ['BGTASK_FORGE_TOKEN', 'GITHUB_TOKEN', 'GH_TOKEN', 'GH_ENTERPRISE_TOKEN'])
    it(`finds the forge’s token in ${name}, and does not show it`, async () => {
      const finding = await about('forge', { [name]: 'not-a-real-token' });
      assert.equal(finding.level, 'ok');
      assert.equal(finding.message, `a token for the forge is in ${name}`);
    });

  it('finds a GitHub App, and does not show its key', async () => {
    const app = {
      GITHUB_APP_ID: '1',
      GITHUB_APP_PRIVATE_KEY: 'not-a-real-key',
      GITHUB_TOKEN: 'not-a-real-token',
    };
    const { level, message } = await about('forge', app);
    assert.deepEqual([level, message], ['ok', 'a GitHub App is in GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY']);
  });

  for (const [name, value] of [
    ['GITHUB_APP_ID', '1'],
    ['GITHUB_APP_PRIVATE_KEY', 'not-a-real-key'],
  ] as const)
    it(`says that half of a GitHub App is missing when only ${name} is set`, async () => {
      const { level, message } = await about('forge', { [name]: value });
      assert.equal(level, 'problem');
      assert.ok(message.endsWith(`only ${name} is set.`), message);
    });

  it('finds the token of gh, and does not show it', async () => {
    program('gh', '[ "$1 $2" = "auth token" ] && echo not-a-real-token');
    const finding = await about('forge');
    assert.equal(finding.level, 'ok');
    assert.ok(!finding.message.includes('not-a-real-token'));
  });

  for (const script of ['exit 1', 'exit 0'])
    it(`says that there is no token when gh has none (${script})`, async () => {
      program('gh', script);
      const { level, fix } = await about('forge', { GITHUB_TOKEN: '' });
      assert.equal(level, 'warning');
      assert.match(fix ?? '', /GITHUB_TOKEN/);
    });

  for (const name of AGENTS)
    it(`says of ${name} what is missing: the program, then its key`, async () => {
      const key = { claude: 'ANTHROPIC_API_KEY', codex: 'CODEX_API_KEY', gemini: 'GEMINI_API_KEY' };
      const variable = Object.entries(key).find(([agent]) => agent === name)?.[1] ?? 'OPENCODE_API_KEY';
      const subject = `agent ${name}`;
      const missing = await about(subject, { [variable]: 'not-a-real-key' });
      assert.deepEqual(
        [missing.level, missing.message],
        ['warning', `the program ${name} is not installed.`],
      );
      program(name);
      const keyless = await about(subject, { [variable]: '' });
      assert.equal(keyless.level, 'warning');
      assert.match(keyless.fix ?? '', new RegExp(`^Set ${variable}\\.`));
      const fine = await about(subject, { [variable]: 'not-a-real-key' });
      assert.deepEqual(fine, {
        level: 'ok',
        subject,
        message: `${join(programs, name)}, with the key in ${variable}`,
      });
    });

  it('names the command that installs the default agent, and the way to a key with a subscription', async () => {
    assert.match(
      (await about('agent claude')).fix ?? '',
      /^Install it: npm install -g @anthropic-ai\/claude-code/,
    );
    program('claude');
    assert.match(
      (await about('agent claude')).fix ?? '',
      /With a subscription: claude setup-token gives CLAUDE_CODE_OAUTH_TOKEN$/,
    );
  });

  it('says of agents that are not used only that they are not installed, in one line', async () => {
    program('gemini');
    const subjects = (await examine()).map(({ subject }) => subject).filter((each) => each.includes('agent'));
    assert.deepEqual(subjects, ['agent claude', 'agent gemini', 'other agents']);
    assert.deepEqual(await about('other agents'), {
      level: 'ok',
      subject: 'other agents',
      message: 'not installed: codex, opencode',
    });
  });

  it('looks for the program that BGTASK_CLAUDE names, as the agent does', async () => {
    const env = { ANTHROPIC_API_KEY: 'not-a-real-key', BGTASK_CLAUDE: join(folder, 'my claude') };
    const missing = await about('agent claude', env);
    assert.equal(missing.message, `the program ${env.BGTASK_CLAUDE} is not installed.`);
    program(join('..', 'my claude'));
    const { level, message } = await about('agent claude', env);
    assert.deepEqual([level, message], ['ok', `${env.BGTASK_CLAUDE}, with the key in ANTHROPIC_API_KEY`]);
  });

  it('shows no credential', async () => {
    for (const name of [...AGENTS, 'gh']) program(name, 'echo not-a-real-one');
    const env = Object.fromEntries(
      ['GITHUB_TOKEN', 'ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GEMINI_API_KEY'].map((n) => [
        n,
        'not-a-real-one',
      ]),
    );
    assert.ok(!JSON.stringify(await examine(env)).includes('not-a-real-one'));
  });
});
