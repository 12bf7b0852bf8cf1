import assert from 'node:assert/strict';
import { git } from '../../support/github-standin/repositories.ts';
import { baseArchive } from '../harness/base-image.ts';
import { buildImage, referenceTo } from '../harness/images.ts';
import { until } from '../harness/until.ts';
import { PROJECT } from '../scenarios/node-scene.ts';
import { PERSON } from '../scenarios/scene.ts';
import type { Chores } from './chores.ts';

const VOLUMES = { workspace: '150Mi', tmp: '60Mi' };
/** Of the settings: small volumes, so that a test fills them in a moment. */
export const RUNNER = { volumes: VOLUMES };

const fill = (path: string): string => `dd if=/dev/zero of=${path} bs=1M count=250 && sleep 3000`;

/** Tasks that need more room than they have; all at once, and the noisy one of `noise` beside them. */
export function room(chores: () => Chores): void {
  describe('tasks that need more room than they have', () => {
    before(async () => {
      await startNoisy(chores());
      await chores().create('full-workspace', fill('../filler'));
      const check = ['--check', fill('/tmp/filler')];
      await chores().create('full-check', 'echo full-check > CHANGES.md', ...check);
    });

    for (const [name, title, volume, limit, setting] of [
      ['full-workspace', 'an agent fills the workspace', 'workspace', VOLUMES.workspace, 'workspace'],
      ['full-check', 'a check fills its folder for temporary files', 'tmp-prove', VOLUMES.tmp, 'tmp'],
    ] as const)
      it(`${title}: Evicted, with a sentence that names the volume, its limit and the setting; nothing is pushed`, async () => {
        const { phase, reason, error } = await chores().ended(name, 120);
        assert.deepEqual([phase, reason], ['Failed', 'Evicted'], error);
        assert.equal(
          error,
          `The pod was evicted: its volume "${volume}" grew beyond ${limit}. Raise volumes.${setting} in the settings of bgtask or let the task leave less behind, then retry it.`,
        );
        await chores().assertNothingPushed(name);
      });

    it('what the log had until then is kept', async () => {
      assert.match(await chores().log('full-check'), /Code changes generated/);
    });
  });
}

/** Images that tasks ask for. */
const IMAGES: Readonly<Record<string, string>> = {
  good: 'ARG BASE\nFROM ${BASE}\nRUN echo "From the image" > /etc/own-image\n',
  'no-git': 'ARG BASE\nFROM ${BASE}\nRUN rm /usr/bin/git\n',
  // A shell with the C library alone: less than Node needs.
  'no-libc':
    'ARG BASE\nFROM ${BASE} AS base\nRUN mkdir -p /root-of/bin /root-of/lib64 /root-of/lib/x86_64-linux-gnu && cp /bin/sh /root-of/bin/ && cp -L /lib64/ld-linux-x86-64.so.2 /root-of/lib64/ && cp -L /lib/x86_64-linux-gnu/libc.so.6 /root-of/lib/x86_64-linux-gnu/\nFROM scratch\nCOPY --from=base /root-of /\n',
  'no-shell': 'ARG BASE\nFROM ${BASE} AS base\nFROM scratch\nCOPY --from=base /etc/hostname /hostname\n',
};
const nameOf = (image: string): string => `localhost/bgtask-test-${image}:1`;
const MISSING = 'localhost/missing/image:1';

const REFUSED: readonly (readonly [image: string, sentence: RegExp])[] = [
  [
    'no-git',
    /^The image localhost\/bgtask-test-no-git:1 cannot run the work stage: git is not installed in it\./,
  ],
  ['no-libc', /^The image localhost\/bgtask-test-no-libc:1 cannot run the work stage: it needs glibc/],
  [
    'no-shell',
    /^The work stage could not be started in the image localhost\/bgtask-test-no-shell:1: .*\/bin\/sh.*Correct the image/,
  ],
];

/** Builds and loads them. */
export async function loadImages({ here }: Chores): Promise<void> {
  const BASE = referenceTo(await baseArchive());
  for (const [image, containerfile] of Object.entries(IMAGES)) {
    const recipe = { name: nameOf(image), containerfile, buildArgs: { BASE } };
    await here.node.importImage(await buildImage(recipe));
  }
}

/** Lines that the noisy agent prints, in batches of a second: 20 MiB, twice what a kubelet keeps in one file. */
const LINES = 20_000;
const NOISE = `let n = 0; const timer = setInterval(() => { for (let i = 0; i < 1000; i++) console.log("noise " + n++ + " " + "x".repeat(1000)); if (n >= ${LINES}) clearInterval(timer); }, 1000);`;

/** Starts the task of an agent that talks more than anybody reads; it takes 20 s, in which other tests run. */
const startNoisy = (chores: Chores): Promise<void> =>
  chores.create('noisy', `node -e '${NOISE}'; echo noisy > CHANGES.md`);

