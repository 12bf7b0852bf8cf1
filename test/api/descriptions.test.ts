import assert from 'node:assert/strict';
import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface Node {
  type: string;
  description?: string;
  maxLength?: number;
  maxItems?: number;
  maxProperties?: number;
  maximum?: number;
  properties?: Record<string, Node>;
  items?: Node;
  additionalProperties?: Node;
}
interface Crd {
  spec: { versions: { schema: { openAPIV3Schema: Node } }[] };
}

const SHORTEST = 15;
const LONGEST = 400;

const schemaOf = (name: string): Node => {
  const path = fileURLToPath(new URL(`../../crds/${name}-crd.yaml`, import.meta.url));
  const [version] = (parse(readFileSync(path, 'utf8')) as Crd).spec.versions;
  assert.ok(version);
  return version.schema.openAPIV3Schema;
};

/** Every field below a node, by its path. The API server allows no description of `metadata`. */
const fieldsOf = (node: Node, path = ''): [path: string, field: Node][] =>
  Object.entries(node.properties ?? {})
    .filter(([name]) => path + name !== 'metadata')
    .flatMap(([name, field]): [string, Node][] => [
      [path + name, field],
      ...fieldsOf(field, `${path}${name}.`),
      ...(field.items ? fieldsOf(field.items, `${path}${name}[].`) : []),
    ]);

/** The upper limits of a field, and of the texts in it when it is a list or a map of texts. */
function limitsOf(field: Node): number[] {
  const { maxLength, maxItems, maxProperties, maximum, items, additionalProperties } = field;
  return [
    maxLength,
    maxItems,
    maxProperties,
    maximum,
    items?.maxLength,
    additionalProperties?.maxLength,
  ].filter((limit) => limit !== undefined);
}

const wrong = (description: string | undefined): string | undefined =>
  description === undefined
    ? 'is missing'
    : description.length < SHORTEST || description.length > LONGEST
      ? `has ${description.length} characters`
      : undefined;

for (const name of ['agenticsessions', 'tasktemplates'])
  describe(`the descriptions of ${name}, as kubectl explain prints them`, () => {
    const fields = fieldsOf(schemaOf(name));

    it(`are there for every field, with ${SHORTEST} to ${LONGEST} characters`, () => {
      const faults = fields.flatMap(([path, { description }]) => {
        const fault = wrong(description);
        return fault ? [`${path}: ${fault}`] : [];
      });
      assert.deepEqual(faults, []);
    });

    it('are sentences', () => {
      const faults = fields.filter(([, { description = '' }]) => !description.endsWith('.'));
      assert.deepEqual(
        faults.map(([path]) => path),
        [],
      );
    });

    it('name the limits of what users write', () => {
      const faults = fields
        .filter(([path]) => path.startsWith('spec.'))
        .flatMap(([path, field]) =>
          limitsOf(field)
            .filter(
              (limit) =>
                !field.description
                  ?.match(/\d[\d,]*/g)
                  ?.some((each) => Number(each.replace(/,/g, '')) === limit),
            )
            .map((limit) => `${path}: ${limit}`),
        );
      assert.deepEqual(faults, []);
    });
  });
