import type { AgenticSession, ObjectMeta } from '../../../api/types.ts';
import { hasCode } from '../../../domain/errors.ts';
import { isRecord } from '../../../api/record.ts';
import { type Json, records, text } from '../client/config/json.ts';
import { isExpired } from '../client/http/api-error.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { pathOf, type ResourceType, trimmed } from '../client/objects.ts';

/** Asks the API server to print (KEP-1164): for each object the cells of the CRD's columns, and its metadata. */
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io';
const LIMIT = 1000;

/** The columns of the CRD that a brief session is made of. */
const COLUMNS = ['Mode', 'Phase', 'Progress', 'Step', 'PR', 'User', 'Repository', 'Reason'] as const;
type Cells = Record<(typeof COLUMNS)[number], unknown>;

const numeral = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

function sessionOf(metadata: ObjectMeta, cells: Cells, type: ResourceType): AgenticSession {
  const [url, prUrl] = [text(cells.Repository), text(cells.PR)];
  return {
    apiVersion: `${type.group}/${type.version}`,
    kind: 'AgenticSession',
    metadata,
    spec: {
      mode: text(cells.Mode) as AgenticSession['spec']['mode'],
      ...(url && { repos: [{ input: { url } }] }),
      userContext: { userId: text(cells.User) ?? '' },
    },
    status: {
      phase: text(cells.Phase),
      progress: numeral(cells.Progress),
      currentPhase: text(cells.Step),
      reason: text(cells.Reason),
      ...(prUrl && { repos: [{ prUrl }] }),
    },
  };
}

/** Where each of our columns is in a row; undefined when one is missing. */
function placesOf(table: Json): number[] | undefined {
  const names = records(table.columnDefinitions).map(({ name }) => name);
  const places = COLUMNS.map((column) => names.indexOf(column));
  return places.includes(-1) ? undefined : places;
}

function sessionsIn(table: Json, type: ResourceType): AgenticSession[] | undefined {
  const places = placesOf(table);
  if (!places) return undefined;
  return records(table.rows).map((row) => {
    const cells = Array.isArray(row.cells) ? (row.cells as unknown[]) : [];
    const named = Object.fromEntries(COLUMNS.map((column, at) => [column, cells[places[at] ?? -1]]));
    const { metadata } = trimmed(row.object) as { metadata: ObjectMeta };
    return sessionOf(metadata, named as Cells, type);
  });
}

/**
 * Sessions as their columns show them, a hundredth of what whole ones with their logs are. Undefined when the API server prints no such table: its CRD is
 * older than ours; when the list changed too much while its pages were read, or a page was too large.
 */
export async function sessionRows(
  client: KubeClient,
  type: ResourceType,
  selection: { namespace?: string; selector?: string },
): Promise<AgenticSession[] | undefined> {
  const all: AgenticSession[] = [];
  let next: string | undefined;
  do {
    const query = {
      labelSelector: selection.selector,
      limit: LIMIT,
      continue: next,
      includeObject: 'Metadata',
    };
    const path = pathOf(type, { namespace: selection.namespace });
    try {
      const table = await client.json({ path, query, accept: TABLE });
      const page = isRecord(table) && table.kind === 'Table' ? sessionsIn(table, type) : undefined;
      if (!isRecord(table) || !page) return undefined;
      all.push(...page);
      next = isRecord(table.metadata) ? text(table.metadata.continue) : undefined;
    } catch (error) {
      if ((next && isExpired(error)) || hasCode(error, 'TooLarge')) return undefined;
      throw error;
    }
  } while (next);
  return all;
}
