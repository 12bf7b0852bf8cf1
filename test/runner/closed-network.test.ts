import assert from 'node:assert/strict';
import { type Reason, StageError } from '../../src/domain/reasons.ts';
import { closedNetwork } from '../../src/runner/closed-network.ts';

const IN_POD = { BGTASK_NETWORK_POLICY: 'bgtask-jobs' };
const CURL = "Failed to connect to git.example.com port 8443 after 7168 ms: Couldn't connect to server";

const TABLE: readonly (readonly [what: string, named: boolean, reason: Reason, message: string])[] = [
  ['a clone over https', true, 'CloneFailed', `Git said: fatal: unable to access 'https://...': ${CURL}`],
  ['a clone over ssh', true, 'CloneFailed', 'ssh: connect to host example.com port 22: Connection timed out'],
  ['a push that is refused by an ICMP message', true, 'PushDenied', 'ssh: ... port 22: Connection refused'],
  [
    "the forge's API",
    true,
    'PullRequestFailed',
    'git.example.com: no connection in time. Check the address.',
  ],
  [
    'Git LFS',
    true,
    'CloneFailed',
    'https://lfs.example.com cannot be reached: connect ETIMEDOUT 10.0.0.7:443',
  ],
  [
    'a model',
    true,
    'ModelUnavailable',
    'the model API at llm:80 cannot be reached: connect ECONNREFUSED ::1',
  ],
  ['a name that is unknown', false, 'CloneFailed', 'Could not resolve host: git.example.com'],
  ['a certificate', false, 'CloneFailed', "unable to access 'https://...': SSL certificate problem"],
  ['a token that is refused', false, 'PushDenied', 'The requested URL returned error: 403'],
  ['a model with a limit', false, 'ModelUnavailable', 'The model API limits the rate (429)'],
  ['a check that speaks of a connection', false, 'ValidationFailed', 'connect ECONNREFUSED 127.0.0.1:5432'],
];

describe('the NetworkPolicy of Jobs, in the sentence of a failure', () => {
  for (const [what, isNamed, reason, message] of TABLE)
    it(`is ${isNamed ? '' : 'not '}named for ${what}`, () => {
      const said = closedNetwork(IN_POD, new StageError(reason, message));
      if (isNamed) assert.match(said ?? '', /bgtask-jobs may be .* runner\.networkPolicy\.egress/);
      else assert.equal(said, undefined);
    });

  it('is not named where the operator makes none, nor on a laptop', () =>
    assert.equal(closedNetwork({}, new StageError('CloneFailed', CURL)), undefined));
});
