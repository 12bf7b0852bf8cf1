import assert from 'node:assert/strict';
import { SCHEMAS } from '../../src/api/generated/schemas.ts';
import { characters, PROMPT_MAX } from '../../src/domain/prompt.ts';

describe("a prompt's limit", () => {
  it("is the schema's", () => {
    assert.equal(SCHEMAS.AgenticSession.properties?.['spec']?.properties?.['prompt']?.maxLength, PROMPT_MAX);
  });

  const rows: [text: string, count: number][] = [
    ['', 0],
    ['abc', 3],
    ['ü', 1],
    ['😀', 1],
    ['a\n😀b', 4],
  ];
  for (const [text, count] of rows)
    it(`counts ${JSON.stringify(text)} as ${count}, as the API server does`, () =>
      assert.equal(characters(text), count));
});
