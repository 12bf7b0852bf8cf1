import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { parse } from 'yaml';
import { CI_SYSTEMS } from '../../src/cli/ci/table.ts';
import { assertJunit } from '../cli/junit/junit-rules.ts';
import { below, readXml } from '../cli/junit/read-xml.ts';
import { GOOD_CHANGE, SAMPLE } from '../scenarios/sample-app.ts';
import { machine, type Machine } from '../support/command-line.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${root}docs/ci.md`, 'utf8');
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string };

interface Step {
  run?: string;
  uses?: string;
  with?: Record<string, string>;
}
interface Workflow {
  jobs: Record<string, { steps: Step[] }>;
}
type GitlabJobs = Record<string, { script: string[] }>;

/** Blocks of code of the page, in one language. */
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text);

const documents = blocks('yaml').map((text) => parse(text) as Workflow | GitlabJobs);
const isWorkflow = (each: Workflow | GitlabJobs): each is Workflow => 'jobs' in each;
const steps = documents
  .filter(isWorkflow)
  .flatMap(({ jobs }) => Object.values(jobs).flatMap((job) => job.steps));

/** The scripts of the page, by where they stand. */
const SCRIPTS: [where: string, lines: string[]][] = [
  ['GitHub', steps.flatMap(({ run }) => run ?? [])],
  [
    'GitLab',
    documents
      .filter((each): each is GitlabJobs => !isWorkflow(each))
      .flatMap((jobs) => Object.values(jobs).flatMap(({ script }) => script)),
  ],
  [
    'Jenkins',
    blocks('groovy').flatMap((text) =>
      [...text.matchAll(/sh '''([^]*?)'''/g)].map(([, script = '']) => script),
    ),
  ],
  ['a shell', blocks('sh')],
];

/** The package and the agent are there already. */
const INSTALLED = 'npm() { [[ "$1 $2" == "install --global" ]]; }';

describe('docs/ci.md', () => {
  let here: Machine;
  let repository: string;
  before(async () => {
    here = await machine();
    repository = await here.repository('app', SAMPLE);
  });
  after(() => here.close());

  for (const [at, [where, lines]] of SCRIPTS.entries())
    it(`the commands for ${where} do what they say`, async () => {
      const script = lines.join('\n');
      assert.match(script, /bgtask create /);
      const folder = join(here.folder, `job-${at}`);
      await here.git(here.folder, 'clone', '--quiet', repository, folder);
      const env = {
        ...here.env,
        PATH: `${root}bin:${here.env['PATH']}`,
        CHORE: GOOD_CHANGE,
        GITHUB_RUN_NUMBER: `${at}`,
        CI_PIPELINE_IID: `${at}`,
        BUILD_NUMBER: `${at}`,
        REPO: repository,
        CI_PROJECT_URL: repository,
        GIT_URL: repository,
      };
      const local = script.replaceAll('bgtask create ', 'bgtask create --agent command --run "$CHORE" ');
      const { exitCode, stderr } = await execa('bash', ['-eo', 'pipefail', '-c', `${INSTALLED}\n${local}`], {
        env,
        extendEnv: false,
        cwd: folder,
        reject: false,
      });
      assert.equal(exitCode, 0, stderr);
      const report = readXml(readFileSync(join(folder, 'report.xml'), 'utf8'));
      assertJunit(report);
      const created = script.match(/bgtask create /g)?.length;
      assert.equal(below(report, 'testsuite').length, created);
      assert.equal(report.attributes['failures'], '0');
      assert.ok(Number(report.attributes['tests']) >= 2);
    });

  it('the action is called with inputs that it has', () => {
    const uses = steps.filter(({ uses }) => uses?.startsWith('kubectl-bgtask/'));
    const { inputs } = parse(readFileSync(`${root}action.yml`, 'utf8')) as {
      inputs: Record<string, { required?: boolean }>;
    };
    assert.equal(uses.length, 1);
    const given = Object.keys(uses[0]?.with ?? {});
    assert.deepEqual(
      given.filter((name) => !inputs[name]),
      [],
    );
    for (const [name, { required }] of Object.entries(inputs)) if (required) assert.ok(given.includes(name));
  });

  it('names the version of the package', () => {
    const named = [...page.matchAll(/kubectl-bgtask@v?(\d+\.\d+\.\d+)/g)].map(([, found]) => found);
    assert.ok(named.length >= 3);
    assert.deepEqual([...new Set(named)], [version]);
  });

  it('names every CI system that is known, and has at most 120 lines', () => {
    for (const { name } of CI_SYSTEMS) assert.match(page, new RegExp(`^\\| ${name} `, 'm'));
    assert.ok(page.split('\n').length <= 121);
  });

  it('puts no value of GitHub into a script', () => {
    for (const { run = '' } of steps) assert.ok(!run.includes('${{'), run);
  });
});