/** What became of it. */
export function noise(chores: () => Chores): void {
  describe('an agent prints more than the kubelet keeps in one file', () => {
    it('its task ends well, and its log keeps beginning and end, and says that it was cut', async () => {
      const { phase, error, logs } = await chores().ended('noisy', 90);
      assert.equal(phase, 'Completed', error);
      assert.match(logs ?? '', /Pull request created/);
      const lines = (await chores().log('noisy')).split('\n');
      const numbers = lines.flatMap((line) => /^noise (\d+) /.exec(line)?.[1] ?? []).map(Number);
      assert.deepEqual([numbers[0], numbers.at(-1)], [0, LINES - 1]);
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
      );
      assert.equal(new Set(numbers).size, numbers.length, 'no line is there twice');
      for (const line of ['Repository cloned', 'Code changes generated', 'All checks passed'])
        assert.equal(lines.filter((each) => each === line).length, 1, line);
      assert.ok(
        numbers.length === LINES || lines.some((line) => /left out|cut/.test(line)),
        'what is missing is told',
      );
    });
  });
}

/** Starts the task of an image that does not exist: it is given up only after two minutes, in which other tests run. */
export const startMissing = (chores: Chores): Promise<void> =>
  chores.create('image-missing', 'true', '--image', MISSING);

/** Tasks with an image of their own. */
export function images(chores: () => Chores): void {
  describe('tasks with an image of their own', () => {
    before(async () => {
      const check = ['--check', 'image=test -e /etc/own-image'];
      await chores().create(
        'image-good',
        'cat /etc/own-image > CHANGES.md',
        '--image',
        nameOf('good'),
        ...check,
      );
      for (const [image] of REFUSED)
        await chores().create(`image-${image}`, 'true', '--image', nameOf(image));
    });

    it('agent and checks run in it, and the change is published as any other', async () => {
      const { phase, error, checks } = await chores().ended('image-good');
      assert.equal(phase, 'Completed', error);
      assert.deepEqual(
        checks?.map(({ name, result }) => `${name} ${result}`),
        ['image passed'],
      );
      const change = await git(chores().repo.directory, 'show', 'background-task-image-good:CHANGES.md');
      assert.equal(change, 'From the image');
    });

    for (const [image, sentence] of REFUSED)
      it(`${image}: the task fails with InvalidTask and a sentence that says what the image lacks`, async () => {
        const { phase, reason, error } = await chores().ended(`image-${image}`, 60);
        assert.deepEqual([phase, reason], ['Failed', 'InvalidTask'], error);
        assert.match(error ?? '', sentence);
      });

    it('an agent that the image lacks: the task fails with AgentFailed, and how to install it', async () => {
      const { scene } = chores().here;
      const what = ['-n', PROJECT, '--repo', chores().repo.cloneUrl, '-m', 'Work.', '--agent', 'claude'];
      await scene.bgtask(PERSON, 'create', 'image-agent', ...what, '--image', nameOf('good'), '--wait');
      chores().names.add('image-agent');
      const { reason, error } = await chores().ended('image-agent');
      assert.equal(reason, 'AgentFailed', error);
      assert.match(
        error ?? '',
        /Claude Code is not installed where the task ran.*Install it there, on a cluster in the image/,
      );
    });

    it('an image that the settings do not allow is refused at once, with who can allow it', async () => {
      const what = ['--repo', chores().repo.cloneUrl, '-m', 'None.', '--run', 'true'];
      const image = ['--image', 'example.com/any:1'];
      const { code, stderr } = await chores().here.scene.bgtask(
        PERSON,
        'create',
        'image-foreign',
        '-n',
        PROJECT,
        ...what,
        ...image,
      );
      assert.equal(code, 2, stderr);
      assert.match(
        stderr,
        /Image "example\.com\/any:1" is not allowed here\. Ask the administrator of bgtask/,
      );
    });

    it('a task whose image is still being asked for is cancelled like any other', async () => {
      await chores().create('image-cancelled', 'true', '--image', MISSING);
      await until('its work stage to wait for the image', 60, async () => {
        const waiting = '{.items[*].status.initContainerStatuses[1].state.waiting.reason}';
        const label = 'ambient-code.io/task=image-cancelled';
        const reason = await chores().kubectl('get', 'pods', '-l', label, `-o=jsonpath=${waiting}`);
        return /ErrImagePull|ImagePullBackOff/.test(reason);
      });
      await chores().here.scene.ok(PERSON, 'cancel', 'image-cancelled', '-n', PROJECT);
      assert.deepEqual(await chores().pods('image-cancelled'), []);
      assert.equal((await chores().ended('image-cancelled')).phase, 'Stopped');
    });

    it('an image that cannot be pulled fails the task with ImagePullFailed, which names it', async () => {
      const { phase, reason, error } = await chores().ended('image-missing', 180);
      assert.deepEqual([phase, reason], ['Failed', 'ImagePullFailed'], error);
      assert.match(
        error ?? '',
        /^The image localhost\/missing\/image:1 of the work stage cannot be pulled: /,
      );
    });
  });
}
