import { Document, Scalar, visit } from 'yaml';
import { escapeInQuotes, needsQuotes } from './safe.ts';

/** YAML that YAML 1.1 readers (kubectl's own) and 1.2 readers read alike. */
export function yamlText(value: unknown): string {
  const yaml = new Document(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false });
  visit(yaml, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && needsQuotes(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return escapeInQuotes(yaml.toString({ lineWidth: 0, indentSeq: false }));
}
