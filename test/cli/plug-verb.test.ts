import assert from 'node:assert/strict';
import type { GlobalOptions } from '../../src/cli/context.ts';
import type { Verb } from '../../src/cli/command.ts';
import { storeSamples } from './samples.ts';
import { openWorld, type World } from './world.ts';

/** A verb that tells the phases of tasks that have ended. */
const MADE_UP: Verb = {
  name: 'quux',
  alias: 'qx',
  onTasks: true,
  summary: 'Quux tasks that have ended',
  obeys: { options: ['namespace', 'output'], formats: 'table, json' },
  completes: {
    task: ({ tasks }) => tasks(({ status }) => status?.phase === 'Completed'),
    '--tone': () => () => ({ candidates: [{ value: 'loud' }, { value: 'low' }] }),
  },
  load: async () => {
    const { findTask } = await import('../../src/service/find-task.ts');
    const { parseOutput } = await import('../../src/cli/output/format.ts');
    return (command, context) => {
      command
        .argument('<task>', 'its name')
        .option('--tone <tone>', 'how it is said')
        .action(async (name: string, options: GlobalOptions) => {
          const { kind } = parseOutput(options.output, ['table', 'json']);
          const engine = await context.engine(options);
          const { metadata, status } = await findTask(engine, await context.project(options), name);
          const said = { project: metadata.namespace, phase: status?.phase };
          context.out(kind === 'json' ? `${JSON.stringify(said)}\n` : `${said.phase}\n`);
          context.say(`Again: bgtask qx ${name}. All: bgtask quux`);
        });
    };
  },
};

describe('a verb that is an entry of the table and nothing else', () => {
  let world: World;
  let unplug: () => void;
  before(async () => {
    world = await openWorld();
    await storeSamples(world);
    // The table that the command line of the world reads.
    const { plugVerb } = await import('../../src/cli/verbs.ts');
    unplug = plugVerb(MADE_UP);
  });
  after(() => {
    unplug();
    world.close();
  });

  const completed = async (...words: string[]): Promise<string[]> => {
    const { out } = await world.run(['__complete', ...words]);
    return out.split('\n').flatMap((line) => (/^:\d*$|^$/.test(line) ? [] : [line.split('\t')[0] ?? '']));
  };

  it('stands in the help, after those that are there', async () => {
    const { out } = await world.run(['--help']);
    assert.match(out, /\n {2}server .*\n {2}quux\|qx +Quux tasks that have ended\n/);
  });

  it('has help of its own, with the global options that it obeys', async () => {
    const { code, out } = await world.run(['help', 'quux']);
    assert.equal(code, 0);
    assert.match(out, /^Usage: bgtask quux\|qx \[options\] <task>\n/);
    assert.match(out, /\n {2}-o, --output <format> +table, json\n/);
    assert.match(out, /--tone <tone> .*\n[^]*Global options:\n[^]*--namespace/);
    assert.doesNotMatch(out, /--sort-by|--selector|--color/);
  });

  it('runs, by its alias too', async () => {
    assert.deepEqual(await world.run(['quux', 'upgrade-lodash', '-q']), {
      code: 0,
      out: 'Completed\n',
      err: '',
    });
    const { out } = await world.run(['-o', 'json', 'qx', 'upgrade-lodash', '-n', 'default']);
    assert.deepEqual(JSON.parse(out), { project: 'default', phase: 'Completed' });
  });

  it('refuses global options and formats that it does not obey', async () => {
    for (const words of [
      ['-A', 'quux', 'upgrade-lodash'],
      ['--color=never', 'qx', 'upgrade-lodash'],
    ]) {
      const { code, out, err } = await world.run(words);
      assert.deepEqual([code, out], [2, '']);
      assert.match(err, /^error: quux does not take --.*\nSee its options: bgtask quux --help\n$/);
    }
    const { code, err } = await world.run(['quux', 'upgrade-lodash', '-o', 'yaml']);
    assert.deepEqual([code, err], [2, 'error: invalid -o yaml: must be one of table, json.\n']);
  });

  it('is suggested for a word that is nearly its name', async () => {
    const { err } = await world.run(['quuux']);
    assert.match(err, /Did you mean quux\?/);
  });

  it('is completed: its name, options, tasks and formats', async () => {
    assert.deepEqual(await completed('qu'), ['quux']);
    assert.deepEqual(await completed('quux', '--to'), ['--tone']);
    assert.deepEqual(await completed('quux', '--tone', 'lou'), ['loud']);
    assert.deepEqual(await completed('qx', 'u'), ['upgrade-lodash']);
    assert.deepEqual(await completed('quux', 'fix'), []);
    assert.deepEqual(await completed('quux', 'x', '-o', ''), ['json']);
  });

  it('is named in sentences as the program was called, with the flags that said where', async () => {
    world.program = 'kubectl bgtask';
    const { err } = await world.run(['quux', 'upgrade-lodash', '-n', 'default']);
    world.program = 'bgtask';
    assert.equal(
      err,
      'Again: kubectl bgtask qx -n default upgrade-lodash. All: kubectl bgtask quux -n default\n',
    );
  });

  it('has a section of the generated reference', async () => {
    const { cliPage } = await import('../../src/build/reference/cli.ts');
    const page = await cliPage();
    assert.match(page, /\n## bgtask quux\n\n```text\nUsage: bgtask quux\|qx \[options\] <task>\n/);
  });

  it('cannot take a name that is taken', async () => {
    const { plugVerb } = await import('../../src/cli/verbs.ts');
    assert.throws(() => plugVerb(MADE_UP), /quux is already there/);
  });
});
