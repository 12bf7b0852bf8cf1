import assert from 'node:assert/strict';
import { LOST, StampedLines } from '../../../../../src/engine/kubernetes/jobs/logs/stamped-lines.ts';

const stamp = (ms: number): string => new Date(ms).toISOString().replace('Z', '000000Z');
const line = (ms: number, text: string): string => `${stamp(ms)} ${text}\n`;
const push = (lines: StampedLines, text: string): string => lines.push(Buffer.from(text)).toString();

describe('StampedLines', () => {
  it('takes the stamps away, wherever the stream is cut', () => {
    const whole = Buffer.from(
      line(1000, 'one é') + line(1001, '') + line(2000, '2024-01-01T00:00:00Z is text'),
    );
    for (let at = 0; at <= whole.length; at++) {
      const lines = new StampedLines();
      const text = Buffer.concat([
        lines.push(whole.subarray(0, at)),
        lines.push(whole.subarray(at)),
        lines.end(),
      ]).toString();
      assert.equal(text, 'one é\n\n2024-01-01T00:00:00Z is text\n', `cut at ${at}`);
    }
  });
  it('reads stamps of a node in another time zone', () => {
    assert.equal(push(new StampedLines(), '2024-01-01T02:00:00.123456789+02:00 x\n'), 'x\n');
  });
  it('knows what has come', () => {
    const lines = new StampedLines();
    push(lines, line(5000, 'a') + line(7000, 'b') + line(7500, 'cut').slice(0, -1));
    const cases: [number, boolean][] = [
      [4000, true],
      [5000, true],
      [7000, true],
      [7001, false],
      [7500, false],
      [8000, false],
    ];
    for (const [ms, has] of cases) assert.equal(lines.hasCome(stamp(ms)), has, String(ms));
  });
  it('lets a line without a stamp pass', () => {
    assert.equal(
      push(new StampedLines(), 'unable to retrieve container logs\n'),
      'unable to retrieve container logs\n',
    );
  });
  it('starts again a second earlier and passes over what came before, also lines of one moment', () => {
    const lines = new StampedLines();
    const before = line(5000, 'a') + line(6500, 'b') + line(6500, 'b');
    assert.equal(push(lines, before + line(6600, 'cut').slice(0, -2)), 'a\nb\nb\n');
    assert.equal(lines.resume(), '1970-01-01T00:00:05.000Z');
    assert.equal(
      push(lines, before + line(6500, 'b') + line(6600, 'cut') + line(6400, 'late')),
      'b\ncut\nlate\n',
    );
  });
  const RESUMED: [what: string, again: string, shown: string][] = [
    ['the lines that came before', line(6000, 'a') + line(6500, 'b') + line(7000, 'c'), 'c\n'],
    [
      'later lines alone, because the node rotated the log',
      line(9000, 'c') + line(9001, 'd'),
      `${LOST}c\nd\n`,
    ],
    ["the kubelet's own words", 'unable to retrieve container logs\n', 'unable to retrieve container logs\n'],
  ];
  for (const [what, again, shown] of RESUMED)
    it(`after a stream that broke shows ${JSON.stringify(shown)} for ${what}`, () => {
      const lines = new StampedLines();
      push(lines, line(6000, 'a') + line(6500, 'b'));
      lines.resume();
      assert.equal(push(lines, again), shown);
    });
  it('begins at the beginning when nothing came', () => {
    assert.equal(new StampedLines().resume(), undefined);
  });
  it('shows a last line without an end', () => {
    const lines = new StampedLines();
    push(lines, line(1000, 'end').trimEnd());
    assert.equal(lines.end().toString(), 'end');
  });
  it('passes a line without an end on as it comes', () => {
    const lines = new StampedLines();
    const long = 'x'.repeat(300_000);
    assert.equal(push(lines, `${stamp(1000)} ${long}`), long);
    assert.equal(push(lines, `rest\n${line(1001, 'next')}`), 'rest\nnext\n');
  });
});
