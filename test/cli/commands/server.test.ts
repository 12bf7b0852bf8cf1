import assert from 'node:assert/strict';
import { openWorld, type World } from '../world.ts';

describe('server', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  const refused: [args: string[], error: string][] = [
    [
      ['--port', 'http'],
      'error: invalid --port "http": must be a port.\nGive a number from 1 to 65535; 0 takes a free one.\n',
    ],
    [
      ['--port', '65536'],
      'error: invalid --port "65536": must be a port.\nGive a number from 1 to 65535; 0 takes a free one.\n',
    ],
    [['--tls-cert', 'tls.crt'], 'error: --tls-cert and --tls-key belong together.\n'],
    [
      ['--address', '0.0.0.0'],
      'error: --address: the local engine is served to this machine alone, not on 0.0.0.0.\nLeave --address away; for others there is a cluster: bgtask install --server\n',
    ],
  ];
  for (const [args, error] of refused)
    it(`${args.join(' ')} is refused`, async () => {
      const { code, err } = await world.run(['server', ...args]);
      assert.deepEqual({ code, err }, { code: 2, err: error });
    });

  it('says where it listens and how to ask it, keeps its log on standard output, and ends well when interrupted', async () => {
    const { code, out, err } = await world.run(['server', '--port', '0'], (outcome) => {
      const example = /Bearer (\S+)" (http:\S+)\n/.exec(outcome.err);
      if (!example || outcome.out !== '') return;
      void fetch(example[2] ?? '', { headers: { Authorization: `Bearer ${example[1]}` } }).finally(() =>
        world.interrupt(),
      );
    });
    assert.equal(code, 0, err);
    assert.match(
      err,
      /^Listening on (http:\/\/127\.0\.0\.1:\d+); the API is described at \1\/openapi\.json\n/,
    );
    const { time, message, method, path, status } = JSON.parse(out.split('\n')[0] ?? '') as Record<
      string,
      unknown
    >;
    assert.deepEqual(
      { time, message, method, path, status },
      {
        time: '2026-01-31T12:00:00.000Z',
        message: 'request',
        method: 'GET',
        path: '/api/projects/default/background-tasks',
        status: 200,
      },
    );
  });
});
